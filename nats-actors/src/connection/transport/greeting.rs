//! The server's INFO, looked at before anything is answered: it may demand TLS.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::protocol::{DecodeLimits, Decoded, ServerFrame, ServerInfo, decode};

/// What a server said first; its bytes stay in the buffer, for the login to take.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) info: ServerInfo,
    /// How many bytes of the buffer it is.
    pub(super) len: usize,
}

/// Reads until the first frame is there; `None` if it is not an INFO, which is for the login to complain about.
pub(super) async fn greeting<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
) -> io::Result<Option<Greeting>> {
    loop {
        match decode(buffer, &DecodeLimits::default()) {
            Ok(Decoded::Frame { frame: ServerFrame::Info(json), len }) => {
                return Ok(ServerInfo::parse(json).ok().map(|info| Greeting { info, len }));
            }
            Ok(Decoded::Frame { .. }) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
