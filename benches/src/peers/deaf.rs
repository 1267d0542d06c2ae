//! The listener that never answers.

use std::io::{self, Write};

use crate::Failure;
use crate::peers::READY;
use crate::plan::DEAF;
use crate::wire::Socket;

/// Takes requests until the connection ends.
pub(crate) fn deaf(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::connect(url)?;
    socket.subscribe(DEAF, 1)?;
    socket.fence()?;
    writeln!(io::stdout(), "{READY}")?;
    loop {
        let text = socket.read()?;
        // A server that asks for a sign of life does so alone, between two requests.
        if text.starts_with(b"PING") {
            socket.write(b"PONG\r\n")?;
        }
    }
}
