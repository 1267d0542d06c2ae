//! The actor that owns a connection's life: it decides, its tasks do.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;

use super::dial::{Dialed, dial};
use super::event::Event;
use super::intake::Control;
use super::live::Live;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::shared::Shared;
use super::state::ConnectionState;
use super::task::Task;
use crate::error::{Error, ErrorKind};
use crate::options::{InitialConnect, ServerAddr};
use crate::protocol::{ServerError, ServerInfo};

/// Connects, watches the peer, connects again. No handler waits for the network.
#[derive(Debug)]
pub(super) struct ConnectionActor;

/// The present life of the actor. What must outlive it is in [`Shared`].
#[derive(Debug)]
pub(super) struct State {
    shared: Arc<Shared>,
    /// Dialling, waiting to dial, or stopping the tasks of a lost connection.
    busy: Option<Task>,
    releasing: Option<Task>,
    /// Rounds over all servers since the last success.
    rounds: u32,
    /// What the server said last before it closed the connection.
    complaint: Option<ServerError>,
    _ticker: Task,
}

#[ractor::actor(message = ConnectionMsg, state = State, arguments = Arc<Shared>)]
impl ConnectionActor {
    async fn pre_start(
        &self,
        myself: ActorRef<ConnectionMsg>,
        shared: Arc<Shared>,
    ) -> Result<State, ActorProcessingErr> {
        let leftover = lock(&shared.live).take();
        if let Some(live) = leftover {
            live.stop().await;
        }
        // Also when the crash came between the end of the tasks and this.
        let stale = shared.state.borrow().epoch();
        if let Some(epoch) = stale {
            shared.link_down(epoch, "the connection actor crashed".to_owned());
        }
        let ticker = Task::spawn(tick(myself.clone(), shared.options.ping_interval));
        myself.cast(ConnectionMsg::Dial)?;
        if shared.released.load(Ordering::SeqCst) {
            myself.cast(ConnectionMsg::Release)?;
        }
        Ok(State {
            shared,
            busy: None,
            releasing: None,
            rounds: 0,
            complaint: None,
            _ticker: ticker,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<ConnectionMsg>,
        message: ConnectionMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ConnectionMsg::Dial => state.dial(&myself),
            ConnectionMsg::Dialed(_, Ok(dialed)) => state.connected(*dialed, &myself),
            ConnectionMsg::Dialed(server, Err(error)) => state.failed(&server, error, &myself),
            ConnectionMsg::Lost(epoch, reason) => state.lost(epoch, reason, &myself),
            ConnectionMsg::Stopped(epoch, reason) => state.stopped(epoch, reason, &myself),
            ConnectionMsg::Control(epoch, control) => state.control(epoch, control),
            ConnectionMsg::Tick => state.tick(&myself),
            ConnectionMsg::Reconnect => state.reconnect(&myself),
            ConnectionMsg::Release => state.release(&myself),
            ConnectionMsg::Close(report) => state.close(report, &myself),
        }
        Ok(())
    }
}

impl State {
    fn epoch(&self) -> Option<u64> {
        lock(&self.shared.live).as_ref().map(|live| live.epoch)
    }

    fn dial(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if lock(&self.shared.live).is_some() || self.shared.is_closed() {
            return;
        }
        let Some(server) = lock(&self.shared.pool).try_next() else { return };
        let (options, myself) = (self.shared.options.clone(), myself.clone());
        self.busy = Some(Task::spawn(async move {
            let dialed = dial(options, server.clone()).await.map(Box::new);
            let _ = myself.cast(ConnectionMsg::Dialed(server, dialed));
        }));
    }

    fn connected(&mut self, dialed: Dialed, myself: &ActorRef<ConnectionMsg>) {
        let shared = &self.shared;
        if shared.is_closed() {
            return;
        }
        self.busy = None;
        self.rounds = 0;
        self.complaint = None;
        let epoch = shared.counters.connections.fetch_add(1, Ordering::Relaxed) + 1;
        let server = dialed.server.to_string();
        lock(&shared.pool).connected(&dialed.server);
        adopt(shared, &dialed.info);
        let preamble = shared.link_up();
        let live = Live::start(epoch, dialed, preamble, shared, myself);
        *lock(&shared.live) = Some(live);
        shared.state.send_replace(ConnectionState::Connected { epoch });
        shared.events.push(Event::Connected { epoch, server });
        if let Some(first) = lock(&shared.first).take() {
            let _ = first.send(Ok(()));
        }
    }

    fn failed(&mut self, server: &ServerAddr, error: Error, myself: &ActorRef<ConnectionMsg>) {
        self.busy = None;
        let round_is_over = {
            let mut pool = lock(&self.shared.pool);
            pool.failed(server);
            pool.round_is_over()
        };
        let (server, reason) = (server.to_string(), chain(&error));
        self.shared.events.push(Event::ConnectFailed { server, reason });
        if !round_is_over {
            return self.dial(myself);
        }
        self.rounds += 1;
        let options = &self.shared.options;
        let fail_fast = options.initial_connect == InitialConnect::FailFast;
        let first = lock(&self.shared.first).take();
        if (first.is_some() && fail_fast) || options.reconnect.gives_up_after(self.rounds) {
            if let Some(first) = first {
                let _ = first.send(Err(error));
            }
            return self.close(None, myself);
        }
        *lock(&self.shared.first) = first;
        let round = self.rounds - 1;
        self.dial_after(self.shared.options.reconnect.delay_of(round, fastrand::f64()), myself);
    }

