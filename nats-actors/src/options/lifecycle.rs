//! How a connection lives: what it tells the server about itself, and what is kept while there is no server.

use super::connect_options::ConnectOptions;
use crate::protocol::ConnectInfo;

/// What happens to a publish that finds no room while there is no server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BufferOverflow {
    /// It waits for room, and fails with [`OutboxFull`](crate::ErrorKind::OutboxFull) at its deadline.
    #[default]
    Wait,
    /// It fails with [`OutboxFull`](crate::ErrorKind::OutboxFull) at once.
    Fail,
    /// The oldest publishes make room, a sixteenth of the buffer at a time. [`Event::PublishLoss`] reports them together,
    /// with the next connection or the end of the client. Requests stay, each until its timeout.
    ///
    /// [`Event::PublishLoss`]: crate::Event::PublishLoss
    DropOldest,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct LifecycleOptions {
    verbose: bool,
    pedantic: bool,
    disconnect_buffer: Option<usize>,
    pub(crate) buffer_overflow: BufferOverflow,
}

impl ConnectOptions {
    /// Has the server acknowledge every operation with `+OK`, which costs it and the client time. Default: no.
    pub const fn verbose(mut self) -> Self {
        self.lifecycle.verbose = true;
        self
    }

    /// Has the server check subjects more strictly; what it does not like, it reports as
    /// [`Event::ServerError`](crate::Event::ServerError). Default: no.
    pub const fn pedantic(mut self) -> Self {
        self.lifecycle.pedantic = true;
        self
    }

    /// Bytes that may be kept for the next server while there is none, and what happens to a publish beyond them.
    /// Default: as many as [`outbox_bytes`](Self::outbox_bytes), and it waits.
    ///
    /// With 0, a publish or request fails with [`Disconnected`](crate::ErrorKind::Disconnected) at once while there is no
    /// server. More than `outbox_bytes` are never kept. Protocol lines and headers count. What the lost connection left
    /// is kept in any case.
    pub const fn disconnect_buffer(mut self, bytes: usize, overflow: BufferOverflow) -> Self {
        self.lifecycle.disconnect_buffer = Some(bytes);
        self.lifecycle.buffer_overflow = overflow;
        self
    }

    /// How many bytes may be kept while there is no server.
    pub(crate) fn disconnect_bytes(&self) -> usize {
        self.lifecycle
            .disconnect_buffer
            .map_or(self.outbox_bytes, |bytes| bytes.min(self.outbox_bytes))
    }
}

impl LifecycleOptions {
    pub(super) const fn introduce(&self, info: &mut ConnectInfo) {
        info.verbose = self.verbose;
        info.pedantic = self.pedantic;
    }
}
