//! JetStream against a real server.

mod consumers;
mod fresh;
mod headers;
pub(crate) mod kit;
mod lame_duck;
mod messages;
mod moving;
mod names;
mod poison;
mod publish;
mod recovery;
mod settle;
mod stopping;
mod streams;
