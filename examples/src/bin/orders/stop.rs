//! SIGTERM and Ctrl-C: finish what has begun, then end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether somebody has asked the program to end. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    requested: watch::Receiver<bool>,
}

impl Stop {
    /// From now on the signals do not end the process by themselves.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (request, requested) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            request.send_replace(true);
            // Keeps the channel open as long as somebody listens.
            request.closed().await;
        });
        Ok(Self { requested })
    }

    pub(crate) fn is_requested(&self) -> bool {
        *self.requested.borrow()
    }

    /// Waits for the request.
    pub(crate) async fn requested(&self) {
        // It fails only when the runtime is going down, which is a stop as well.
        let _ = self.requested.clone().wait_for(|requested| *requested).await;
    }

    /// What a future gives; `None`, and the future is dropped, when the request comes first.
    pub(crate) async fn unless_requested<F: Future>(&self, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            () = self.requested() => None,
            output = future => Some(output),
        }
    }
}
