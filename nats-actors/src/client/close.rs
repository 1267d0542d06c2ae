//! Ending a client.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use super::handle::Client;
use crate::connection::{EndReport, Ending};

/// The end of a client: flushes what was accepted, then closes; `.await` begins it. It cannot fail: what is in doubt
/// stands in the report.
///
/// It takes at most its timeout, in whatever state the connection is. All clones of the client are closed by it. With other
/// closes and drains at the same time, the first one that is through ends the client for all, and all get the same report.
///
/// # Cancel safety
///
/// Once begun, it goes on when the future is dropped.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) {
/// let report = client.close().await;
/// if report.unconfirmed > 0 {
///     eprintln!("{} publishes are in doubt", report.unconfirmed);
/// }
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a close does nothing until awaited"]
pub struct Close<'a> {
    client: &'a Client,
    timeout: Option<Duration>,
}

/// What a [`Close`] left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// Publishes that were accepted and that no server confirmed.
    pub unconfirmed: u64,
}

/// The orderly end of a client: subscriptions end behind what the server had sent to them, then it is flushed and
/// closed; `.await` begins it. It cannot fail: what is in doubt, or was not taken, stands in the report.
///
/// It takes at most its timeout, in whatever state the connection is. All clones of the client are closed by it. With other
/// closes and drains at the same time, the first one that is through ends the client for all, and all get the same report.
///
/// # Cancel safety
///
/// Once begun, it goes on when the future is dropped.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) {
/// use std::time::Duration;
///
/// let report = client.drain().timeout(Duration::from_secs(30)).await;
/// println!("in doubt: {}, not taken: {}", report.unconfirmed, report.untaken);
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a drain does nothing until awaited"]
pub struct Drain<'a> {
    client: &'a Client,
    timeout: Option<Duration>,
}

/// What a [`Drain`] left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DrainReport {
    /// Publishes that were accepted and that no server confirmed.
    pub unconfirmed: u64,
    /// Messages that arrived and were not taken from their subscriptions in time.
    pub untaken: usize,
}

impl<'a> Close<'a> {
    pub(super) const fn new(client: &'a Client) -> Self {
        Self { client, timeout: None }
    }

    /// How long the flush may take. Default: the drain timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Begins it and does not wait for its end, which [`closed`](Client::closed) does.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn begin(self) {
        self.client.connection().begin_end(Ending::Close, self.limit());
    }

    fn limit(&self) -> Duration {
        self.timeout.unwrap_or(self.client.connection().shared().options.drain_timeout)
    }
}

impl<'a> IntoFuture for Close<'a> {
    type Output = CloseReport;
    type IntoFuture = Pin<Box<dyn Future<Output = CloseReport> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let connection = self.client.connection();
            let EndReport { unconfirmed, .. } = connection.end(Ending::Close, self.limit()).await;
            CloseReport { unconfirmed }
        })
    }
}

impl<'a> Drain<'a> {
    pub(super) const fn new(client: &'a Client) -> Self {
        Self { client, timeout: None }
    }

    /// How long all of it may take. Default: the drain timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Begins it and does not wait for its end, which [`closed`](Client::closed) does.
    ///
    /// It is for handlers of the client's own subscriptions: the drain waits for them, so that they must not wait for it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn begin(self) {
        self.client.connection().begin_end(Ending::Drain, self.limit());
    }

    fn limit(&self) -> Duration {
        self.timeout.unwrap_or(self.client.connection().shared().options.drain_timeout)
    }
}

impl<'a> IntoFuture for Drain<'a> {
    type Output = DrainReport;
    type IntoFuture = Pin<Box<dyn Future<Output = DrainReport> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let connection = self.client.connection();
            let EndReport { unconfirmed, untaken } =
                connection.end(Ending::Drain, self.limit()).await;
            DrainReport { unconfirmed, untaken }
        })
    }
}
