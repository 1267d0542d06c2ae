//! What is known about a client's life: whom it is connected to, what went wrong last, how it ended.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use super::lock::lock;
use super::queue::Queue;
use super::reason::{CloseReason, Failure};
use crate::options::ServerAddr;
use crate::protocol::ServerError;

/// The server that a client is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectedServer {
    /// Counts the connections of the client, from 1.
    pub epoch: u64,
    /// Where the server was reached, as the user or another server named it.
    pub address: ServerAddr,
    /// The client's side of the socket, if the transport has one.
    pub local_addr: Option<SocketAddr>,
    /// The server's side of the socket, if the transport has one; a proxy's if there is one in between.
    pub remote_addr: Option<SocketAddr>,
}

/// What a client left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EndReport {
    pub(crate) unconfirmed: u64,
    pub(crate) untaken: usize,
}

#[derive(Debug, Default)]
pub(super) struct Life {
    server: Mutex<Option<ConnectedServer>>,
    last_error: Mutex<Option<Failure>>,
    /// What the server said last, on the connection of this epoch, that may be why it closes it.
    complaint: Mutex<Option<(u64, ServerError)>>,
    /// Subscriptions that were ended by a drain, while their messages are still taken.
    draining: Mutex<Vec<Arc<Queue>>>,
    end: Mutex<Option<(CloseReason, EndReport)>>,
}

impl Life {
    /// A connection begins: earlier errors are over.
    pub(super) fn begin(&self, server: ConnectedServer) {
        *lock(&self.server) = Some(server);
        *lock(&self.last_error) = None;
    }

    /// The connection is over.
    pub(super) fn lost(&self) {
        *lock(&self.server) = None;
    }

    pub(super) fn server(&self) -> Option<ConnectedServer> {
        lock(&self.server).clone()
    }

    pub(super) fn complained(&self, epoch: u64, error: &ServerError) {
        if error.closes_connection() || matches!(error, ServerError::Other(_)) {
            *lock(&self.complaint) = Some((epoch, error.clone()));
        }
        self.failed(error.into());
    }

    pub(super) fn take_complaint(&self, epoch: u64) -> Option<ServerError> {
        lock(&self.complaint).take_if(|(told, _)| *told == epoch).map(|(_, error)| error)
    }

    pub(super) fn failed(&self, failure: Failure) {
        *lock(&self.last_error) = Some(failure);
    }

    pub(super) fn last_error(&self) -> Option<Failure> {
        lock(&self.last_error).clone()
    }

    pub(super) fn drains(&self, queues: impl IntoIterator<Item = Arc<Queue>>) {
        lock(&self.draining).extend(queues);
    }

    /// Subscriptions that were ended by this drain or another one.
    pub(super) fn draining(&self) -> Vec<Arc<Queue>> {
        lock(&self.draining).clone()
    }

    pub(super) fn end(&self) -> Option<(CloseReason, EndReport)> {
        lock(&self.end).clone()
    }

    /// Ends it, with what `report` finds; the first end counts, and later ones are given the same report.
    ///
    /// Returns whether this was the first one.
    pub(super) fn ends(&self, reason: CloseReason, unconfirmed: u64) -> (bool, EndReport) {
        let mut end = lock(&self.end);
        if let Some((_, report)) = &*end {
            return (false, *report);
        }
        let untaken = lock(&self.draining).drain(..).map(|queue| queue.counts().0).sum();
        let report = EndReport { unconfirmed, untaken };
        *end = Some((reason, report));
        (true, report)
    }
}
