//! Removing many messages at once.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use super::Stream;
use crate::jetstream::Error;

/// A purge of all messages, or of those of one subject; `.await` executes it and returns how many
/// went.
///
/// It can be bounded once: [`keep`](Self::keep) or [`up_to`](Self::up_to).
///
/// # Errors
///
/// [`STREAM_NOT_FOUND`](crate::jetstream::ErrorCode::STREAM_NOT_FOUND) if the stream is gone, and what every operation of
/// [`JetStream`](crate::jetstream::JetStream) may fail with.
///
/// # Cancel safety
///
/// Dropping the future forgets the answer; the server may have done it, or may do it yet.
///
/// ```no_run
/// # async fn example(orders: nats_actors::jetstream::Stream) -> Result<(), nats_actors::jetstream::Error> {
/// let gone = orders.purge().filter("orders.7.>").keep(10).await?;
/// println!("{gone} messages are gone");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a purge does nothing until awaited"]
pub struct Purge<B = Unbounded> {
    stream: Stream,
    wire: Wire,
    bound: PhantomData<B>,
}

/// A [`Purge`] that can still be bounded.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Unbounded {}

/// A [`Purge`] that has its bound.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Bounded {}

#[derive(Clone, Debug, Default, Serialize)]
struct Wire {
    #[serde(rename = "seq", skip_serializing_if = "Option::is_none")]
    up_to: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
}

impl Stream {
    /// Removes messages, all if nothing else is said; `.await` what this returns.
    pub fn purge(&self) -> Purge {
        Purge { stream: self.clone(), wire: Wire::default(), bound: PhantomData }
    }
}

impl<B> Purge<B> {
    /// Removes only messages of this subject, or of those that a pattern matches. Default: messages of all subjects.
    pub fn filter(mut self, subject: impl Into<String>) -> Self {
        self.wire.filter = Some(subject.into());
        self
    }
}

impl Purge<Unbounded> {
    /// Leaves the newest so many messages. Default: none.
    pub fn keep(mut self, messages: u64) -> Purge<Bounded> {
        self.wire.keep = Some(messages);
        self.bounded()
    }

    /// Leaves the message with this sequence and all after it. Default: none.
    pub fn up_to(mut self, sequence: u64) -> Purge<Bounded> {
        self.wire.up_to = Some(sequence);
        self.bounded()
    }

    fn bounded(self) -> Purge<Bounded> {
        Purge { stream: self.stream, wire: self.wire, bound: PhantomData }
    }
}

impl<B: Send + 'static> IntoFuture for Purge<B> {
    type Output = Result<u64, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        #[derive(Deserialize)]
        struct Done {
            purged: u64,
        }

        let Self { stream, wire, .. } = self;
        Box::pin(async move {
            let js = stream.jetstream();
            let done: Done = js.call(js.prefix().stream_purge(stream.name()), &wire).await?;
            Ok(done.purged)
        })
    }
}
