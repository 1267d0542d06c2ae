//! Settling a delivery.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::verb::{self, Verb};
use crate::client::Client;
use crate::error::ErrorKind;
use crate::jetstream::{Delivery, Error};

/// A settlement on its way; `.await` sends it.
///
/// It does not wait for the server, and for room in the outbox only when that is full. After an
/// error, [`into_delivery`](Error::into_delivery) has the delivery again.
///
/// # Errors
///
/// [`OutboxFull`](crate::jetstream::ErrorKind::OutboxFull) after the publish timeout of the client,
/// [`Disconnected`](crate::jetstream::ErrorKind::Disconnected) if the client keeps nothing for the next server, and
/// [`Closed`](crate::jetstream::ErrorKind::Closed).
///
/// # Cancel safety
///
/// Dropped before it was polled, the delivery is given back; dropped while it waited for room, it
/// is left to the ack wait.
#[must_use = "a settlement does nothing until awaited"]
pub struct Settle {
    delivery: Option<Delivery>,
    verb: Verb,
    waiting: Option<Waiting>,
}

type Waiting = Pin<Box<dyn Future<Output = Result<(), crate::error::Error>> + Send>>;

impl Settle {
    pub(super) fn new(delivery: Delivery, verb: Verb) -> Self {
        Self { delivery: Some(delivery), verb, waiting: None }
    }

    /// Sends it without waiting, also outside of a runtime.
    ///
    /// # Errors
    ///
    /// [`OutboxFull`](crate::jetstream::ErrorKind::OutboxFull) and
    /// [`Closed`](crate::jetstream::ErrorKind::Closed), with the delivery.
    pub fn try_send(mut self) -> Result<(), Error> {
        let sent = self.attempt();
        self.end(sent)
    }

    fn attempt(&self) -> Result<(), crate::error::Error> {
        match &self.delivery {
            Some(delivery) if delivery.shared().acks => {
                delivery.shared().client().try_publish(delivery.reply(), self.verb.payload())
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self, sent: Result<(), crate::error::Error>) -> Result<(), Error> {
        let Some(delivery) = self.delivery.take() else { return Ok(()) };
        match sent {
            Ok(()) => {
                delivery.forget();
                Ok(())
            }
            Err(error) => Err(Error::from(error).holding(delivery)),
        }
    }

    /// The slow way, when the outbox is full.
    fn wait(&self) -> Option<Waiting> {
        let delivery = self.delivery.as_ref()?;
        let client: Client = delivery.shared().client().clone();
        let (reply, payload) = (delivery.reply().to_owned(), self.verb.payload());
        Some(Box::pin(async move { client.publish(reply, payload).await }))
    }
}

impl Future for Settle {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.waiting.is_none() {
            match self.attempt() {
                Err(error) if error.kind() == ErrorKind::OutboxFull => {
                    self.waiting = self.wait();
                }
                sent => return Poll::Ready(self.end(sent)),
            }
        }
        match self.waiting.as_mut().map(|waiting| waiting.as_mut().poll(cx)) {
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(sent)) => Poll::Ready(self.end(sent)),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl Drop for Settle {
    /// The payload may have been accepted already: a NAK behind it would be a lie.
    fn drop(&mut self) {
        if self.waiting.is_some()
            && let Some(delivery) = self.delivery.take()
        {
            delivery.forget();
        }
    }
}

impl fmt::Debug for Settle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { delivery, verb, waiting } = self;
        f.debug_struct("Settle")
            .field("delivery", delivery)
            .field("verb", verb)
            .field("waits", &waiting.is_some())
            .finish()
    }
}

/// A delivery on its way back; `.await` sends it.
///
/// # Errors
///
/// As [`Settle`].
///
/// # Cancel safety
///
/// As [`Settle`].
#[derive(Debug)]
#[must_use = "a settlement does nothing until awaited"]
pub struct Nak {
    delivery: Delivery,
    delay: Duration,
}

impl Nak {
    pub(super) fn new(delivery: Delivery) -> Self {
        Self { delivery, delay: Duration::ZERO }
    }

    /// How long the server keeps it back. Default: not at all. Meanwhile it counts as unacknowledged
    /// against the consumer's `max_ack_pending`.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends it without waiting, also outside of a runtime.
    ///
    /// # Errors
    ///
    /// As [`Settle::try_send`].
    pub fn try_send(self) -> Result<(), Error> {
        self.into_future().try_send()
    }
}

impl IntoFuture for Nak {
    type Output = Result<(), Error>;
    type IntoFuture = Settle;

    fn into_future(self) -> Settle {
        Settle::new(self.delivery, Verb::Nak(self.delay))
    }
}

/// A delivery that must never come again; `.await` says so.
///
/// # Errors
///
/// As [`Settle`].
///
/// # Cancel safety
///
/// As [`Settle`].
#[derive(Debug)]
#[must_use = "a settlement does nothing until awaited"]
pub struct Term {
    delivery: Delivery,
    reason: String,
}

impl Term {
    pub(super) fn new(delivery: Delivery) -> Self {
        Self { delivery, reason: String::new() }
    }

    /// Why, for the advisory that the server publishes. Default: no reason.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sends it without waiting, also outside of a runtime.
    ///
    /// # Errors
    ///
    /// As [`Settle::try_send`].
    pub fn try_send(self) -> Result<(), Error> {
        self.into_future().try_send()
    }
}

impl IntoFuture for Term {
    type Output = Result<(), Error>;
    type IntoFuture = Settle;

    fn into_future(self) -> Settle {
        Settle::new(self.delivery, Verb::Term(self.reason))
    }
}

/// An ack that the server confirms; `.await` sends it and waits for that.
///
/// # Errors
///
/// [`TimedOut`](crate::jetstream::ErrorKind::TimedOut),
/// [`Disconnected`](crate::jetstream::ErrorKind::Disconnected) and
/// [`Unavailable`](crate::jetstream::ErrorKind::Unavailable) (the consumer is gone), with the
/// delivery: acknowledging again is harmless.
///
/// # Cancel safety
///
/// Dropped while it waits, the ack may have been processed or not; the delivery is left to the ack
/// wait.
#[derive(Debug)]
#[must_use = "a settlement does nothing until awaited"]
pub struct DoubleAck {
    delivery: Delivery,
    timeout: Duration,
}

impl DoubleAck {
    pub(super) fn new(delivery: Delivery) -> Self {
        let timeout = delivery.shared().consumer.jetstream().default_timeout();
        Self { delivery, timeout }
    }

    /// How long the confirmation may take. Default: the timeout of the
    /// [`JetStream`](crate::jetstream::JetStream), 5 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn send(self) -> Result<(), Error> {
        let Self { delivery, timeout } = self;
        if !delivery.shared().acks {
            delivery.forget();
            return Ok(());
        }
        let client = delivery.shared().client().clone();
        let reply = delivery.reply().to_owned();
        // From here on only the answer decides: dropped meanwhile, it must not be given back.
        let mut pending = Settle::new(delivery, Verb::Ack);
        pending.waiting = Some(Box::pin(async move {
            client.request(reply, verb::ACK).timeout(timeout).await.map(drop)
        }));
        pending.await
    }
}

impl IntoFuture for DoubleAck {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
