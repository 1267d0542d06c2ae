//! How a subscription comes to life.

use std::sync::Arc;
use std::time::Duration;

use super::actor::{Arguments, SubscriptionActor};
use super::message::SubscriptionMsg;
use super::pump::MakePump;
use crate::connection::{ConnectionHandle, Queue};
use crate::error::{Error, ErrorKind};
use crate::supervisor::{ChildSpec, Slot};

/// How long the actor of a subscription may take to start; it does nothing that waits.
const START: Duration = Duration::from_secs(10);

/// A live subscription: its actor, its queue, and the connection that it keeps open.
#[derive(Debug)]
pub(crate) struct Interested {
    pub(super) connection: Arc<ConnectionHandle>,
    pub(super) actor: Slot<SubscriptionMsg>,
    pub(super) queue: Arc<Queue>,
    pub(super) sid: u64,
    pub(super) queue_group: Option<Box<str>>,
}

impl Drop for Interested {
    fn drop(&mut self) {
        self.connection.shared().unsubscribe(self.sid);
        self.connection.subscriptions().remove(self.actor.name());
    }
}

/// Starts the supervised actor of a subscription that the server was told about.
pub(crate) async fn start(
    connection: Arc<ConnectionHandle>,
    sid: u64,
    queue: Arc<Queue>,
    queue_group: Option<&str>,
    pump: Option<MakePump>,
) -> Result<Interested, Error> {
    let arguments = Arguments { shared: Arc::clone(connection.shared()), sid, pump };
    let spec = ChildSpec::new(sid.to_string(), move |life| {
        let arguments = arguments.clone();
        async move { life.spawn(SubscriptionActor, arguments).await }
    });
    let closed = || Error::new(ErrorKind::Closed).on(queue.subject());
    let actor = match connection.subscriptions().add(spec) {
        Ok(actor) => actor,
        Err(error) => {
            connection.shared().unsubscribe(sid);
            return Err(closed().because(error));
        }
    };
    let queue_group = queue_group.map(Into::into);
    let interested = Interested { connection, actor, queue: Arc::clone(&queue), sid, queue_group };
    match interested.actor.wait_up(START).await {
        Ok(_) => Ok(interested),
        Err(error) => Err(closed().because(error)),
    }
}
