//! The door to a connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::oneshot;

use super::actor::ConnectionActor;
use super::closing::Ending;
use super::deadline::deadline_in;
use super::dialling::gone;
use super::handover::Goal;
use super::life::EndReport;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::reason::CloseReason;
use super::shared::Shared;
use super::state::StateWatch;
use crate::error::{Error, ErrorKind};
use crate::options::{ConnectOptions, InitialConnect, ServerAddr};
use crate::supervisor::{ChildSpec, Restart, Slot, StopOrder, Strategy};
use crate::supervisor::{Supervisor, SupervisorHandle, SupervisorOptions};

/// One connection, seen from outside; dropping the last one flushes what was accepted and closes.
#[derive(Debug)]
pub(crate) struct ConnectionHandle {
    shared: Arc<Shared>,
    actor: Slot<ConnectionMsg>,
    subscriptions: SupervisorHandle,
}

impl ConnectionHandle {
    /// Starts the supervised actor and waits for the first connection, as the options say.
    pub(crate) async fn open(
        options: ConnectOptions,
        servers: Vec<ServerAddr>,
    ) -> Result<Self, Error> {
        let initial = options.initial_connect;
        check_login(&options).await?;
        let shared = Arc::new(Shared::new(options, servers)?);
        let (first, connected) = oneshot::channel();
        *lock(&shared.first) = Some(first);
        let options = SupervisorOptions::new().stop_order(StopOrder::Together);
        let subscriptions = Supervisor::start("subscriptions", Strategy::OneForOne, options);
        let actor = supervise(&shared, subscriptions.clone())?;
        let handle = Self { shared, actor, subscriptions };
        match initial {
            InitialConnect::Background => {}
            InitialConnect::FailFast => connected.await.map_err(|_| gone())??,
            InitialConnect::WaitFor(limit) => match tokio::time::timeout(limit, connected).await {
                Ok(answer) => answer.map_err(|_| gone())??,
                Err(_) => {
                    let now = deadline_in(Duration::ZERO);
                    handle.shared.end(Ending::Close, now, CloseReason::Requested).await;
                    let error = Error::new(ErrorKind::TimedOut).detail("no server was reached");
                    let last = handle.shared.life.last_error();
                    return Err(match last {
                        Some(last) => error.because(last),
                        None => error,
                    });
                }
            },
        }
        Ok(handle)
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The supervisor of the subscriptions; they outlive each life of the connection actor.
    pub(crate) const fn subscriptions(&self) -> &SupervisorHandle {
        &self.subscriptions
    }

    /// Leaves the present server and connects again.
    pub(crate) fn reconnect(&self) {
        let _ = self.actor.cast(ConnectionMsg::Reconnect);
    }

    /// Moves to another server while the present one still serves.
    pub(crate) fn move_to(&self, goal: Goal) {
        let _ = self.actor.cast(ConnectionMsg::Move(goal));
    }

    /// Brings the client to its end, in at most `timeout`; goes on with it when the future is dropped.
    pub(crate) async fn end(self: &Arc<Self>, how: Ending, timeout: Duration) -> EndReport {
        let mut state = StateWatch::new(self.shared.connection_state());
        self.begin_end(how, timeout);
        state.closed().await;
        self.shared.life.end().map_or_else(EndReport::default, |(_, report)| report)
    }

    /// Begins to bring the client to its end.
    pub(crate) fn begin_end(self: &Arc<Self>, how: Ending, timeout: Duration) {
        // Whole, so that nobody counts as gone before this is over.
        let connection = Arc::clone(self);
        let deadline = deadline_in(timeout);
        tokio::spawn(async move {
            connection.shared.end(how, deadline, CloseReason::Requested).await;
            let _ = connection.actor.cast(ConnectionMsg::Stop);
        });
    }

    /// Waits until the client is closed, and says why it is.
    pub(crate) async fn closed(&self) -> CloseReason {
        StateWatch::new(self.shared.connection_state()).closed().await;
        self.shared.life.end().map_or(CloseReason::Requested, |(reason, _)| reason)
    }
}

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        // Before the cast: an actor that is down now reads the flag when it is up again.
        self.shared.released.store(true, Ordering::SeqCst);
        let _ = self.actor.cast(ConnectionMsg::Release);
    }
}

/// Who cannot log in anywhere does not dial.
async fn check_login(options: &ConnectOptions) -> Result<(), Error> {
    let now = options.initial_connect == InitialConnect::FailFast;
    let checked = options.login.check(now).await;
    checked.map_err(|error| Error::new(ErrorKind::BadOptions).detail("the login").because(error))
}

/// Starts the supervisor of a connection, which owns everything that outlives a connection actor.
fn supervise(
    shared: &Arc<Shared>,
    subscriptions: SupervisorHandle,
) -> Result<Slot<ConnectionMsg>, Error> {
    let options = SupervisorOptions::new().intensity(5, Duration::from_secs(30));
    let supervisor = Supervisor::start("connection", Strategy::OneForOne, options);
    let arguments = Arc::clone(shared);
    let spec = ChildSpec::new("connection", move |life| {
        let shared = Arc::clone(&arguments);
        async move { life.spawn(ConnectionActor, shared).await }
    });
    let actor = supervisor.add(spec.restart(Restart::Transient));
    let actor = actor.map_err(|error| Error::new(ErrorKind::Closed).because(error))?;
    tokio::spawn(end_together(Arc::clone(shared), supervisor, subscriptions));
    Ok(actor)
}

/// A closed connection ends its supervisors; a supervisor that gave up closes the connection.
async fn end_together(
    shared: Arc<Shared>,
    supervisor: SupervisorHandle,
    subscriptions: SupervisorHandle,
) {
    let mut state = StateWatch::new(shared.connection_state());
    tokio::select! {
        () = state.closed() => {}
        _ = supervisor.ended() => {}
        _ = subscriptions.ended() => {}
    }
    shared.close(CloseReason::Crashed);
    let _ = supervisor.drain(Duration::from_secs(1)).await;
    // Handlers may still work on what has arrived.
    let _ = subscriptions.drain(shared.options.drain_timeout).await;
}
