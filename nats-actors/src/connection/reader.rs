//! The read task: what the socket brings goes to the subscriptions.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::intake::{Blocked, Control, Intake, Pass};
use super::read_buffer::ReadBuffer;
use super::shared::Shared;
use super::statistics::Counters;
use crate::protocol::ProtocolError;

/// Why reading ended.
#[derive(Debug)]
pub(super) enum ReadEnd {
    /// The peer closed the connection.
    Closed,
    /// The socket failed.
    Io(io::Error),
    /// The peer broke the protocol.
    Protocol(ProtocolError),
}

impl fmt::Display for ReadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the connection"),
            Self::Io(error) => write!(f, "reading failed: {error}"),
            Self::Protocol(error) => write!(f, "the server broke the protocol: {error}"),
        }
    }
}

/// Reads until the socket ends. `control` takes what the actor must decide; `heard` is set whenever something came.
pub(super) async fn read_loop<R: AsyncRead + Unpin>(
    shared: Arc<Shared>,
    mut socket: R,
    unused: BytesMut,
    heard: Arc<AtomicBool>,
    mut control: impl FnMut(Control),
) -> ReadEnd {
    let mut intake = Intake::new();
    let mut buffer = ReadBuffer::new(unused);
    loop {
        let pass = match intake.pass(&shared, &mut buffer) {
            Ok(pass) => pass,
            Err(error) => return ReadEnd::Protocol(error),
        };
        let Pass { need, blocked, control: decide } = pass;
        decide.into_iter().for_each(&mut control);
        for waiting in blocked {
            unblock(&shared, waiting).await;
        }
        match socket.read_buf(buffer.with_room(need)).await {
            Ok(0) => return ReadEnd::Closed,
            Ok(_) => heard.store(true, Ordering::Relaxed),
            Err(error) => return ReadEnd::Io(error),
        }
    }
}

async fn unblock(shared: &Shared, waiting: Blocked) {
    let pushed = waiting.queue.push_blocked(waiting.batch).await;
    Counters::add(&shared.counters.dropped, pushed.dropped);
    if let Some(sid) = waiting.finished {
        shared.unsubscribe(sid);
    }
}
