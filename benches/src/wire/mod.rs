//! As much of the protocol as a raw peer needs, on a blocking socket.

mod frames;
mod socket;

pub(crate) use frames::Frames;
pub(crate) use socket::Socket;
