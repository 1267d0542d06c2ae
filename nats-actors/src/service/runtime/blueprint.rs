//! A service that is ready to be started.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::client::Client;
use crate::service::{Mount, MountedEndpoint, Service};
use crate::supervisor::ChildSpec;

use super::check;
use super::counters::Counters;
use super::desk::Desk;
use super::endpoint::Post;
use super::error::Error;
use super::fault_cell::FaultCell;
use super::handle::ServiceHandle;
use super::holder::Holder;
use super::options::ServiceOptions;
use super::report::EndpointInfo;
use super::roster::{Entry, Roster};
use super::tree;

/// Everything of a service that outlives its children, and the child that a supervisor runs.
pub(super) struct Blueprint {
    pub(super) spec: ChildSpec<()>,
    pub(super) monitor: crate::supervisor::Slot<super::monitor::MonitorMsg>,
    pub(super) handle: ServiceHandle,
    pub(super) faults: Arc<FaultCell>,
    pub(super) check: Result<(), Error>,
}

impl Blueprint {
    pub(super) fn new<S: Service>(
        client: &Client,
        factory: impl Fn() -> S + Send + Sync + 'static,
        options: &ServiceOptions,
    ) -> Self {
        let mount = Mount::<S>::of();
        let check = check::definition(&mount, options);
        let holder = Arc::new(Holder::new(factory, mount.is_exclusive()));
        let faults = Arc::<FaultCell>::default();
        let is_exclusive = mount.is_exclusive();
        let make_post = |endpoint| Arc::new(post(client, &holder, endpoint, is_exclusive, options));
        let posts: Vec<_> = mount.into_endpoints().into_iter().map(make_post).collect();

        let (mut entries, mut endpoints) = (Vec::new(), Vec::new());
        for post in posts {
            let name = tree::unique_name(post.endpoint.spec().name(), &entries);
            let spec = tree::endpoint(name, Arc::clone(&post), Arc::clone(&faults));
            entries.push(entry(&post, spec.slot()));
            endpoints.push(spec);
        }
        let roster = Arc::new(Roster::new(S::INFO, options, entries));
        let state = tree::state(holder, Arc::clone(&faults), options);
        let monitor = tree::monitor(client, &roster, &faults, options);
        Self {
            monitor: monitor.slot(),
            spec: tree::service(
                &format!("service {}", S::INFO.name()),
                state,
                endpoints,
                monitor,
                options,
            ),
            handle: ServiceHandle::new(roster),
            faults,
            check,
        }
    }
}

fn post<S: Service>(
    client: &Client,
    holder: &Arc<Holder<S>>,
    endpoint: MountedEndpoint<S>,
    is_exclusive: bool,
    options: &ServiceOptions,
) -> Post<S> {
    let desk = Desk {
        client: client.clone(),
        endpoint: endpoint.spec().name(),
        counters: Arc::<Counters>::default(),
        retry_after: options.retry_after,
    };
    Post {
        concurrency: Arc::new(AtomicUsize::new(endpoint.spec().concurrency_limit())),
        endpoint,
        holder: Arc::clone(holder),
        desk: Arc::new(desk),
        is_exclusive,
        backlog_requests: options.backlog_requests,
        backlog_bytes: options.backlog_bytes,
        propagator: client.propagator().cloned(),
    }
}

fn entry<S>(post: &Post<S>, slot: crate::supervisor::Slot<super::endpoint::EndpointMsg>) -> Entry {
    Entry {
        info: EndpointInfo::of(&post.endpoint),
        counters: Arc::clone(&post.desk.counters),
        concurrency: Arc::clone(&post.concurrency),
        slot,
    }
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blueprint").field("handle", &self.handle).finish_non_exhaustive()
    }
}
