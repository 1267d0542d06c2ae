//! One alarm at a time.

use std::time::Instant;

use ractor::ActorRef;

use super::message::PullMsg;
use crate::connection::Task;

/// Rings once at or before the time that is wanted: wanting a later one costs nothing.
#[derive(Debug)]
pub(super) struct Timer {
    alarm: Option<(Instant, Task)>,
}

impl Timer {
    pub(super) const fn new() -> Self {
        Self { alarm: None }
    }

    pub(super) fn set(&mut self, wanted: Option<Instant>, actor: &ActorRef<PullMsg>) {
        let Some(wanted) = wanted else { return };
        if self.alarm.as_ref().is_some_and(|(at, _)| *at <= wanted) {
            return;
        }
        let actor = actor.clone();
        let alarm = Task::spawn(async move {
            tokio::time::sleep_until(wanted.into()).await;
            let _ = actor.cast(PullMsg::Tick);
        });
        self.alarm = Some((wanted, alarm));
    }

    pub(super) fn fired(&mut self) {
        self.alarm = None;
    }
}
