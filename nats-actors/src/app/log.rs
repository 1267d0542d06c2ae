//! What happens to the connection of an application, for its log. Supervisors tell the log themselves.

use super::task::TaskError;
use crate::connection::{Event, Events};
use crate::supervisor::StopSignal;

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
        Event::Moved { server, epoch } => tracing::info!(server, epoch, "moved"),
        Event::LameDuck => tracing::info!("the server is about to shut down"),
        Event::Disconnected { reason, .. } => tracing::warn!(reason, "disconnected"),
        Event::ConnectFailed { server, reason, .. } => {
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
