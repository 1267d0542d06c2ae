//! Asking again when nobody is there.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::request::Request;
use crate::connection::deadline_in;
use crate::error::{Error, ErrorKind};
use crate::protocol::Message;

/// A [`Request`] that is sent again while nobody listens; `.await` sends it and waits for the reply.
///
/// Nobody executes a request that has no responders, so that asking again cannot execute it twice. All attempts together
/// have the timeout of the request.
///
/// # Errors
///
/// As [`Request`]; [`NoResponders`](ErrorKind::NoResponders) when nobody was there at the last attempt either.
///
/// # Cancel safety
///
/// As [`Request`].
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
///
/// // The service may be starting.
/// let reply = client.request("greeter.joe.greet", "").attempts(5, Duration::from_millis(200)).await?;
/// # drop(reply);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a request does nothing until awaited"]
pub struct RequestAgain<'a> {
    request: Request<'a>,
    attempts: u32,
    delay: Duration,
}

impl<'a> RequestAgain<'a> {
    pub(super) const fn new(request: Request<'a>, attempts: u32, delay: Duration) -> Self {
        Self { request, attempts, delay }
    }
}

impl<'a> IntoFuture for RequestAgain<'a> {
    type Output = Result<Message, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { mut request, attempts, delay } = self;
            let deadline = deadline_in(request.time());
            for _ in 1..attempts {
                match request.again(left(deadline)).await {
                    Err(error) if error.kind() == ErrorKind::NoResponders => {}
                    ended => return ended,
                }
                if left(deadline) <= delay {
                    return Err(request.error(ErrorKind::NoResponders));
                }
                sleep(delay).await;
            }
            request.again(left(deadline)).await
        })
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
