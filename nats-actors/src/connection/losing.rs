//! Noticing that a connection is gone, and stopping what is left of it before the next one begins.

use ractor::ActorRef;
use std::sync::atomic::Ordering;

use super::actor::State;
use super::attempt::Start;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::reason::{CloseReason, DisconnectCause, Lost};
use super::task::Task;

/// The tasks of a lost connection, on their way out.
#[derive(Debug)]
pub(super) struct Stopping {
    _task: Task,
}

impl State {
    pub(super) fn tick(&mut self, myself: &ActorRef<ConnectionMsg>) {
        // Also when the last handle was dropped between the start of the actor and the time from which it can be told.
        if self.shared.released.load(Ordering::SeqCst) {
            self.release(myself);
        }
        let silent = {
            let mut live = lock(&self.shared.live);
            live.as_mut().and_then(|live| (!live.peer_lives(&self.shared)).then_some(live.epoch))
        };
        if let Some(epoch) = silent {
            self.lost(epoch, DisconnectCause::Stale.into(), myself);
        }
    }

    /// Leaves the server; a client that waits for its next attempt does not wait any more.
    pub(super) fn reconnect(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if let Some(epoch) = self.epoch() {
            self.lost(epoch, DisconnectCause::Forced.into(), myself);
        } else if let Some(attempt) = &self.attempt {
            attempt.hurry();
        }
    }

    /// The socket is gone: its tasks stop fully before anything is decided about what they left behind.
    pub(super) fn lost(&mut self, epoch: u64, lost: Lost, myself: &ActorRef<ConnectionMsg>) {
        if self.other_is_lost(epoch, myself) {
            return;
        }
        let live = lock(&self.shared.live).take_if(|live| live.epoch == epoch);
        let Some(live) = live else { return };
        let myself = myself.clone();
        let task = Task::spawn(async move {
            live.stop(matches!(lost.cause, DisconnectCause::Io(_))).await;
            let _ = myself.cast(ConnectionMsg::Stopped(epoch, lost));
        });
        self.stopping = Some(Stopping { _task: task });
    }

    pub(super) fn stopped(&mut self, epoch: u64, lost: Lost, myself: &ActorRef<ConnectionMsg>) {
        self.stopping = None;
        if self.shared.is_closed() {
            return;
        }
        let Some(ConnectionMsg::Stopped(epoch, lost)) =
            self.stop_left(ConnectionMsg::Stopped(epoch, lost), myself)
        else {
            return;
        };
        let forced = lost.cause == DisconnectCause::Forced;
        let cause = self.shared.link_down(epoch, lost);
        if self.takes_over(myself) {
            return;
        }
        if !self.shared.options.reconnect.is_on() {
            return self.close(CloseReason::NoReconnect(cause), myself);
        }
        self.shared.begin_pass_after_loss();
        self.dial(if forced { Start::Now } else { Start::Lost }, myself);
    }
}
