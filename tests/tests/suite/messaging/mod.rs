//! Publishing, subscribing and asking, row by row of the specification.

mod kit;
mod request_many;
