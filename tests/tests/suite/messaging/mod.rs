//! Publishing, subscribing and asking, row by row of the specification.

mod actor;
mod confirmed;
mod denied;
mod denied_requests;
mod dropped;
mod kit;
mod large_replies;
mod publish;
mod regressions;
mod request_many;
mod requests;
mod subscribe;
mod timeouts;
mod trace;
