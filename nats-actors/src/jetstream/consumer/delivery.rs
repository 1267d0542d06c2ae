//! A message that was delivered, to be settled once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::ack_subject::{AckSubject, DeliveryInfo};
use super::pull::{Arrival, Shared};
use super::settle::{DoubleAck, Nak, Settle, Term};
use super::verb::{self, Verb};
use crate::jetstream::{Error, ErrorKind};
use crate::protocol::{Headers, Message};

/// A message that a consumer delivered, to be settled exactly once.
///
/// [`ack`](Self::ack), [`double_ack`](Self::double_ack), [`nak`](Self::nak) and
/// [`term`](Self::term) take it away, so that settling twice does not compile. Dropped unsettled,
/// it gives itself back with a NAK, and the server delivers it again at once, here or elsewhere;
/// [`forget`](Self::forget) prevents that.
///
/// Until it is settled or dropped it counts as in flight, and its place is not pulled for.
///
/// ```no_run
/// # use nats_actors::jetstream::{Delivery, Error};
/// use std::time::Duration;
///
/// async fn bill(delivery: Delivery) -> Result<(), Error> {
///     match delivery.payload() {
///         b"" => delivery.term().reason("it is empty").await,
///         b"later" => delivery.nak().delay(Duration::from_secs(5)).await,
///         _ => delivery.double_ack().await, // until the server has processed it
///     }
/// }
/// ```
///
/// ```compile_fail,E0382
/// # async fn example(delivery: nats_actors::jetstream::Delivery) -> Result<(), nats_actors::jetstream::Error> {
/// delivery.ack().await?;
/// delivery.nak().await?; // it was settled already
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a delivery gives it back to the server"]
pub struct Delivery {
    message: Message,
    info: DeliveryInfo,
    received: Instant,
    /// Nanoseconds from `received` to the last renewal of the lease.
    renewed: AtomicU64,
    shared: Arc<Shared>,
    settled: bool,
}

impl Delivery {
    /// `None` if it must not be handed out: its lease is over, or it does not say how to settle it.
    pub(super) fn from_arrival(arrival: Arrival, shared: &Arc<Shared>) -> Option<Self> {
        if shared.has_expired(&arrival) {
            return None;
        }
        let (message, received) = arrival;
        let Some(ack) = message.reply().and_then(AckSubject::parse) else {
            tracing::warn!(subject = message.subject(), "not a delivery of a consumer");
            shared.release(&message);
            return None;
        };
        let (info, renewed) = (ack.info, AtomicU64::new(0));
        Some(Self { message, info, received, renewed, shared: Arc::clone(shared), settled: false })
    }

    /// The message as it came.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// The subject that the message was published to.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.message.subject()
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.message.payload()
    }

    /// The headers, decoded anew by every call; none at all if there is no header block.
    ///
    /// # Errors
    ///
    /// [`BadHeader`](ErrorKind::BadHeader) if they are malformed: that is between this message and
    /// who published it, and the next one comes all the same.
    pub fn headers(&self) -> Result<Headers, Error> {
        let bad = |error| Error::new(ErrorKind::BadHeader).on(self.subject()).because(error);
        self.message.headers().map_err(bad)
    }

    /// What the server says of this delivery.
    #[must_use]
    pub fn info(&self) -> DeliveryInfo {
        self.info
    }

    /// The name of the stream.
    #[must_use]
    pub fn stream(&self) -> &str {
        self.ack_subject().map_or("", |ack| ack.stream)
    }

    /// The name of the consumer.
    #[must_use]
    pub fn consumer(&self) -> &str {
        self.ack_subject().map_or("", |ack| ack.consumer)
    }

    /// The JetStream domain that it comes from, if the server tells.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.ack_subject()?.domain
    }

    /// When the lease began: when the message came, or when it was last renewed.
    #[must_use]
    pub fn lease_started(&self) -> Instant {
        self.received + Duration::from_nanos(self.renewed.load(Ordering::Relaxed))
    }

    /// Whether the server may consider the message undelivered, with this ack wait: nine tenths of
    /// it have passed. It should not be worked on then, since somebody else may.
    #[must_use]
    pub fn is_expired(&self, ack_wait: Duration) -> bool {
        self.lease_started().elapsed() >= ack_wait.mul_f64(verb::LEASE_SAFETY)
    }

    /// Tells the server that it is being worked on, so that the ack wait begins anew. Never waits.
    ///
    /// # Errors
    ///
    /// [`OutboxFull`](ErrorKind::OutboxFull) and [`Closed`](ErrorKind::Closed): the server does not
    /// hear of it.
    pub fn in_progress(&self) -> Result<(), Error> {
        self.renewal().in_progress()?;
        let since = u64::try_from(self.received.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.renewed.fetch_max(since, Ordering::Relaxed);
        Ok(())
    }

    /// A way to renew the lease from elsewhere, while this is being worked on.
    #[must_use]
    pub fn renewal(&self) -> Renewal {
        Renewal { message: self.message.clone(), shared: Arc::clone(&self.shared) }
    }

    /// Says that it is done; `.await` what this returns. It does not wait for the server: an ack
    /// that is lost on the way means that the message comes again.
    pub fn ack(self) -> Settle {
        Settle::new(self, Verb::Ack)
    }

    /// Says that it is done, and waits until the server has confirmed that.
    pub fn double_ack(self) -> DoubleAck {
        DoubleAck::new(self)
    }

    /// Gives it back, to be delivered again at once or after a [`delay`](Nak::delay).
    pub fn nak(self) -> Nak {
        Nak::new(self)
    }

    /// Says that it must never be delivered again, for a [`reason`](Term::reason).
    pub fn term(self) -> Term {
        Term::new(self)
    }

    /// Lets go without a word: the server delivers it again after the ack wait.
    pub fn forget(mut self) {
        self.settled = true;
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(super) fn reply(&self) -> &str {
        self.message.reply().unwrap_or_default()
    }

    fn ack_subject(&self) -> Option<AckSubject<'_>> {
        AckSubject::parse(self.message.reply()?)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if !self.settled && self.shared.acks {
            let _ = self.shared.client().try_publish(self.reply(), verb::NAK);
        }
        self.shared.release(&self.message);
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("message", &self.message)
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

/// A way to renew the lease of a delivery that somebody else holds. It settles nothing.
#[derive(Clone, Debug)]
pub struct Renewal {
    message: Message,
    shared: Arc<Shared>,
}

impl Renewal {
    /// Tells the server that the message is being worked on, so that the ack wait begins anew.
    /// Never waits. Once the delivery is settled it has no effect.
    ///
    /// # Errors
    ///
    /// As [`Delivery::in_progress`].
    pub fn in_progress(&self) -> Result<(), Error> {
        match self.message.reply().filter(|_| self.shared.acks) {
            Some(reply) => {
                self.shared.client().try_publish(reply, verb::IN_PROGRESS).map_err(Error::from)
            }
            None => Ok(()),
        }
    }
}
