//! The door to a connection.

use std::sync::Arc;

use ractor::{Actor, ActorRef};
use tokio::sync::oneshot;

use super::actor::{Arguments, ConnectionActor, gone};
use super::message::ConnectionMsg;
use super::shared::Shared;
use crate::error::{Error, ErrorKind};
use crate::options::{ConnectOptions, InitialConnect, ServerAddr};

/// One connection, seen from outside; dropping the last one flushes what was accepted and closes.
#[derive(Debug)]
pub(crate) struct ConnectionHandle {
    shared: Arc<Shared>,
    actor: ActorRef<ConnectionMsg>,
}

impl ConnectionHandle {
    /// Starts the actor and waits for the first connection, as the options say.
    pub(crate) async fn open(
        options: ConnectOptions,
        mut servers: Vec<ServerAddr>,
    ) -> Result<Self, Error> {
        if options.shuffle {
            fastrand::shuffle(&mut servers);
        }
        let initial = options.initial_connect;
        let shared = Arc::new(Shared::new(options, servers)?);
        let (first, connected) = oneshot::channel();
        let arguments = Arguments { shared: Arc::clone(&shared), first: Some(first) };
        let spawned = Actor::spawn(None, ConnectionActor, arguments).await;
        let (actor, _) = spawned.map_err(|error| Error::new(ErrorKind::Closed).because(error))?;
        let handle = Self { shared, actor };
        match initial {
            InitialConnect::Background => {}
            InitialConnect::FailFast => connected.await.map_err(|_| gone())??,
            InitialConnect::WaitFor(limit) => match tokio::time::timeout(limit, connected).await {
                Ok(answer) => answer.map_err(|_| gone())??,
                Err(_) => {
                    handle.close().await;
                    return Err(Error::new(ErrorKind::TimedOut).detail("no server was reached"));
                }
            },
        }
        Ok(handle)
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Leaves the present server and connects again.
    pub(crate) fn reconnect(&self) {
        let _ = self.actor.cast(ConnectionMsg::Reconnect);
    }

    /// Closes at once; returns how many publishes are unconfirmed.
    pub(crate) async fn close(&self) -> u64 {
        let (report, closed) = oneshot::channel();
        if self.actor.cast(ConnectionMsg::Close(Some(report))).is_ok()
            && let Ok(unconfirmed) = closed.await
        {
            return unconfirmed;
        }
        self.shared.close()
    }
}

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        let _ = self.actor.cast(ConnectionMsg::Release);
    }
}
