//! The supervisors of an application.
//!
//! ```text
//! app (rest_for_one)
//! ├─ connection    ends the application when the client is closed
//! ├─ infra         tells the log about the connection
//! └─ groups        what the user added
//! ```

use std::time::Duration;

use super::builder::GROUPS;
use super::log;
use crate::client::Client;
use crate::supervisor::{
    AddError, AnySpec, ChildSpec, StopSignal, Strategy, Supervisor, SupervisorHandle,
    SupervisorOptions,
};

/// Starts the supervisors, which start everything else.
pub(super) fn start(
    name: &str,
    client: &Client,
    groups: ChildSpec<()>,
) -> Result<SupervisorHandle, AddError> {
    // Each of the three has a budget of its own, or none: what fails here has failed for good.
    let options = SupervisorOptions::new().intensity(0, Duration::from_secs(60));
    let root = Supervisor::start(name, Strategy::RestForOne, options);
    root.add(connection(client.clone()))?;
    root.add(infra(client))?;
    debug_assert_eq!(groups.slot().name(), GROUPS);
    root.add(groups)?;
    Ok(root)
}

/// The client supervises and mends its connection by itself; it is closed when that was in vain.
fn connection(client: Client) -> ChildSpec<()> {
    ChildSpec::task("connection", move |stop: StopSignal| {
        let mut state = client.watch_state();
        async move {
            tokio::select! {
                biased;
                () = stop.stopped() => Ok(()),
                () = state.closed() => Err("the client is closed".into()),
            }
        }
    })
}

fn infra(client: &Client) -> ChildSpec<()> {
    let client = client.clone();
    let log = ChildSpec::task("connection log", move |stop| log::connection(client.events(), stop));
    let options = SupervisorOptions::new();
    ChildSpec::supervisor("infra", Strategy::OneForOne, options, [AnySpec::from(log)])
}
