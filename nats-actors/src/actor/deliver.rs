//! From a subscription to an actor.

use ractor::ActorRef;

use super::Batch;
use crate::client::Subscribe;
use crate::error::Error;
use crate::subscription::{SubscriptionHandle, to_actor};

impl Subscribe<'_> {
    /// Casts batches of messages to `actor`, each made its message by `map`.
    ///
    /// At most two batches are under way: dropping a [`Batch`] lets the next one come. When the actor is gone, the
    /// subscription ends with [`Closed`](crate::ErrorKind::Closed), at the server too. A batch holds at most 1,024 messages.
    ///
    /// # Errors
    ///
    /// As for awaiting it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future unsubscribes; batches may have been cast already.
    ///
    /// ```no_run
    /// # enum Msg { Readings(nats_actors::actor::Batch) }
    /// # async fn example(
    /// #     client: nats_actors::Client,
    /// #     actor: ractor::ActorRef<Msg>,
    /// # ) -> Result<(), nats_actors::Error> {
    /// let readings = client.subscribe("meter.*").deliver_to(actor, Msg::Readings).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn deliver_to<M, F>(
        self,
        actor: ActorRef<M>,
        map: F,
    ) -> Result<SubscriptionHandle, Error>
    where
        M: ractor::Message,
        F: Fn(Batch) -> M + Send + Sync + 'static,
    {
        let made = self.make(|queue| Some(to_actor(queue, actor, map))).await?;
        Ok(SubscriptionHandle::new(made))
    }
}
