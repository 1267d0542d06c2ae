//! What the lives of one endpoint have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;
use crate::propagation::{Incoming, Propagator, Trace};
use crate::protocol::Message;
use crate::service::{Handler, MountedEndpoint, SharedHandler};
use crate::subscription::Subscription;

use crate::service::runtime::desk::Desk;
use crate::service::runtime::holder::Holder;

/// An endpoint of `S`: what it serves, with what, and where its replies leave.
#[derive(Debug)]
pub(in crate::service::runtime) struct Post<S> {
    pub(in crate::service::runtime) endpoint: MountedEndpoint<S>,
    pub(in crate::service::runtime) holder: Arc<Holder<S>>,
    pub(in crate::service::runtime) desk: Arc<Desk>,
    pub(in crate::service::runtime) concurrency: Arc<AtomicUsize>,
    pub(in crate::service::runtime) is_exclusive: bool,
    pub(in crate::service::runtime) backlog_requests: usize,
    pub(in crate::service::runtime) backlog_bytes: usize,
    pub(in crate::service::runtime) propagator: Option<Propagator>,
}

/// How a lane gets at the struct.
#[derive(Debug)]
pub(super) enum Way<S> {
    /// As all the others.
    Shared(Arc<S>, SharedHandler<S>),
    /// After all the others.
    Alone,
}

impl<S: Send + Sync + 'static> Post<S> {
    /// Requests that run at once; one, if a handler of the service takes it by `&mut self`.
    pub(super) fn concurrency(&self) -> usize {
        if self.is_exclusive { 1 } else { self.concurrency.load(Ordering::Acquire).max(1) }
    }

    pub(in crate::service::runtime) async fn subscribe(&self) -> Result<Subscription, Error> {
        let subscribe = self.desk.client.subscribe(self.endpoint.subject());
        match self.endpoint.queue_group() {
            Some(group) => subscribe.queue(group).await,
            None => subscribe.await,
        }
    }

    /// The trace in which a request is handled; none without a propagator.
    pub(super) fn trace(&self, request: &Message) -> Option<Arc<Trace>> {
        let propagator = self.propagator.as_ref()?;
        let incoming = Incoming::new(request);
        Some(propagator.receive(&incoming.by(self.endpoint.subject(), self.endpoint.queue_group())))
    }

    pub(super) fn way(&self) -> Way<S> {
        match (self.holder.shared(), self.endpoint.handler()) {
            (Some(service), Handler::Shared(handler)) => Way::Shared(service, *handler),
            _ => Way::Alone,
        }
    }

    pub(super) fn changes_the_service(&self) -> bool {
        matches!(self.endpoint.handler(), Handler::Exclusive(_))
    }
}
