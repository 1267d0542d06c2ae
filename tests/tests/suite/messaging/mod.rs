//! Publishing, subscribing and asking, row by row of the specification.

mod kit;
mod publish;
mod request_many;
mod requests;
mod subscribe;
