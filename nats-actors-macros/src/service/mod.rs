//! `#[service]` on the struct, and the endpoints of `#[handlers]` on its impl.
//!
//! Both parse → model → emit. The struct gives name and prefix, the impl the endpoints; they meet
//! in the traits: `Service` requires `ServiceMeta`.

mod client;
mod emit;
mod endpoint;
mod expand;
mod meta;
mod meta_emit;
mod model;
mod output;

pub(crate) use expand::{expand_handlers, expand_struct};
