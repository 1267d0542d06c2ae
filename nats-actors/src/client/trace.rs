//! Following a message through the servers.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::handle::Client;
use super::publish::Publish;
use crate::connection::deadline_in;
use crate::error::{Error, ErrorKind};
use crate::protocol::header_name::{TRACE_DEST, TRACE_ONLY};
use crate::protocol::{Payload, TraceReport};
use crate::subscription::Subscription;

/// A message whose way is to be reported (ADR-41); `.await` sends it and gives the reports, in the order of its way.
///
/// It ends when every server that got the message has reported, or when its time is over: then with the reports that
/// came. Servers report from version 2.11 on, and only as far as the accounts on the way allow it.
///
/// # Errors
///
/// [`TimedOut`](ErrorKind::TimedOut) when no report came at all, and those of [`Publish`] and
/// [`Subscribe`](super::Subscribe).
///
/// # Cancel safety
///
/// Dropping the future forgets the reports; the message may have been sent.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// for report in client.trace("orders.new", "").await? {
///     println!("{report:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is traced until awaited"]
pub struct Trace<'a> {
    client: &'a Client,
    publish: Publish<'a>,
    deliver: bool,
    timeout: Option<Duration>,
}

impl Client {
    /// Asks the servers which way a message to `subject` takes, and to whom; see [`Trace`].
    pub fn trace<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> Trace<'a> {
        let publish = self.publish(subject, payload);
        Trace { client: self, publish, deliver: false, timeout: None }
    }
}

impl<'a> Trace<'a> {
    /// Delivers the message, too. Default: it is delivered to nobody.
    pub const fn deliver(mut self) -> Self {
        self.deliver = true;
        self
    }

    /// Adds a header; a name may be added several times. Default: those of the trace alone.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.publish = self.publish.header(name, value);
        self
    }

    /// How long to wait for reports. Default: the request timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<Vec<TraceReport>, Error> {
        let options = &self.client.connection().shared().options;
        let deadline = deadline_in(self.timeout.unwrap_or(options.request_timeout));
        let inbox = self.client.new_inbox();
        let mut reports = self.client.subscribe(inbox.as_str()).await?;
        let mut publish = self.publish.header(TRACE_DEST, &inbox);
        if !self.deliver {
            publish = publish.header(TRACE_ONLY, "true");
        }
        publish.await?;
        collect(&mut reports, deadline).await
    }
}

/// Reports may come in any order: the last server may be faster than the first.
async fn collect(reports: &mut Subscription, deadline: Instant) -> Result<Vec<TraceReport>, Error> {
    let mut collected: Vec<TraceReport> = Vec::new();
    while !is_complete(&collected) {
        let left = deadline.saturating_duration_since(Instant::now());
        match reports.next_within(left).await {
            Ok(Some(message)) => collected.extend(TraceReport::parse(message.payload())),
            Ok(None) => break,
            Err(error) if error.kind() == ErrorKind::TimedOut && !collected.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    collected.sort_by(TraceReport::order);
    Ok(collected)
}

/// Whether the first server has reported, and every one to which one that has reported sent the message on.
fn is_complete(reports: &[TraceReport]) -> bool {
    let sent_on = |hop: &str| reports.iter().filter(|other| other.sender() == Some(hop)).count();
    let has_first = reports.iter().any(|report| report.sender().is_none());
    has_first && reports.iter().all(|report| sent_on(&report.hop) >= report.hops)
}

impl<'a> IntoFuture for Trace<'a> {
    type Output = Result<Vec<TraceReport>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
