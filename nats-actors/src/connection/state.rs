//! Where a connection stands.

use tokio::sync::watch;

/// Where a connection stands now.
///
/// A client that ends passes through both draining states, whether it is [drained](crate::Client::drain), closed or
/// dropped; it may lose its connection and find another one meanwhile.
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
    /// Subscriptions end behind what the server had sent to them; publishing goes on, new subscriptions are refused.
    DrainingSubscriptions {
        /// The number of the connection; `None` while there is none.
        epoch: Option<u64>,
    },
    /// What was accepted is flushed; nothing more is accepted.
    DrainingPublishes {
        /// The number of the connection; `None` while there is none.
        epoch: Option<u64>,
    },
    /// The client is closed.
    Closed,
}

impl ConnectionState {
    /// Whether a server has accepted the client; it may be draining.
    #[must_use]
    pub const fn is_connected(self) -> bool {
        self.epoch().is_some()
    }

    /// Whether the client is about to end.
    #[must_use]
    pub const fn is_draining(self) -> bool {
        matches!(self, Self::DrainingSubscriptions { .. } | Self::DrainingPublishes { .. })
    }

    /// The number of the present connection.
    #[must_use]
    pub const fn epoch(self) -> Option<u64> {
        match self {
            Self::Connected { epoch } => Some(epoch),
            Self::DrainingSubscriptions { epoch } | Self::DrainingPublishes { epoch } => epoch,
            Self::Connecting | Self::Reconnecting | Self::Closed => None,
        }
    }

    /// As it is when a connection begins, or ends.
    pub(super) const fn linked(self, epoch: Option<u64>) -> Self {
        match (self, epoch) {
            (Self::Closed, _) => Self::Closed,
            (Self::DrainingSubscriptions { .. }, epoch) => Self::DrainingSubscriptions { epoch },
            (Self::DrainingPublishes { .. }, epoch) => Self::DrainingPublishes { epoch },
            (_, Some(epoch)) => Self::Connected { epoch },
            (_, None) => Self::Reconnecting,
        }
    }

    /// As it is when subscriptions begin to drain.
    pub(super) const fn draining_subscriptions(self) -> Self {
        match self {
            Self::DrainingPublishes { .. } | Self::Closed => self,
            open => Self::DrainingSubscriptions { epoch: open.epoch() },
        }
    }

    /// As it is when nothing more is accepted.
    pub(super) const fn draining_publishes(self) -> Self {
        match self {
            Self::Closed => self,
            open => Self::DrainingPublishes { epoch: open.epoch() },
        }
    }
}

/// Follows the state of a connection: always the newest one, never a queue. [`Events`](crate::Events) tell every change.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) {
/// let mut state = client.watch_state();
/// if let Some(epoch) = state.connected().await {
///     println!("connection number {epoch}");
/// }
/// # }
/// ```
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

    /// Waits until a server has accepted the client, and returns the epoch; `None` if it is closed before that.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn connected(&mut self) -> Option<u64> {
        let settled =
            |state: &ConnectionState| state.is_connected() || *state == ConnectionState::Closed;
        self.state.wait_for(settled).await.ok().and_then(|state| state.epoch())
    }

    /// Waits until the client is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn closed(&mut self) {
        let _ = self.state.wait_for(|state| *state == ConnectionState::Closed).await.map(|_| ());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: CON-48
    #[test]
    fn a_draining_client_may_lose_its_connection_and_find_another_one() {
        let connected = ConnectionState::Connecting.linked(Some(1));
        assert_eq!(connected, ConnectionState::Connected { epoch: 1 });
        let draining = connected.draining_subscriptions();
        assert!(draining.is_connected() && draining.is_draining());
        let lost = draining.linked(None);
        assert_eq!(lost, ConnectionState::DrainingSubscriptions { epoch: None });
        let flushing = lost.linked(Some(2)).draining_publishes();
        assert_eq!(flushing, ConnectionState::DrainingPublishes { epoch: Some(2) });
        assert_eq!(flushing.draining_subscriptions(), flushing);
    }

    // spec: CON-48
    #[test]
    fn closed_is_the_end() {
        let closed = ConnectionState::Closed;
        assert_eq!(closed.linked(Some(1)), closed);
        assert_eq!(closed.draining_subscriptions().draining_publishes(), closed);
        assert_eq!(ConnectionState::Connecting.linked(None), ConnectionState::Reconnecting);
    }
}
