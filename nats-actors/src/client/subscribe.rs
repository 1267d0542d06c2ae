//! Subscribing.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use super::handle::Client;
use crate::connection::Queue;
use crate::error::{Error, ErrorKind};
use crate::protocol::{MAX_CONTROL_LINE, Message, QueueGroup, check_pattern};
use crate::session::{Overflow, PendingLimits};
use crate::subscription::{Interested, MakePump, Subscription, SubscriptionHandle};
use crate::subscription::{start, to_traced_handler};

/// Bytes of a control line that the number of a subscription may take, with the blanks before and behind a queue group.
const SID: usize = 22;

/// A subscription about to be made; `.await` makes it a [`Subscription`], a stream of messages.
///
/// Unless [`unconfirmed`](Self::unconfirmed) is said, it waits until the server knows: what anybody publishes afterwards
/// will be delivered, and a subject that is not permitted is an error here. While the client is disconnected it does not
/// wait.
///
/// # Errors
///
/// [`BadSubject`](ErrorKind::BadSubject), [`BadQueueGroup`](ErrorKind::BadQueueGroup), [`Denied`](ErrorKind::Denied),
/// [`TimedOut`](ErrorKind::TimedOut) when the server does not answer within the request timeout of the options,
/// [`TooMany`](ErrorKind::TooMany), [`Draining`](ErrorKind::Draining) and [`Closed`](ErrorKind::Closed).
///
/// # Cancel safety
///
/// Dropping the future unsubscribes.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
/// use nats_actors::{Overflow, PendingLimits};
///
/// let mut readings = client
///     .subscribe("meter.*")
///     .queue("billing")
///     .limits(PendingLimits::new(10_000, 16 * 1024 * 1024))
///     .overflow(Overflow::Block(Duration::from_millis(100)))
///     .await?;
/// while let Some(reading) = readings.next().await {
///     println!("{}: {:?}", reading.subject(), reading.payload());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a subscribe does nothing until awaited"]
pub struct Subscribe<'a> {
    client: &'a Client,
    subject: Cow<'a, str>,
    queue_group: Option<Cow<'a, str>>,
    max_messages: Option<u64>,
    limits: Option<PendingLimits>,
    overflow: Overflow,
    confirmed: bool,
}

impl<'a> Subscribe<'a> {
    pub(super) const fn new(client: &'a Client, subject: Cow<'a, str>) -> Self {
        Self {
            client,
            subject,
            queue_group: None,
            max_messages: None,
            limits: None,
            overflow: Overflow::DropNewest,
            confirmed: true,
        }
    }

    /// Shares the messages with the other members of this group: each goes to one of them. Default: no group.
    pub fn queue(mut self, group: impl Into<Cow<'a, str>>) -> Self {
        self.queue_group = Some(group.into());
        self
    }

    /// Ends the subscription behind so many messages, also over reconnects. Default, and what 0 means: no maximum.
    pub fn max_messages(mut self, count: u64) -> Self {
        self.max_messages = (count > 0).then_some(count);
        self
    }

    /// How much may wait, in messages and bytes. Default: the pending limits of the options.
    pub const fn limits(mut self, limits: PendingLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// What happens when the limits are reached. Default: [`Overflow::DropNewest`].
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Does not wait until the server knows; a denied subject then ends the subscription with an error. Default: it waits.
    pub const fn unconfirmed(mut self) -> Self {
        self.confirmed = false;
        self
    }

    /// Calls `handler` for each message, with at most `concurrency` calls at a time; 0 counts as 1.
    ///
    /// Calls begin in the order of the messages, in a task of the subscription's own. A call that panics is logged and
    /// ends; the next message is handled. Dropping the handle unsubscribes and drops the calls that are under way;
    /// [`drain`](SubscriptionHandle::drain) waits for them.
    ///
    /// # Errors
    ///
    /// As for awaiting it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future unsubscribes; calls may have been made already.
    ///
    /// ```no_run
    /// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
    /// let responder = client.clone();
    /// let answering = client
    ///     .subscribe("greeter.*.greet")
    ///     .queue("greeters")
    ///     .for_each(64, move |message| {
    ///         let client = responder.clone();
    ///         async move {
    ///             if let Err(error) = client.respond(&message, "hello").await {
    ///                 eprintln!("no answer: {error}");
    ///             }
    ///         }
    ///     })
    ///     .await?;
    /// answering.ended().await
    /// # }
    /// ```
    pub async fn for_each<H, F>(
        self,
        concurrency: usize,
        handler: H,
    ) -> Result<SubscriptionHandle, Error>
    where
        H: Fn(Message) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        self.handle_by(concurrency, |_| handler).await
    }

    /// As [`for_each`](Self::for_each), with a handler that is made of its queue.
    pub(crate) async fn handle_by<H, F>(
        self,
        concurrency: usize,
        make_handler: impl FnOnce(Arc<Queue>) -> H,
    ) -> Result<SubscriptionHandle, Error>
    where
        H: Fn(Message) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let propagator = self.client.propagator().cloned();
        let group = self.queue_group.as_deref().map(Into::into);
        let made = self.make(|queue| {
            let handler = make_handler(Arc::clone(&queue));
            Some(to_traced_handler(queue, concurrency, propagator, group, handler))
        });
        Ok(SubscriptionHandle::new(made.await?))
    }

    pub(crate) const fn client(&self) -> &'a Client {
        self.client
    }

    /// Makes it, with the pump that `pump` makes of its queue.
    pub(crate) async fn make(
        self,
        pump: impl FnOnce(Arc<Queue>) -> Option<MakePump>,
    ) -> Result<Interested, Error> {
        let error = |kind| Error::new(kind).on(&*self.subject);
        check_pattern(&self.subject)
            .map_err(|cause| error(ErrorKind::BadSubject).because(cause))?;
        if let Some(group) = &self.queue_group {
            group.parse::<QueueGroup>().map_err(|cause| {
                Error::new(ErrorKind::BadQueueGroup).on(&**group).because(cause)
            })?;
        }
        let group = self.queue_group.as_deref().unwrap_or_default();
        if self.subject.len() + group.len() + SID > MAX_CONTROL_LINE {
            let detail = "with its queue group it does not fit into a control line";
            return Err(error(ErrorKind::BadSubject).detail(detail));
        }
        let connection = Arc::clone(self.client.connection());
        let shared = Arc::clone(connection.shared());
        let limits = self.limits.unwrap_or(shared.options.pending_limits);
        let (group, max) = (self.queue_group.as_deref(), self.max_messages);
        let (sid, queue) = shared.subscribe(&self.subject, group, max, limits, self.overflow)?;
        let pump = pump(Arc::clone(&queue));
        let pumped = pump.is_some();
        let made = start(connection, sid, Arc::clone(&queue), group, pump).await?;
        if self.confirmed && shared.is_connected() {
            let known = async {
                // A message shows it, too; and the PONG stands behind messages for which there may be no room.
                tokio::select! {
                    flushed = shared.flush(shared.options.request_timeout) => flushed,
                    () = queue.reached(pumped) => Ok(()),
                }
            };
            match known.await {
                // The next connection announces the subscription again.
                Err(error) if error.kind() != ErrorKind::Disconnected => return Err(error),
                _ => {}
            }
        }
        match queue.error() {
            Some(error) if self.confirmed => Err(error),
            _ => Ok(made),
        }
    }
}

impl<'a> IntoFuture for Subscribe<'a> {
    type Output = Result<Subscription, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.make(|_| None).await.map(Subscription::new) })
    }
}
