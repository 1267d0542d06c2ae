//! `#[derive(HandlerError)]`: what each error means for the message.

mod emit;
mod expand;
mod model;
mod place;

pub(crate) use expand::expand;
