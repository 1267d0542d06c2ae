//! The core's words, with names, texts and clock times: what slots and events show.

use std::sync::Arc;

use super::core::{ChildEnd, ChildId, Exit, Note, Parked, View};
use super::event::EventKind;
use super::gate::Place;
use super::report::ChildOutcome;
use super::shared::Shared;
use super::state::{ParkReason, SlotState};

pub(super) fn event(shared: &Shared, place: &Place, note: Note) {
    let kind = match note {
        Note::Starting { epoch } => EventKind::Starting { epoch },
        Note::Up { epoch: 1 } => EventKind::Up { epoch: 1 },
        Note::Up { epoch } => EventKind::Restarted { epoch },
        Note::Stopping { epoch } => EventKind::Stopping { epoch },
        Note::Ended { epoch, exit: Exit::Normal } => EventKind::Ended { epoch, error: None },
        Note::Ended { epoch, .. } => EventKind::Ended { epoch, error: Some(error_of(place)) },
        Note::Backoff { until } => EventKind::Backoff { delay: until.saturating_sub(shared.now()) },
        Note::Parked(why) => EventKind::Parked(reason(place, why)),
        Note::Exhausted => EventKind::Exhausted,
        Note::Escalated => EventKind::Escalated,
        Note::Stopped => EventKind::Stopped,
        Note::Stuck { epoch } => EventKind::Stuck { epoch },
    };
    let child = if shared.prefix.is_empty() {
        Arc::clone(place.name())
    } else {
        format!("{}{}", shared.prefix, place.name()).into()
    };
    log(&child, &kind);
    shared.history.record(child, kind);
}

fn log(child: &str, kind: &EventKind) {
    match kind {
        EventKind::Ended { error: Some(error), epoch } => {
            tracing::warn!(child, epoch, %error, "a supervised life failed");
        }
        EventKind::Parked(reason) => tracing::error!(child, %reason, "a child is parked"),
        EventKind::Escalated => tracing::error!(child, "a supervisor gave up"),
        EventKind::Stuck { epoch } => tracing::error!(child, epoch, "a life cannot be killed"),
        kind => tracing::debug!(child, ?kind, "supervision"),
    }
}

pub(super) fn state(
    shared: &Shared,
    place: &Place,
    view: View,
    name_of: impl FnOnce(ChildId) -> Option<Arc<str>>,
) -> SlotState {
    match view {
        View::Waiting => SlotState::Waiting,
        View::Starting { epoch } => SlotState::Starting { epoch },
        View::Up { epoch } => SlotState::Up { epoch },
        View::Stopping { epoch } => SlotState::Stopping { epoch },
        View::Backoff { until } => SlotState::Backoff { until: shared.instant(until).into_std() },
        View::Parked(why) => SlotState::Parked(reason(place, why)),
        View::ParkedBy { sibling } => {
            SlotState::Parked(ParkReason::Sibling(name_of(sibling).unwrap_or_else(|| "?".into())))
        }
        View::Stopped => SlotState::Stopped,
    }
}

fn reason(place: &Place, why: Parked) -> ParkReason {
    let error = error_of(place);
    match why {
        Parked::Config => ParkReason::Config(error),
        Parked::Exhausted => ParkReason::Exhausted(error),
    }
}

fn error_of(place: &Place) -> Arc<str> {
    place.last_error().unwrap_or_else(|| "it ended normally".into())
}

impl From<ChildEnd> for ChildOutcome {
    fn from(end: ChildEnd) -> Self {
        match end {
            ChildEnd::Drained => Self::Drained,
            ChildEnd::Failed => Self::Failed,
            ChildEnd::Aborted => Self::Aborted,
            ChildEnd::Abandoned => Self::Abandoned,
        }
    }
}
