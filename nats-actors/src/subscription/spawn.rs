//! How a subscription comes to life.

use std::sync::Arc;

use ractor::{Actor, ActorRef};

use super::actor::{Arguments, SubscriptionActor};
use super::message::SubscriptionMsg;
use super::pump::Pump;
use crate::connection::{ConnectionHandle, Queue};
use crate::error::{Error, ErrorKind};

/// A live subscription: its actor, its queue, and the connection that it keeps open.
#[derive(Debug)]
pub(crate) struct Interested {
    pub(super) connection: Arc<ConnectionHandle>,
    pub(super) actor: ActorRef<SubscriptionMsg>,
    pub(super) queue: Arc<Queue>,
    pub(super) sid: u64,
}

impl Drop for Interested {
    fn drop(&mut self) {
        self.connection.shared().unsubscribe(self.sid);
        self.actor.stop(None);
    }
}

/// Starts the actor of a subscription that the server was told about.
pub(crate) async fn start(
    connection: Arc<ConnectionHandle>,
    sid: u64,
    queue: Arc<Queue>,
    pump: Option<Pump>,
) -> Result<Interested, Error> {
    let arguments = Arguments { shared: Arc::clone(connection.shared()), sid, pump };
    match Actor::spawn(None, SubscriptionActor, arguments).await {
        Ok((actor, _)) => Ok(Interested { connection, actor, queue, sid }),
        Err(error) => {
            connection.shared().unsubscribe(sid);
            Err(Error::new(ErrorKind::Closed).on(queue.subject()).because(error))
        }
    }
}
