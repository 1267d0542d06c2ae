//! Rings the supervisor's bell when its next time has come. Ends with the keeper, which holds the other end.

use ractor::ActorRef;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

pub(super) async fn run(mut next: watch::Receiver<Option<Instant>>, bell: ActorRef<()>) {
    loop {
        let at = *next.borrow_and_update();
        let changed = match at {
            None => next.changed().await,
            Some(at) => tokio::select! {
                changed = next.changed() => changed,
                () = sleep_until(at) => {
                    let _ = bell.cast(());
                    next.changed().await
                }
            },
        };
        if changed.is_err() {
            return;
        }
    }
}
