//! An application that runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout_at;

use super::exit::ExitReport;
use super::part::{GIVE_BACK, Site};
use super::status::{Phase, Status};
use crate::client::Client;
use crate::connection::deadline_in;
use crate::service::ServiceHandle;
use crate::supervisor::SupervisorHandle;
use crate::worker::ConsumerHandle;

/// An application that was started. Cheap to clone; dropping it ends nothing.
///
/// ```no_run
/// # async fn example(app: nats_actors::App) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let running = app.start().await?;
/// if let Err(status) = running.ready(Duration::from_secs(10)).await {
///     eprintln!("not everything is up: {status}");
/// }
/// println!("{}", running.drain().await);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Running {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    root: SupervisorHandle,
    drain_timeout: Duration,
    services: Vec<ServiceHandle>,
    consumers: Vec<ConsumerHandle>,
    phase: Arc<watch::Sender<Phase>>,
    ended: watch::Receiver<Option<ExitReport>>,
}

impl Running {
    pub(super) fn new(root: SupervisorHandle, site: Site) -> Self {
        let phase = Arc::new(watch::Sender::new(Phase::Running));
        let (report, ended) = watch::channel(None);
        tokio::spawn(conclude(root.clone(), site.client.clone(), Arc::clone(&phase), report));
        let Site { client, drain_timeout, services, consumers, .. } = site;
        let shared = Shared { client, root, drain_timeout, services, consumers, phase, ended };
        Self { shared: Arc::new(shared) }
    }

    /// The application's client. Closing it ends the application.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.shared.client
    }

    /// The service of this name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&ServiceHandle> {
        self.shared.services.iter().find(|service| service.name() == name)
    }

    /// The consumer of this durable name; the first one, if several streams have one.
    #[must_use]
    pub fn consumer(&self, durable: &str) -> Option<&ConsumerHandle> {
        self.shared.consumers.iter().find(|consumer| consumer.name() == durable)
    }

    /// How it is now: phase, connection, and every child with its restarts and last error.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            phase: *self.shared.phase.borrow(),
            connection: self.shared.client.state(),
            root: self.shared.root.status(),
        }
    }

    /// Waits until it is [ready](Status::is_ready).
    ///
    /// # Errors
    ///
    /// The status, if it is not ready in time or has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn ready(&self, within: Duration) -> Result<(), Status> {
        let deadline = deadline_in(within);
        let (mut events, mut state) = (self.shared.root.events(), self.shared.client.watch_state());
        state.current();
        loop {
            let status = self.status();
            if status.is_ready() {
                return Ok(());
            }
            let change = async {
                tokio::select! {
                    event = events.next() => event.is_some(),
                    _ = state.changed() => true,
                }
            };
            let changed = timeout_at(deadline, change).await;
            if status.phase == Phase::Ended || changed != Ok(true) {
                return Err(self.status());
            }
        }
    }

    /// Ends it without losing what has begun, and returns by the drain timeout and the 5 s that follow it.
    ///
    /// In this order: services cannot be discovered any more; endpoints and consumers take nothing new, and tasks see
    /// their shutdown; handlers finish, and what the server had sent before is handled or given back; everything that
    /// was published is flushed; the connection is closed. The report tells what was cut short.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the drain.
    pub async fn drain(&self) -> ExitReport {
        self.drain_within(self.shared.drain_timeout).await
    }

    /// As [`drain`](Self::drain), with another drain timeout. A shorter one of a second call counts for both.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the drain.
    pub async fn drain_within(&self, limit: Duration) -> ExitReport {
        self.shared.phase.send_if_modified(|phase| {
            let is_new = *phase == Phase::Running;
            if is_new {
                *phase = Phase::Draining;
            }
            is_new
        });
        let _ = self.shared.root.drain(limit.saturating_add(GIVE_BACK)).await;
        self.wait().await
    }

    /// Ends it at once: handlers and tasks are cancelled at their next await, deliveries are given back.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the abort.
    pub async fn abort(&self) -> ExitReport {
        let _ = self.shared.root.abort().await;
        self.wait().await
    }

    /// Waits until it is over: drained, aborted, or because restarting did not help.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn wait(&self) -> ExitReport {
        let mut ended = self.shared.ended.clone();
        let report = ended.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone());
        // Without a report, the runtime is shutting down.
        report.unwrap_or_else(ExitReport::before_start)
    }
}

/// Ends the connection behind everything else, and reports.
async fn conclude(
    root: SupervisorHandle,
    client: Client,
    phase: Arc<watch::Sender<Phase>>,
    report: watch::Sender<Option<ExitReport>>,
) {
    let ended = root.ended().await;
    let flushed = client.drain().timeout(FLUSH).await;
    phase.send_replace(Phase::Ended);
    report.send_replace(Some(ExitReport::new(&ended, flushed)));
}

/// For the last flush. With what handlers get to give back, 5 s.
const FLUSH: Duration = Duration::from_secs(3);

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("status", &self.status()).finish_non_exhaustive()
    }
}
