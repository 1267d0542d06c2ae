//! Connecting anew ahead of the end of the credentials.

use std::time::SystemTime;

use ractor::ActorRef;

use super::handover::Goal;
use super::message::ConnectionMsg;
use super::task::Task;
use crate::auth::renew_in;

/// Moves to another connection, of the same server or another, some time before `expiry`; `None` if it is too late.
pub(super) fn renew(expiry: SystemTime, actor: ActorRef<ConnectionMsg>) -> Option<Task> {
    let left = expiry.duration_since(SystemTime::now()).unwrap_or_default();
    let wait = renew_in(left, fastrand::f64())?;
    Some(Task::spawn(async move {
        tokio::time::sleep(wait).await;
        let _ = actor.cast(ConnectionMsg::Move(Goal::Any));
    }))
}
