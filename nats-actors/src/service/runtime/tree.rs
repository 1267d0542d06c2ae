//! The children of a service.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::service::{Mount, Service};
use crate::supervisor::{AnySpec, ChildSpec, StopOrder, Strategy, SupervisorOptions};

use super::check;
use super::endpoint::{EndpointActor, EndpointMsg, Post};
use super::error::Error;
use super::fault_cell::FaultCell;
use super::holder::Holder;
use super::monitor::{Arguments, MonitorActor, MonitorMsg};
use super::options::ServiceOptions;
use super::roster::{Entry, Roster};

/// Longer than any drain: the deadline of the service's own drain cuts it short.
pub(super) const UNTIL_THE_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// The service: when it restarts itself, the factory builds another struct.
pub(super) fn service(
    name: &str,
    state: ChildSpec<()>,
    endpoints: Vec<ChildSpec<EndpointMsg>>,
    monitor: ChildSpec<MonitorMsg>,
    options: &ServiceOptions,
) -> ChildSpec<()> {
    let side_by_side = SupervisorOptions::new().stop_order(StopOrder::Together);
    let endpoints = endpoints.into_iter().map(AnySpec::from);
    let endpoints =
        ChildSpec::supervisor("endpoints", Strategy::OneForOne, side_by_side, endpoints)
            .shutdown(UNTIL_THE_DEADLINE);
    let children = [state.into(), endpoints.into(), monitor.into()];
    let one_after_the_other = SupervisorOptions::new();
    ChildSpec::supervisor(name, Strategy::RestForOne, one_after_the_other, children)
        .shutdown(options.drain_timeout)
}

/// Checks the definition, builds the struct, and waits for the end.
pub(super) fn state<S: Service>(
    holder: Arc<Holder<S>>,
    faults: Arc<FaultCell>,
    options: &ServiceOptions,
) -> ChildSpec<()> {
    let options = options.clone();
    ChildSpec::new("state", move |life| {
        let (holder, faults) = (Arc::clone(&holder), Arc::clone(&faults));
        let checked = check::definition(&Mount::<S>::of(), &options);
        async move {
            checked.map_err(|error| faults.note(error))?;
            holder.build().await.map_err(|error| faults.note(error))?;
            Ok(life.task(|stop| async move {
                stop.stopped().await;
                Ok(())
            }))
        }
    })
}

pub(super) fn endpoint<S: Service>(
    name: String,
    post: Arc<Post<S>>,
    faults: Arc<FaultCell>,
) -> ChildSpec<EndpointMsg> {
    let spec = ChildSpec::new(name, move |life| {
        let (post, faults) = (Arc::clone(&post), Arc::clone(&faults));
        async move {
            let subscription = post.subscribe().await.map_err(|error| {
                let (name, subject) = (post.endpoint.spec().name(), post.endpoint.subject());
                let text = format!("the endpoint `{name}` cannot listen on `{subject}`");
                faults.note(Error::client(text, error))
            })?;
            EndpointActor::spawn(life, post, subscription).await
        }
    });
    spec.shutdown(UNTIL_THE_DEADLINE)
}

/// Listens when every endpoint is up, or has a fault that its slot tells.
pub(super) fn monitor(
    client: &Client,
    roster: &Arc<Roster>,
    faults: &Arc<FaultCell>,
    options: &ServiceOptions,
) -> ChildSpec<MonitorMsg> {
    let (client, roster, faults) = (client.clone(), Arc::clone(roster), Arc::clone(faults));
    let (prefix, within) = (options.prefix.clone(), options.start_timeout);
    ChildSpec::new("monitor", move |life| {
        let arguments = Arguments {
            client: client.clone(),
            roster: Arc::clone(&roster),
            faults: Arc::clone(&faults),
            prefix: prefix.clone(),
        };
        async move {
            for entry in &arguments.roster.entries {
                let _ = entry.slot.wait_up(within).await;
            }
            life.spawn(MonitorActor, arguments).await
        }
    })
    .start_timeout(within.saturating_add(Duration::from_secs(30)))
}

/// The name of an endpoint, with a number if others have it already: ADR-32 allows that, a supervisor does not.
pub(super) fn unique_name(name: &str, entries: &[Entry]) -> String {
    match entries.iter().filter(|entry| entry.info.name == name).count() {
        0 => name.to_owned(),
        others => format!("{name}#{}", others + 1),
    }
}
