//! A service in process: everything but a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::RwLock;

use crate::protocol::{Headers, Message, Pattern};

use super::endpoint::Service;
use super::failure::FailureKind;
use super::mount::Mount;
use super::mounted::{Handler, MountedEndpoint};
use super::reply::Reply;
use super::transport::{Transport, TransportError, TransportErrorKind};

/// Serves the endpoints of `S` to callers in the same process, for tests.
///
/// Subjects, extractors, codec and errors are those of a running service; there is no connection,
/// no queue group and no limit of concurrency. `&mut self` handlers run one at a time. A panic of a
/// handler goes to the caller. Clones serve the same `S`.
#[derive(Debug)]
pub struct TestService<S> {
    shared: Arc<Shared<S>>,
}

#[derive(Debug)]
struct Shared<S> {
    service: RwLock<S>,
    endpoints: Vec<Served<S>>,
}

#[derive(Debug)]
struct Served<S> {
    endpoint: MountedEndpoint<S>,
    calls: AtomicU64,
}

impl<S: Service> TestService<S> {
    /// Serves `service`.
    #[must_use]
    pub fn new(service: S) -> Self {
        let endpoints = Mount::<S>::of().into_endpoints().into_iter();
        let endpoints = endpoints.map(|endpoint| Served { endpoint, calls: AtomicU64::new(0) });
        let shared = Shared { service: RwLock::new(service), endpoints: endpoints.collect() };
        Self { shared: Arc::new(shared) }
    }

    /// The reply to `message`; `None` if no endpoint listens on its subject.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the handler at its await.
    pub async fn reply_to(&self, message: &Message) -> Option<Reply> {
        let served = self.shared.endpoints.iter().find(|served| served.listens_on(message))?;
        let request = served.endpoint.request(message, Instant::now());
        let reply = match served.endpoint.handler() {
            Handler::Shared(handler) => handler(&*self.shared.service.read().await, request).await,
            Handler::Exclusive(handler) => {
                handler(&mut *self.shared.service.write().await, request).await
            }
        };
        let rejected = reply.failure().is_some_and(|f| f.kind() == FailureKind::Rejected);
        served.calls.fetch_add(u64::from(!rejected), Ordering::Relaxed);
        Some(reply)
    }

    /// How many requests reached the handler of `endpoint`; rejected ones did not.
    #[must_use]
    pub fn calls(&self, endpoint: &str) -> u64 {
        let named = |served: &&Served<S>| served.endpoint.spec().name() == endpoint;
        let counts = self.shared.endpoints.iter().filter(named);
        counts.map(|served| served.calls.load(Ordering::Relaxed)).sum()
    }
}

impl<S> Served<S> {
    fn listens_on(&self, message: &Message) -> bool {
        let pattern = self.endpoint.subject().parse::<Pattern>();
        pattern.is_ok_and(|pattern| pattern.matches(message.subject()))
    }
}

impl<S: Service> Transport for TestService<S> {
    async fn call(
        &self,
        subject: String,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, TransportError> {
        let headers = (!headers.is_empty()).then_some(&headers);
        let request = Message::new(&subject, Some("_INBOX.test"), headers, &payload);
        let reply = tokio::time::timeout(timeout, self.reply_to(&request)).await;
        let reply = reply.map_err(|_| TransportError::new(TransportErrorKind::TimedOut))?;
        let reply = reply.ok_or_else(|| TransportError::new(TransportErrorKind::NoResponders))?;
        let headers = (!reply.headers().is_empty()).then_some(reply.headers());
        Ok(Message::new("_INBOX.test", None, headers, reply.payload()))
    }
}

impl<S> Clone for TestService<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}