    fn dial_after(&mut self, delay: Duration, myself: &ActorRef<ConnectionMsg>) {
        let myself = myself.clone();
        self.busy = Some(Task::spawn(async move {
            tokio::time::sleep(delay).await;
            let _ = myself.cast(ConnectionMsg::Dial);
        }));
    }

    /// The socket is gone: its tasks stop fully before anything is decided about what they left behind.
    fn lost(&mut self, epoch: u64, reason: String, myself: &ActorRef<ConnectionMsg>) {
        let live = lock(&self.shared.live).take_if(|live| live.epoch == epoch);
        let Some(live) = live else { return };
        let myself = myself.clone();
        self.busy = Some(Task::spawn(async move {
            live.stop().await;
            let _ = myself.cast(ConnectionMsg::Stopped(epoch, reason));
        }));
    }

    fn stopped(&mut self, epoch: u64, reason: String, myself: &ActorRef<ConnectionMsg>) {
        self.busy = None;
        if self.shared.is_closed() {
            return;
        }
        let reason = match self.complaint.take() {
            Some(complaint) => format!("{reason} ({complaint})"),
            None => reason,
        };
        self.shared.link_down(epoch, reason);
        if self.shared.options.reconnect.gives_up_after(0) {
            return self.close(None, myself);
        }
        let first_delay = self.shared.options.reconnect.delay_of(0, fastrand::f64());
        self.dial_after(first_delay.mul_f64(fastrand::f64()), myself);
    }

    fn control(&mut self, epoch: u64, control: Control) {
        if self.epoch() != Some(epoch) {
            return;
        }
        match control {
            Control::Info(info) => {
                let lame_duck = info.ldm;
                adopt(&self.shared, &Arc::new(*info));
                if lame_duck {
                    self.shared.events.push(Event::LameDuck);
                }
            }
            Control::Error(error) => self.complained(error),
        }
    }

    fn complained(&mut self, error: ServerError) {
        match &error {
            ServerError::PermissionsViolationSubscription { subject, sid, .. } => {
                self.shared.deny_replies(subject, *sid);
            }
            ServerError::PermissionsViolationPublish { subject } => {
                self.shared.deny_requests(subject);
            }
            _ => {}
        }
        if error.closes_connection() {
            self.complaint = Some(error.clone());
        }
        self.shared.events.push(Event::ServerError(error));
    }

    fn tick(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let silent = {
            let mut live = lock(&self.shared.live);
            live.as_mut().and_then(|live| (!live.peer_lives(&self.shared)).then_some(live.epoch))
        };
        if let Some(epoch) = silent {
            self.lost(epoch, "the server does not answer any more".to_owned(), myself);
        }
    }

    fn reconnect(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if let Some(epoch) = self.epoch() {
            self.lost(epoch, "a reconnect was asked for".to_owned(), myself);
        }
    }

    fn release(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let (shared, myself) = (Arc::clone(&self.shared), myself.clone());
        self.releasing = Some(Task::spawn(async move {
            shared.settle(shared.options.drain_timeout).await;
            let _ = myself.cast(ConnectionMsg::Close(None));
        }));
    }

    fn close(&mut self, report: Option<oneshot::Sender<u64>>, myself: &ActorRef<ConnectionMsg>) {
        *lock(&self.shared.live) = None;
        self.busy = None;
        let unconfirmed = self.shared.close();
        if let Some(report) = report {
            let _ = report.send(unconfirmed);
        }
        myself.stop(None);
    }
}

/// Follows what a server tells about itself and its cluster.
fn adopt(shared: &Shared, info: &Arc<ServerInfo>) {
    *lock(&shared.info) = Arc::clone(info);
    shared.outbox.set_max_payload(info.max_payload);
    if shared.options.ignore_advertised_servers {
        return;
    }
    let told = info.connect_urls.iter().filter_map(|url| ServerAddr::parse(url).ok());
    let mut pool = lock(&shared.pool);
    if pool.update(told) {
        let servers = pool.addresses().map(ToString::to_string).collect();
        shared.events.push(Event::ServersChanged { servers });
    }
}

async fn tick(actor: ActorRef<ConnectionMsg>, ping_interval: Duration) {
    let period = (ping_interval / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if actor.cast(ConnectionMsg::Tick).is_err() {
            return;
        }
    }
}

/// An error with its causes, for a person to read.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Why the first connection of a client was not made.
pub(super) fn gone() -> Error {
    Error::new(ErrorKind::Closed).detail("the connection ended before it began")
}
