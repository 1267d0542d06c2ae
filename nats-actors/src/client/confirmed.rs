//! Publishing, and hearing from the server about it.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::publish::Publish;
use crate::connection::deadline_in;
use crate::error::{Error, ErrorKind};

/// A publish that waits until the server has taken the message; `.await` begins it. Made by [`Publish::confirmed`].
///
/// `Ok` says that the server has read the message and let it pass, by a PONG from behind it. It does not say that anybody
/// has received it: a stream acknowledges with [`JetStream`](crate::jetstream::JetStream) only.
///
/// # Errors
///
/// Those of [`Publish`], and once the message is sent: [`Denied`](ErrorKind::Denied) when the server refuses its subject
/// or its reply subject, so that nobody got it; [`Disconnected`](ErrorKind::Disconnected),
/// [`TimedOut`](ErrorKind::TimedOut) and [`Closed`](ErrorKind::Closed) when it is not known whether the server took it,
/// which [`maybe_executed`](Error::maybe_executed) then tells.
///
/// # Cancel safety
///
/// A future that is dropped while it waits for room has published nothing; behind that, the message goes out.
///
/// # Cost
///
/// A round trip, a PING and a few allocations. Many at once wait for the same round trip; for many one after the other,
/// publish them and [`flush`](crate::Client::flush) once.
///
/// # Examples
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) {
/// use nats_actors::ErrorKind;
///
/// match client.publish("payments.captured", "{}").confirmed().await {
///     Ok(()) => {}
///     Err(error) if error.kind() == ErrorKind::Denied => eprintln!("not permitted: {error}"),
///     Err(error) => eprintln!("the server may have it or not: {error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a publish does nothing until awaited"]
pub struct ConfirmedPublish<'a> {
    publish: Publish<'a>,
    limit: Duration,
}

impl<'a> ConfirmedPublish<'a> {
    /// `limit` is for all of it.
    pub(super) const fn new(publish: Publish<'a>, limit: Duration) -> Self {
        Self { publish, limit }
    }

    async fn run(self) -> Result<(), Error> {
        let client = self.publish.client();
        let shared = client.connection().shared();
        let deadline = deadline_in(self.limit);
        let subject = self.publish.subject().to_owned();
        let denial = shared.watch_denial(&subject, self.publish.reply());
        self.publish.deadline(self.limit).await?;
        let left = deadline.saturating_duration_since(Instant::now());
        let flushed = shared.flush(left).await;
        if denial.is_denied() {
            return Err(Error::new(ErrorKind::Denied).on(subject));
        }
        flushed.map_err(|error| error.on(subject))
    }
}

impl<'a> IntoFuture for ConfirmedPublish<'a> {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
