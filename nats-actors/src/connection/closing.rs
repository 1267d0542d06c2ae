//! The end of a client, whoever asks for it.

use std::sync::Arc;

use ractor::ActorRef;
use tokio::sync::oneshot;

use super::actor::State;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::task::Task;

impl State {
    pub(super) fn release(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let (shared, myself) = (Arc::clone(&self.shared), myself.clone());
        self.releasing = Some(Task::spawn(async move {
            shared.settle(shared.options.drain_timeout).await;
            let _ = myself.cast(ConnectionMsg::Close(None));
        }));
    }

    pub(super) fn close(
        &mut self,
        report: Option<oneshot::Sender<u64>>,
        myself: &ActorRef<ConnectionMsg>,
    ) {
        *lock(&self.shared.live) = None;
        *lock(&self.shared.moving.other) = None;
        self.busy = None;
        self.handover = None;
        let unconfirmed = self.shared.close();
        if let Some(report) = report {
            let _ = report.send(unconfirmed);
        }
        myself.stop(None);
    }
}
