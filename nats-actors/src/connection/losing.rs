//! Noticing that a connection is gone, and stopping what is left of it before the next one begins.

use ractor::ActorRef;

use super::actor::State;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::task::Task;

impl State {
    pub(super) fn tick(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let silent = {
            let mut live = lock(&self.shared.live);
            live.as_mut().and_then(|live| (!live.peer_lives(&self.shared)).then_some(live.epoch))
        };
        if let Some(epoch) = silent {
            self.lost(epoch, "the server does not answer any more".to_owned(), myself);
        }
    }

    pub(super) fn reconnect(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if let Some(epoch) = self.epoch() {
            self.lost(epoch, "a reconnect was asked for".to_owned(), myself);
        }
    }

    /// The socket is gone: its tasks stop fully before anything is decided about what they left behind.
    pub(super) fn lost(&mut self, epoch: u64, reason: String, myself: &ActorRef<ConnectionMsg>) {
        if self.other_is_lost(epoch, myself) {
            return;
        }
        let live = lock(&self.shared.live).take_if(|live| live.epoch == epoch);
        let Some(live) = live else { return };
        let myself = myself.clone();
        self.busy = Some(Task::spawn(async move {
            live.stop().await;
            let _ = myself.cast(ConnectionMsg::Stopped(epoch, reason));
        }));
    }

    pub(super) fn stopped(&mut self, epoch: u64, reason: String, myself: &ActorRef<ConnectionMsg>) {
        self.busy = None;
        if self.shared.is_closed() {
            return;
        }
        let Some(ConnectionMsg::Stopped(epoch, reason)) =
            self.stop_left(ConnectionMsg::Stopped(epoch, reason), myself)
        else {
            return;
        };
        let reason = match self.complaint.take() {
            Some(complaint) => format!("{reason} ({complaint})"),
            None => reason,
        };
        self.shared.link_down(epoch, reason);
        if self.takes_over(myself) {
            return;
        }
        if self.shared.options.reconnect.gives_up_after(0) {
            return self.close(None, myself);
        }
        let first_delay = self.shared.options.reconnect.delay_of(0, fastrand::f64());
        self.dial_after(first_delay.mul_f64(fastrand::f64()), myself);
    }
}
