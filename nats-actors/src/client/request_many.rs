//! Asking for many replies.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::draft::message_setters;
use super::handle::Client;
use super::question::{Question, question_setters};
use super::responses::{Limits, Responses, Sentinel};
use crate::codec::{Encodes, Json};
use crate::connection::{Asked, Waiter};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message, Payload};
use crate::session::PendingLimits;

/// A request to many (ADR-47); `.await` sends it and gives the stream of its [`Responses`].
///
/// It ends with the first of these: its total time is over; as many replies came as were asked for; no reply followed
/// within the stall time; the sentinel came; the server said that nobody listens; the connection was lost.
/// [`end_reason`](Responses::end_reason) tells which.
///
/// # Errors
///
/// As those of [`Request`](super::Request) that mean that nothing was sent. What happens afterwards is an end reason.
///
/// # Cancel safety
///
/// Dropping the future, or the responses, forgets the request and leaves nothing behind; the peers may still execute it.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
///
/// let mut stock = client.request_many("stock.count", "nails").stall(Duration::from_millis(200)).await?;
/// while let Some(count) = stock.next().await {
///     println!("{count:?}");
/// }
/// println!("ended by {:?}", stock.end_reason());
/// # Ok(())
/// # }
/// ```
#[must_use = "a request does nothing until awaited"]
pub struct RequestMany<'a> {
    question: Question<'a>,
    timeout: Option<Duration>,
    stall: Option<Duration>,
    stall_by_default: bool,
    max_messages: Option<u64>,
    sentinel: Sentinel,
    limits: Option<PendingLimits>,
}

/// The settings that ADR-47 gives names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestStrategy {
    /// All that comes within the total time.
    Timer,
    /// All that comes without a pause: the stall time is a tenth of the total time, or the connect timeout of the options
    /// if that is less.
    Stall,
    /// So many replies.
    Count(u64),
    /// All that comes before a reply without a payload.
    Sentinel,
}

impl<'a> RequestMany<'a> {
    pub(super) fn new(client: &'a Client, subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        Self {
            question: Question::new(client, subject, payload),
            timeout: None,
            stall: None,
            stall_by_default: false,
            max_messages: None,
            sentinel: Sentinel::None,
            limits: None,
        }
    }

    question_setters!(question);

    /// How long to wait altogether; the first reply may take all of it. Default: the request timeout of the options.
    ///
    /// Time counts while the caller waits for a reply, not while it works on one.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long to wait for each reply after the first. Default: no such limit.
    ///
    /// Zero, and what is not less than the total time, is as if not set.
    pub const fn stall(mut self, stall: Duration) -> Self {
        self.stall = Some(stall);
        self
    }

    /// Ends behind so many replies. Default, and what 0 means: no such limit.
    pub fn max_messages(mut self, count: u64) -> Self {
        self.max_messages = (count > 0).then_some(count);
        self
    }

    /// Ends behind the first reply for which `go_on` is false. That reply is delivered: it is the last one. Default: no
    /// sentinel.
    pub fn sentinel(mut self, go_on: impl FnMut(&Message) -> bool + Send + Sync + 'static) -> Self {
        self.sentinel = Sentinel::Ask(Box::new(go_on));
        self
    }

    /// Ends with the first reply without a payload, which is not delivered: the standard sentinel. Default: no sentinel.
    pub fn until_empty(mut self) -> Self {
        self.sentinel = Sentinel::Empty;
        self
    }

    /// Takes the settings of a strategy. Default: [`RequestStrategy::Timer`].
    pub fn strategy(mut self, strategy: RequestStrategy) -> Self {
        match strategy {
            RequestStrategy::Timer => self,
            RequestStrategy::Count(count) => self.max_messages(count),
            RequestStrategy::Sentinel => self.until_empty(),
            RequestStrategy::Stall => {
                self.stall_by_default = true;
                self
            }
        }
    }

    /// How much may wait to be taken, in messages and bytes; at the bound the responses end with
    /// [`EndReason::Overflow`](super::EndReason::Overflow). Default: the pending limits of the options.
    pub const fn limits(mut self, limits: PendingLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    fn limits_of(&self) -> Limits {
        let options = &self.question.shared().options;
        let total = self.timeout.unwrap_or(options.request_timeout);
        let tenth = self.stall_by_default.then(|| (total / 10).min(options.connect_timeout));
        let stall = self.stall.or(tenth).filter(|stall| !stall.is_zero() && *stall < total);
        Limits { total, stall, max_messages: self.max_messages }
    }

    /// Sends it, or waits for room in the outbox until the total time is over.
    async fn send(&mut self, total: Duration) -> Result<Asked, Error> {
        let shared = self.question.shared();
        let limits = self.limits.unwrap_or(shared.options.pending_limits);
        let sent = tokio::time::timeout(total, async {
            loop {
                let mut room = pin!(shared.outbox.room());
                room.as_mut().enable();
                if let Some(asked) = self.question.send(self.max_messages, Waiter::many(limits))? {
                    return Ok(asked);
                }
                room.await;
            }
        });
        sent.await.unwrap_or_else(|_| Err(self.question.error(ErrorKind::OutboxFull)))
    }
}

impl<'a> IntoFuture for RequestMany<'a> {
    type Output = Result<Responses, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let limits = self.limits_of();
            let asked = self.send(limits.total).await?;
            let connection = Arc::clone(self.question.client.connection());
            Ok(Responses::new(connection, asked, limits, self.sentinel))
        })
    }
}

impl fmt::Debug for RequestMany<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestMany").field("question", &self.question).finish_non_exhaustive()
    }
}
