//! The read task: what the socket brings goes to the subscriptions.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::blocked::Blocked;
use super::intake::{Control, Intake, Pass};
use super::pulse::Pulse;
use super::read_buffer::ReadBuffer;
use super::reason::{DisconnectCause, Lost};
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

impl From<ReadEnd> for Lost {
    fn from(end: ReadEnd) -> Self {
        let cause = match &end {
            ReadEnd::Closed => DisconnectCause::ServerClosed,
            ReadEnd::Io(error) => DisconnectCause::Io(error.kind()),
            ReadEnd::Protocol(_) => DisconnectCause::Protocol,
        };
        Self::new(cause, end.to_string())
    }
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

/// Reads until the socket ends. `control` takes what the actor must decide; `pulse` is told whenever something came.
pub(super) async fn read_loop<R: AsyncRead + Unpin>(
    shared: Arc<Shared>,
    epoch: u64,
    mut socket: R,
    unused: BytesMut,
    pulse: Arc<Pulse>,
    mut control: impl FnMut(Control),
) -> ReadEnd {
    let mut intake = Intake::new(epoch);
    let mut buffer = ReadBuffer::new(unused);
    loop {
        let Pass { need, paused, blocked, control: decide, broken } =
            intake.pass(&shared, &mut buffer);
        decide.into_iter().for_each(&mut control);
        if !blocked.is_empty() {
            deliver(blocked, &pulse).await;
        }
        if let Some(error) = broken {
            return ReadEnd::Protocol(error);
        }
        if paused {
            continue;
        }
        match socket.read_buf(buffer.with_room(need)).await {
            Ok(0) => return ReadEnd::Closed,
            Ok(read) => {
                pulse.heard();
                Counters::add(&shared.counters.in_bytes, read as u64);
            }
            Err(error) => return ReadEnd::Io(error),
        }
    }
}

/// Waits until each batch is in its queue, or was given up.
async fn deliver(blocked: Vec<Blocked>, pulse: &Pulse) {
    pulse.away(true);
    for batch in blocked {
        batch.deliver().await;
    }
    pulse.away(false);
}
