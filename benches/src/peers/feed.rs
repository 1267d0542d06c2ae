//! The feeder: sends one window for each credit.

use std::io::{self, Write};

use crate::Failure;
use crate::cli::Feed;
use crate::peers::READY;
use crate::plan::{CREDIT, RECEIVE, payload, window};
use crate::wire::{Frames, Socket};

/// Sends `count` messages, never more windows ahead than the receiver gave credit for.
pub(crate) fn feed(options: &Feed) -> Result<(), Failure> {
    let mut socket = Socket::connect(&options.url)?;
    socket.subscribe(CREDIT, 1)?;
    socket.fence()?;
    writeln!(io::stdout(), "{READY}")?;

    let messages = window(options.size);
    let bytes = encode(options.size, messages);
    let mut credits = Frames::of(CREDIT, 1, 0);
    let mut windows = options.count / messages;
    while windows > 0 {
        let granted = credits.count(socket.read()?)?.min(windows);
        for _ in 0..granted {
            socket.write(&bytes)?;
        }
        windows -= granted;
    }
    // Credits may still be on their way, so a PONG need not be the last line: read to the end.
    while socket.read().is_ok() {}
    Ok(())
}

fn encode(size: usize, messages: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..messages {
        bytes.extend_from_slice(format!("PUB {RECEIVE} {size}\r\n").as_bytes());
        bytes.extend_from_slice(&payload(size));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
