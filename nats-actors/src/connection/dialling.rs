//! Looking for a server: one attempt after another, until one has accepted the login.

use std::error::Error as _;
use std::sync::atomic::Ordering;

use ractor::ActorRef;

use super::actor::State;
use super::attempt::{Attempt, Start};
use super::dial::Dialed;
use super::event::Event;
use super::live::Live;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::reason::{CloseReason, Failure};
use super::shared::Shared;
use crate::error::{Error, ErrorKind};
use crate::options::{InitialConnect, ServerAddr};
use crate::protocol::ServerError;
use crate::session::{HandshakeError, ServerPool};

impl State {
    pub(super) fn dial(&mut self, start: Start, myself: &ActorRef<ConnectionMsg>) {
        self.attempt = Some(Attempt::begin(&self.shared, start, myself));
    }

    pub(super) fn connected(&mut self, dialed: Dialed, myself: &ActorRef<ConnectionMsg>) {
        let shared = &self.shared;
        if shared.is_closed() || lock(&shared.live).is_some() {
            return;
        }
        self.attempt = None;
        self.passes = 0;
        self.refused = None;
        let epoch = shared.counters.connections.fetch_add(1, Ordering::Relaxed) + 1;
        let server = dialed.server.to_string();
        lock(&shared.pool).connected(&dialed.server);
        shared.life.begin(dialed.as_connected(epoch));
        shared.moving.began_anew(epoch);
        shared.adopt(&dialed.info);
        let preamble = shared.link_up();
        let live = Live::start(epoch, dialed, preamble, shared, myself);
        *lock(&shared.live) = Some(live);
        if shared.is_closed() {
            // Whoever closes it says so first, then takes the connection that there is: this one came in between.
            drop(lock(&shared.live).take());
            return shared.life.lost();
        }
        shared.state.send_modify(|state| *state = state.linked(Some(epoch)));
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
        self.attempt = None;
        let shared = &self.shared;
        let failure = Failure::from(&error);
        let refused_again = refusal(&error).filter(|refusal| {
            let again = lock(&shared.pool).refused(server, refusal);
            again && shared.options.stops_at_refusals_of(server)
        });
        let (pass_is_over, nobody_left) = {
            let mut pool = lock(&shared.pool);
            pool.failed(server, failure.reason.as_str());
            (pool.pass_is_over(), pool.is_empty())
        };
        shared.life.failed(failure.clone());
        let Failure { kind, reason } = failure.clone();
        shared.events.push(Event::ConnectFailed { server: server.to_string(), kind, reason });
        if let Some(refusal) = refused_again {
            let (server, refusal) = (server.to_string(), refusal.clone());
            return self.end_for_good(
                CloseReason::Refused { server, error: refusal },
                error,
                myself,
            );
        }
        if nobody_left {
            return self.end_for_good(CloseReason::NoServers(failure), error, myself);
        }
        if pass_is_over {
            return self.pass_failed(failure, error, myself);
        }
        self.next(error, myself);
    }

    /// Goes on with the pass. A refused login tells more about it than a server that cannot be reached.
    fn next(&mut self, error: Error, myself: &ActorRef<ConnectionMsg>) {
        if error.kind() == ErrorKind::Unauthorized {
            self.refused.get_or_insert(error);
        }
        self.dial(Start::Now, myself);
    }

    fn pass_failed(&mut self, failure: Failure, error: Error, myself: &ActorRef<ConnectionMsg>) {
        self.passes = self.passes.saturating_add(1);
        let error = self.refused.take().unwrap_or(error);
        let fail_fast = self.shared.options.initial_connect == InitialConnect::FailFast;
        if fail_fast && lock(&self.shared.first).is_some() {
            return self.end_for_good(CloseReason::NoServers(failure), error, myself);
        }
        self.shared.begin_pass(&mut lock(&self.shared.pool));
        self.dial(Start::After(self.passes), myself);
    }

    /// Ends the client, since nothing else is left to do.
    fn end_for_good(
        &mut self,
        reason: CloseReason,
        error: Error,
        myself: &ActorRef<ConnectionMsg>,
    ) {
        if let Some(first) = lock(&self.shared.first).take() {
            let _ = first.send(Err(error));
        }
        self.close(reason, myself);
    }

    /// There is nobody to try.
    pub(super) fn no_servers(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let error = Error::new(ErrorKind::Closed).detail("there is no server to try");
        let last = self.shared.life.last_error().unwrap_or_else(|| Failure::from(&error));
        self.end_for_good(CloseReason::NoServers(last), error, myself);
    }
}

impl Shared {
    /// Begins a pass over all servers, in the order that the options say.
    pub(super) fn begin_pass(&self, pool: &mut ServerPool<ServerAddr>) {
        pool.begin_pass(self.options.shuffle.then_some(draw));
    }

    /// Begins the pass behind a loss.
    pub(super) fn begin_pass_after_loss(&self) {
        lock(&self.pool).lost(self.options.shuffle.then_some(draw));
    }
}

fn draw(below: usize) -> usize {
    fastrand::usize(..below)
}

/// How the server refused the login, if that is what failed.
fn refusal(error: &Error) -> Option<&ServerError> {
    match error.source()?.downcast_ref() {
        Some(HandshakeError::Refused(refusal)) if refusal.is_authentication() => Some(refusal),
        _ => None,
    }
}

/// Why the first connection of a client was not made.
pub(super) fn gone() -> Error {
    Error::new(ErrorKind::Closed).detail("the connection ended before it began")
}
