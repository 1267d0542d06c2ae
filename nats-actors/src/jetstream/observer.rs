//! Watching the requests to the JetStream API.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::Error;
use crate::jetstream::JetStream;
use crate::protocol::Message;

/// Sees the requests to the JetStream API and what comes of them; see [`JetStream::observe_api`].
///
/// Its functions are called in the task that asks, and should be quick; a panic in one is logged and changes nothing.
pub trait ApiObserver: Send + Sync + 'static {
    /// A request is about to be sent.
    fn request_sent(&self, request: &ApiRequest<'_>) {
        let _ = request;
    }

    /// A request has ended: with a response, with an error, with both if the server refuses, and with neither if its future
    /// was dropped.
    fn request_ended(&self, request: &ApiRequest<'_>, end: &ApiEnd<'_>) {
        let _ = (request, end);
    }
}

/// A request to the JetStream API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiRequest<'a> {
    /// The subject, with the prefix of the [`JetStream`].
    pub subject: &'a str,
    /// The body: JSON, or empty.
    pub payload: &'a [u8],
}

/// How a request to the JetStream API ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ApiEnd<'a> {
    /// What came back, if anything did: its payload is JSON.
    pub response: Option<&'a Message>,
    /// Why it failed, if it did: on the way, by the server's refusal, or because the response is not understood.
    pub error: Option<&'a Error>,
    /// The time since it was sent.
    pub duration: Duration,
}

impl JetStream {
    /// Shows `observer` every request to the API that this handle makes, and the streams and consumers that come of it: to
    /// create, change, find and delete, and to read single messages. Default: nobody, which costs nothing.
    ///
    /// It replaces an earlier observer. Publishes, pulls and acknowledgements are no requests to the API.
    ///
    /// ```no_run
    /// use nats_actors::jetstream::{ApiEnd, ApiObserver, ApiRequest};
    ///
    /// struct Log;
    ///
    /// impl ApiObserver for Log {
    ///     fn request_ended(&self, request: &ApiRequest<'_>, end: &ApiEnd<'_>) {
    ///         println!("{} took {:?}, error: {:?}", request.subject, end.duration, end.error);
    ///     }
    /// }
    ///
    /// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::jetstream::Error> {
    /// let orders = client.jetstream().observe_api(Log).stream("ORDERS").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn observe_api(self, observer: impl ApiObserver) -> Self {
        self.with_observer(Observer(Arc::new(observer)))
    }
}

/// The observer of a handle.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn ApiObserver>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<observer>")
    }
}

/// One request, from its begin to its end; dropped before, it ends with nothing.
pub(super) struct Exchange<'a> {
    watched: Option<(&'a Observer, Instant)>,
    request: ApiRequest<'a>,
}

impl<'a> Exchange<'a> {
    pub(super) fn begin(
        observer: Option<&'a Observer>,
        subject: &'a str,
        payload: &'a [u8],
    ) -> Self {
        let request = ApiRequest { subject, payload };
        if let Some(observer) = observer {
            guarded(|| observer.0.request_sent(&request));
        }
        Self { watched: observer.map(|observer| (observer, Instant::now())), request }
    }

    pub(super) fn end(&mut self, response: Option<&Message>, error: Option<&Error>) {
        if let Some((observer, begun)) = self.watched.take() {
            let end = ApiEnd { response, error, duration: begun.elapsed() };
            guarded(|| observer.0.request_ended(&self.request, &end));
        }
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.end(None, None);
    }
}

fn guarded(call: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        tracing::error!("an observer of the JetStream API panicked");
    }
}
