//! A client as a sink.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_sink::Sink;

use super::handle::Client;
use crate::error::{Error, ErrorKind, Unsent};

/// Publishes what is sent into it; made by [`Client::sink`].
///
/// It is ready while the last message was accepted: it holds one message at most, while the outbox is full. Flushing it
/// hands that one over, and waits for the server as [`Client::flush`] does; closing it flushes it, and leaves the client
/// as it is.
///
/// # Errors
///
/// Those of [`Publish`](super::Publish) and [`Flush`](super::Flush). A message that is refused is given back by the error;
/// the sink can be used further.
///
/// # Cancel safety
///
/// A future of the sink that is dropped loses nothing: the message that it holds stays in the sink. Dropping the sink drops
/// that message.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use futures_util::{SinkExt, StreamExt, stream};
/// use nats_actors::Unsent;
///
/// let readings = stream::iter(0..1000).map(|n| Ok(Unsent::new("meter.1", n.to_string())));
/// readings.forward(client.sink()).await
/// # }
/// ```
pub struct PublishSink {
    client: Client,
    /// Hands over the message that the outbox had no room for.
    accepting: Option<Work>,
    flushing: Option<Work>,
}

type Work = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

impl PublishSink {
    pub(super) const fn new(client: Client) -> Self {
        Self { client, accepting: None, flushing: None }
    }
}

/// Waits for the work, if there is some.
fn poll(work: &mut Option<Work>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
    let Some(waiting) = work else { return Poll::Ready(Ok(())) };
    let ended = ready!(waiting.as_mut().poll(cx));
    *work = None;
    Poll::Ready(ended)
}

impl Sink<Unsent> for PublishSink {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        poll(&mut self.accepting, cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Unsent) -> Result<(), Error> {
        match self.client.publish_message(message).try_send() {
            Err(error) if error.kind() == ErrorKind::OutboxFull => {
                let client = self.client.clone();
                self.accepting = error.into_unsent().map(|message| -> Work {
                    Box::pin(async move { client.publish_message(message).await })
                });
                Ok(())
            }
            accepted => accepted,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(poll(&mut self.accepting, cx))?;
        if self.flushing.is_none() {
            let client = self.client.clone();
            self.flushing = Some(Box::pin(async move { client.flush().await }));
        }
        poll(&mut self.flushing, cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll_flush(cx)
    }
}

impl fmt::Debug for PublishSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishSink").field("client", &self.client).finish_non_exhaustive()
    }
}
