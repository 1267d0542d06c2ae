//! What happens to an application, for its log.

use super::task::TaskError;
use crate::connection::{Event, Events};
use crate::supervisor::{self, EventKind, StopSignal};

/// Tells of the connection until asked to stop.
pub(super) async fn connection(mut events: Events, stop: StopSignal) -> Result<(), TaskError> {
    loop {
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(event) => tell_connection(&event),
                None => {
                    stop.stopped().await;
                    return Ok(());
                }
            },
            () = stop.stopped() => return Ok(()),
        }
    }
}

fn tell_connection(event: &Event) {
    match event {
        Event::Connected { server, epoch } => tracing::info!(server, epoch, "connected"),
        Event::Disconnected { reason, .. } => tracing::warn!(reason, "disconnected"),
        Event::ConnectFailed { server, reason } => {
            tracing::warn!(server, reason, "connecting failed");
        }
        Event::PublishLoss(loss) => {
            let (first, last) = (&loss.first_subject, &loss.last_subject);
            tracing::error!(count = loss.count, first, last, "publishes may be lost");
        }
        Event::SlowConsumer { subject, dropped, ended } => {
            tracing::warn!(subject, dropped, ended, "a subscription is too slow");
        }
        Event::ServerError(error) => tracing::error!(?error, "the server reports an error"),
        other => tracing::debug!(event = ?other, "the connection changed"),
    }
}

/// Tells of all supervisors until asked to stop.
pub(super) async fn supervision(
    mut events: supervisor::Events,
    stop: StopSignal,
) -> Result<(), TaskError> {
    loop {
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(event) => tell_supervision(&event),
                None => return Ok(()),
            },
            () = stop.stopped() => return Ok(()),
        }
    }
}

fn tell_supervision(event: &supervisor::Event) {
    let child = &*event.child;
    match &event.kind {
        EventKind::Up { epoch } => tracing::info!(child, epoch, "up"),
        EventKind::Restarted { epoch } => tracing::warn!(child, epoch, "up again"),
        EventKind::Ended { error: Some(error), .. } => tracing::error!(child, %error, "failed"),
        EventKind::Backoff { delay } => tracing::warn!(child, ?delay, "restarts after a wait"),
        EventKind::Parked(reason) => tracing::error!(child, %reason, "parked"),
        EventKind::Exhausted => tracing::error!(child, "used up the restarts"),
        EventKind::Stuck { .. } => tracing::error!(child, "cannot be stopped"),
        other => tracing::debug!(child, event = ?other, "changed"),
    }
}
