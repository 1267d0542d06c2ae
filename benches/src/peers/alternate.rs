//! The feeder of small payloads between large ones.

use std::io::{self, Write};

use crate::Failure;
use crate::peers::READY;
use crate::plan::{CREDIT, KEPT, payload};
use crate::wire::{Frames, Socket};

/// Bytes of a large payload.
const LARGE: usize = 60_000;
/// Pairs that one credit is good for.
pub(crate) const PAIRS: u64 = 16;

/// Sends [`PAIRS`] of a large payload and a small one for each credit, until the connection ends.
pub(crate) fn alternate(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::connect(url)?;
    socket.subscribe(CREDIT, 1)?;
    socket.fence()?;
    writeln!(io::stdout(), "{READY}")?;

    let mut pair = format!("PUB {KEPT} {LARGE}\r\n").into_bytes();
    pair.extend_from_slice(&payload(LARGE));
    pair.extend_from_slice(format!("\r\nPUB {KEPT} 4\r\nkept\r\n").as_bytes());
    let mut credits = Frames::of(CREDIT, 1, 0);
    loop {
        for _ in 0..credits.count(socket.read()?)? * PAIRS {
            socket.write(&pair)?;
        }
    }
}
