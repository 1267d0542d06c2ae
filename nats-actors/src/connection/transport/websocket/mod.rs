//! WebSocket: the request that opens it, and the frames as a byte stream.

mod bytes;
mod upgrade;

pub(super) use self::upgrade::upgrade;
