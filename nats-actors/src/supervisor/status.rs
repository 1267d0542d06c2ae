//! A supervisor's children at one moment.

use std::sync::Arc;

use super::gate::Place;
use super::state::SlotState;

/// One child of a supervisor, and its children if it is a supervisor itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChildStatus {
    /// The child's name.
    pub name: Arc<str>,
    /// Where it is in its life.
    pub state: SlotState,
    /// How often it was started again, for whatever reason.
    pub restarts: u64,
    /// The last error that ended a life or prevented one.
    pub last_error: Option<Arc<str>>,
    /// The children of a child that is a supervisor and up.
    pub children: Vec<Self>,
}

impl ChildStatus {
    pub(super) fn of(place: &Place) -> Self {
        Self {
            name: Arc::clone(place.name()),
            state: place.state(),
            restarts: place.begun().saturating_sub(1),
            last_error: place.last_error(),
            children: place.supervisor().map(|handle| handle.status()).unwrap_or_default(),
        }
    }
}
