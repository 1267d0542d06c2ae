//! `#[derive(ServiceError)]`: both directions of an error enum.

mod emit;
mod expand;
mod model;

pub(crate) use expand::expand;
