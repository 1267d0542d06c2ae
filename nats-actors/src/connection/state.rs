//! Where a connection stands.

use tokio::sync::watch;

/// Where a connection stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionState {
    /// No server has accepted the client yet.
    Connecting,
    /// A server has accepted the client.
    Connected {
        /// Counts the connections of this client, from 1.
        epoch: u64,
    },
    /// The connection was lost; another one is looked for.
    Reconnecting,
    /// The client is closed.
    Closed,
}

impl ConnectionState {
    /// Whether a server has accepted the client.
    #[must_use]
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Connected { .. })
    }

    /// The number of the present connection.
    #[must_use]
    pub const fn epoch(self) -> Option<u64> {
        match self {
            Self::Connected { epoch } => Some(epoch),
            Self::Connecting | Self::Reconnecting | Self::Closed => None,
        }
    }
}

/// Follows the state of a connection: always the newest one, never a queue.
#[derive(Clone, Debug)]
pub struct StateWatch {
    state: watch::Receiver<ConnectionState>,
}

impl StateWatch {
    pub(crate) const fn new(state: watch::Receiver<ConnectionState>) -> Self {
        Self { state }
    }

    /// The state now; the next [`changed`](Self::changed) waits for another one.
    pub fn current(&mut self) -> ConnectionState {
        *self.state.borrow_and_update()
    }

    /// Waits until the state differs from the one that was seen last, and returns it.
    ///
    /// A closed client stays closed: this returns [`ConnectionState::Closed`] at once then.
    ///
    /// # Cancel safety
    ///
    /// No change is lost when the future is dropped.
    pub async fn changed(&mut self) -> ConnectionState {
        if *self.state.borrow() == ConnectionState::Closed || self.state.changed().await.is_err() {
            return ConnectionState::Closed;
        }
        self.current()
    }

    /// Waits until a server has accepted the client; `None` if it is closed before that.
    pub async fn connected(&mut self) -> Option<u64> {
        let settled = |state: &ConnectionState| {
            matches!(state, ConnectionState::Connected { .. } | ConnectionState::Closed)
        };
        self.state.wait_for(settled).await.ok().and_then(|state| state.epoch())
    }

    /// Waits until the client is closed.
    pub async fn closed(&mut self) {
        let _ = self.state.wait_for(|state| *state == ConnectionState::Closed).await.map(|_| ());
    }
}
