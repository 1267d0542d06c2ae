//! Waiting for the server.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use super::handle::Client;
use crate::error::Error;

/// A wait until the server has processed everything that the client accepted before; `.await` begins it.
///
/// It ends when the server answers a PING that was sent behind all of it, on the same connection. While the client is
/// disconnected it waits for the next connection.
///
/// # Errors
///
/// [`TimedOut`](crate::ErrorKind::TimedOut); [`Disconnected`](crate::ErrorKind::Disconnected) when the connection is lost
/// before the answer (the text says how many publishes are unconfirmed); [`Closed`](crate::ErrorKind::Closed).
///
/// # Cancel safety
///
/// Dropping the future forgets the wait; nothing sent is undone.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
///
/// for n in 0..1000 {
///     client.publish("meter.1", n.to_string()).await?;
/// }
/// client.flush().timeout(Duration::from_secs(2)).await?; // the server has all of them
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a flush does nothing until awaited"]
pub struct Flush<'a> {
    client: &'a Client,
    timeout: Option<Duration>,
}

impl<'a> Flush<'a> {
    pub(super) const fn new(client: &'a Client) -> Self {
        Self { client, timeout: None }
    }

    /// How long to wait. Default: the drain timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<'a> IntoFuture for Flush<'a> {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let shared = self.client.connection().shared();
            shared.flush(self.timeout.unwrap_or(shared.options.drain_timeout)).await
        })
    }
}
