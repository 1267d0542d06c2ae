//! Looking for a server: one attempt after another, until one has accepted the login.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::ActorRef;

use super::actor::State;
use super::dial::Dialed;
use super::event::Event;
use super::live::Live;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::state::ConnectionState;
use super::task::Task;
use crate::error::{Error, ErrorKind};
use crate::options::{InitialConnect, ServerAddr};

impl State {
    pub(super) fn dial(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if lock(&self.shared.live).is_some() || self.shared.is_closed() {
            return;
        }
        let Some(server) = lock(&self.shared.pool).try_next() else { return };
        let (dialer, myself) = (Arc::clone(&self.shared.dialer), myself.clone());
        self.busy = Some(Task::spawn(async move {
            let dialed = dialer.dial(&server).await.map(Box::new);
            let _ = myself.cast(ConnectionMsg::Dialed(server, dialed));
        }));
    }

    pub(super) fn connected(&mut self, dialed: Dialed, myself: &ActorRef<ConnectionMsg>) {
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
        shared.moving.began_anew(epoch);
        shared.adopt(&dialed.info);
        let preamble = shared.link_up();
        let live = Live::start(epoch, dialed, preamble, shared, myself);
        *lock(&shared.live) = Some(live);
        shared.state.send_replace(ConnectionState::Connected { epoch });
        shared.events.push(Event::Connected { epoch, server });
        if let Some(first) = lock(&shared.first).take() {
            let _ = first.send(Ok(()));
        }
    }

    pub(super) fn failed(
        &mut self,
        server: &ServerAddr,
        error: Error,
        myself: &ActorRef<ConnectionMsg>,
    ) {
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

    pub(super) fn dial_after(&mut self, delay: Duration, myself: &ActorRef<ConnectionMsg>) {
        let myself = myself.clone();
        self.busy = Some(Task::spawn(async move {
            tokio::time::sleep(delay).await;
            let _ = myself.cast(ConnectionMsg::Dial);
        }));
    }
}

/// An error with its causes, for a person to read.
pub(super) fn chain(error: &Error) -> String {
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
