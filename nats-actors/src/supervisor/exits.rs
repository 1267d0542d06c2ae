//! Brings the reason of an actor's end, which ractor tells its supervisor only, to the task that watches the actor.

use std::collections::HashMap;
use std::sync::Mutex;

use ractor::{ActorId, SupervisionEvent};
use tokio::sync::oneshot;

use super::sync::lock;

/// Where events and watchers meet; either may come first.
///
/// The whole event goes to the watcher, unread: it holds the actor's state and error, and dropping or printing them may
/// run the user's code, which must not happen in the supervisor's actor.
#[derive(Default)]
pub(super) struct Exits {
    open: Mutex<HashMap<ActorId, Meeting>>,
}

enum Meeting {
    Watched(oneshot::Sender<SupervisionEvent>),
    Ended(SupervisionEvent),
    /// The watcher left before the event came.
    Left,
}

impl Exits {
    pub(super) fn watch(&self, actor: ActorId) -> oneshot::Receiver<SupervisionEvent> {
        let (sender, receiver) = oneshot::channel();
        let mut open = lock(&self.open);
        if let Some(Meeting::Ended(event)) = open.remove(&actor) {
            let _ = sender.send(event);
        } else {
            open.insert(actor, Meeting::Watched(sender));
        }
        receiver
    }

    /// The watcher leaves. If the event has not come, it is dropped when it does.
    pub(super) fn leave(&self, actor: ActorId) {
        if let Some(meeting) = lock(&self.open).get_mut(&actor) {
            *meeting = Meeting::Left;
        }
    }

    /// Called by the supervisor's actor for every event; only ends matter.
    pub(super) fn record(&self, event: SupervisionEvent) {
        let (SupervisionEvent::ActorTerminated(actor, ..)
        | SupervisionEvent::ActorFailed(actor, _)) = &event
        else {
            return;
        };
        let actor = actor.get_id();
        let mut open = lock(&self.open);
        let unwanted = match open.remove(&actor) {
            Some(Meeting::Watched(watcher)) => watcher.send(event).err(),
            Some(Meeting::Left) => Some(event),
            Some(Meeting::Ended(_)) | None => {
                open.insert(actor, Meeting::Ended(event));
                None
            }
        };
        if let Some(event) = unwanted {
            tokio::spawn(async move { drop(event) });
        }
    }
}
