//! `#[consumer]` on the struct, and the routes of `#[handlers]` on its impl.
//!
//! Both parse → model → emit. The struct says what is read and what becomes of failures, the impl where messages go;
//! they meet in the traits: `Consumer` takes its constant from `ConsumerMeta`.

mod emit;
mod expand;
mod meta;
mod model;
mod order;
mod retry;
mod route;
mod word;

pub(crate) use expand::{expand_handlers, expand_struct};
