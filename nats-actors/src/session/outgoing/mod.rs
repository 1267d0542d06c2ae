//! What was accepted for a server, until the server has confirmed it.

mod disconnect;
mod hold;
mod stream;
#[cfg(test)]
mod tests;

pub use self::stream::{Outgoing, Segment};
