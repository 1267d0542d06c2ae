//! The end of a client, whoever asks for it.

use std::sync::Arc;
use std::time::Duration;

use ractor::ActorRef;
use tokio::time::Instant;

use super::actor::State;
use super::deadline::deadline_in;
use super::event::Event;
use super::life::EndReport;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::outbox::Wreck;
use super::queue::End;
use super::reason::CloseReason;
use super::shared::Shared;
use super::state::{ConnectionState, StateWatch};
use super::task::Task;
use super::waiter::Outcome;

/// How a client is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// What was accepted is flushed.
    Close,
    /// Before that, subscriptions end behind what the server had sent to them, and handlers finish.
    Drain,
}

impl State {
    /// Every handle is gone.
    pub(super) fn release(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if self.releasing.is_some() {
            return;
        }
        let (shared, myself) = (Arc::clone(&self.shared), myself.clone());
        self.releasing = Some(Task::spawn(async move {
            let deadline = deadline_in(shared.options.drain_timeout);
            shared.end(Ending::Close, deadline, CloseReason::Dropped).await;
            let _ = myself.cast(ConnectionMsg::Stop);
        }));
    }

    /// Ends the client now.
    pub(super) fn close(&mut self, reason: CloseReason, myself: &ActorRef<ConnectionMsg>) {
        self.shared.close(reason);
        self.stop(myself);
    }

    /// The client has ended; nothing of it goes on.
    pub(super) fn stop(&mut self, myself: &ActorRef<ConnectionMsg>) {
        drop(lock(&self.shared.live).take());
        drop(lock(&self.shared.moving.other).take());
        self.attempt = None;
        self.stopping = None;
        self.handover = None;
        myself.stop(None);
    }
}

impl Shared {
    /// Brings the client to its end by `deadline`, in whatever state it is; with others who do the same, the first one
    /// that is through ends it for all.
    pub(crate) async fn end(&self, how: Ending, deadline: Instant, reason: CloseReason) {
        let mut state = StateWatch::new(self.connection_state());
        tokio::select! {
            biased;
            () = state.closed() => {}
            () = self.wind_down(how, deadline) => self.close(reason),
        }
    }

    async fn wind_down(&self, how: Ending, deadline: Instant) {
        if how == Ending::Drain {
            self.advance(ConnectionState::draining_subscriptions);
            self.drain_subscriptions(deadline).await;
        }
        self.outbox.seal();
        self.advance(ConnectionState::draining_publishes);
        self.settle(deadline).await;
    }

    /// Moves on to a draining state, and says so the first time.
    fn advance(&self, next: impl FnOnce(ConnectionState) -> ConnectionState) {
        let mut began = false;
        self.state.send_if_modified(|state| {
            let before = *state;
            *state = next(before);
            began = !before.is_draining() && state.is_draining();
            *state != before
        });
        if began {
            self.events.push(Event::Draining);
        }
    }

    /// Everything ends now: who waits for anything is told, and the sockets are dropped.
    pub(super) fn close(&self, reason: CloseReason) {
        let unconfirmed = self.outbox.close();
        let (first, EndReport { unconfirmed, .. }) = self.life.ends(reason.clone(), unconfirmed);
        if !first {
            return;
        }
        self.state.send_replace(ConnectionState::Closed);
        // Who waits for the first connection hears that there will be none.
        drop(lock(&self.first).take());
        drop(lock(&self.live).take());
        drop(lock(&self.moving.other).take());
        self.life.lost();
        let Wreck { fences, loss, .. } = self.outbox.abandon(|frame| self.is_request(frame));
        for waiter in fences {
            let _ = waiter.send(Err(unconfirmed));
        }
        self.end_requests(|_| Some(Outcome::Closed));
        let mut interest = lock(&self.interest);
        let sids: Vec<u64> = interest.iter().map(crate::session::Entry::sid).collect();
        for entry in sids.into_iter().filter_map(|sid| interest.remove(sid)) {
            entry.target.end(End::Finished);
        }
        drop(interest);
        if !loss.is_empty() {
            tracing::warn!(count = loss.count, "a client closed with unconfirmed publishes");
        }
        self.report_loss(loss);
        self.events.push(Event::Closed { reason });
    }
}

/// How much time is left.
pub(super) fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::options::{ConnectOptions, ServerAddr};

    /// Found by reading: an actor that crashes too often closes the client, and who connects must not wait for ever.
    #[tokio::test]
    async fn who_waits_for_the_first_connection_hears_of_the_end() {
        let server = ServerAddr::parse("nats://127.0.0.1:1").unwrap();
        let shared = Shared::new(ConnectOptions::new(), vec![server]).unwrap();
        let (first, connected) = oneshot::channel();
        *lock(&shared.first) = Some(first);
        shared.close(CloseReason::Crashed);

        assert!(connected.await.is_err());
    }
}
