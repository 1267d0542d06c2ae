//! One attempt to connect: whom to try, when, and how it went. The user's say in it is here, outside of the actor.

use std::sync::Arc;
use std::time::Duration;

use ractor::ActorRef;
use tokio::sync::Notify;

use super::event::Event;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::shared::Shared;
use super::state::StateWatch;
use super::task::Task;
use crate::options::{ServerAddr, ServerCandidates};

/// When an attempt begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// At once.
    Now,
    /// At once, unless there is only the server that was just lost, and with it perhaps many clients.
    Lost,
    /// After the delay that follows so many passes over all servers.
    After(u32),
}

/// An attempt under way; ended when dropped.
#[derive(Debug)]
pub(super) struct Attempt {
    _task: Task,
    hurry: Arc<Notify>,
}

impl Attempt {
    /// Begins one; the actor hears how it went.
    pub(super) fn begin(
        shared: &Arc<Shared>,
        start: Start,
        actor: &ActorRef<ConnectionMsg>,
    ) -> Self {
        let hurry = Arc::new(Notify::new());
        let (shared, actor, waiting) = (Arc::clone(shared), actor.clone(), Arc::clone(&hurry));
        let task = Task::spawn(async move {
            let mut state = StateWatch::new(shared.connection_state());
            let message = tokio::select! {
                biased;
                () = state.closed() => return,
                message = attempt(&shared, start, &waiting) => message,
            };
            let _ = actor.cast(message);
        });
        Self { _task: task, hurry }
    }

    /// Does not wait any more, if it does.
    pub(super) fn hurry(&self) {
        self.hurry.notify_one();
    }
}

/// Waits until it is due, and dials.
async fn attempt(shared: &Shared, start: Start, hurry: &Notify) -> ConnectionMsg {
    let Some(server) = shared.next_server(start, hurry).await else {
        return ConnectionMsg::NoServers;
    };
    let dialed = shared.dialer.dial(&server).await.map(Box::new);
    ConnectionMsg::Dialed(server, dialed)
}

impl Shared {
    /// Waits until an attempt is due; returns whom to try, `None` when there is nobody.
    async fn next_server(&self, start: Start, hurry: &Notify) -> Option<ServerAddr> {
        let policy = &self.options.reconnect;
        if let Some((server, delay)) = self.selected() {
            wait(delay, hurry).await;
            lock(&self.pool).choose(&server);
            return Some(server);
        }
        if let Start::After(passes) = start {
            wait(policy.delay_after(passes, fastrand::f64()), hurry).await;
        }
        let (server, was_left) = self.next_in_turn()?;
        if was_left && matches!(start, Start::Lost) {
            wait(policy.delay_after(0, fastrand::f64()), hurry).await;
        }
        Some(server)
    }

    /// Whose turn it is, and whether it is the server that was just lost.
    fn next_in_turn(&self) -> Option<(ServerAddr, bool)> {
        let mut pool = lock(&self.pool);
        if pool.pass_is_over() {
            self.begin_pass(&mut pool);
        }
        let server = pool.try_next()?;
        let was_left = pool.was_left(&server);
        Some((server, was_left))
    }

    /// Whom the user wants to try, and when; not a server that is not in the pool.
    fn selected(&self) -> Option<(ServerAddr, Duration)> {
        let policy = &self.options.reconnect;
        if !policy.selects() {
            return None;
        }
        let servers: Vec<_> = lock(&self.pool).servers().cloned().collect();
        let info = self.server_info();
        let choice = policy.select(&ServerCandidates::new(&servers, &info))?;
        if servers.iter().any(|server| server.address == choice.server) {
            return Some((choice.server, choice.delay));
        }
        self.events.push(Event::ServerNotInPool { server: choice.server.to_string() });
        None
    }
}

async fn wait(delay: Duration, hurry: &Notify) {
    if !delay.is_zero() {
        let _ = tokio::time::timeout(delay, hurry.notified()).await;
    }
}
