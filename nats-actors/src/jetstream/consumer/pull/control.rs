//! Steering a running consumer from elsewhere.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::{broadcast, watch};

use super::shared::{Ending, Shared};
use super::state::{MessagesEvent, MessagesState, MessagesStatus};

/// A handle on running [`Messages`](super::Messages). Cheap to clone; it keeps nothing running.
#[derive(Clone, Debug)]
pub struct MessagesControl {
    shared: Arc<Shared>,
}

impl MessagesControl {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Asks for no more, gives back what nobody was handed, and waits until the server has heard
    /// that and every settlement made before.
    ///
    /// Deliveries that were handed out stay to be settled. It takes at most twice the drain timeout
    /// of the client, also while there is no connection.
    ///
    /// # Cancel safety
    ///
    /// Once polled, it goes on when the future is dropped.
    pub async fn stop(&self) {
        self.shared.order(Ending::Stop);
        self.ended().await;
    }

    /// Asks for no more, and waits until everything that the server had sent before it knew is
    /// buffered and every settlement made before is with the server. What is buffered is still
    /// handed out, and the end comes behind it.
    ///
    /// It takes at most twice the drain timeout of the client.
    ///
    /// # Cancel safety
    ///
    /// Once polled, it goes on when the future is dropped.
    pub async fn drain(&self) {
        self.shared.order(Ending::Drain);
        self.ended().await;
    }

    /// Changes how many messages may be in flight; 0 counts as 1. What is in flight stays so.
    pub fn set_max_in_flight(&self, messages: usize) {
        self.shared.set_max_in_flight(messages.max(1));
    }

    /// What it is doing, and its numbers.
    #[must_use]
    pub fn status(&self) -> MessagesStatus {
        self.shared.status()
    }

    /// Waits until its state is one that `wanted` accepts, and returns it; also once it has ended,
    /// since no other state comes then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn wait_for(&self, mut wanted: impl FnMut(MessagesState) -> bool) -> MessagesState {
        let mut states: watch::Receiver<_> = self.shared.watch();
        let enough = |state: &MessagesState| *state == MessagesState::Ended || wanted(*state);
        states.wait_for(enough).await.map_or(MessagesState::Ended, |state| *state)
    }

    /// What happens from now on, in order.
    #[must_use]
    pub fn events(&self) -> MessagesEvents {
        MessagesEvents { next: receive(self.shared.events.subscribe()) }
    }

    async fn ended(&self) {
        self.wait_for(|_| false).await;
    }
}

/// What happens to running [`Messages`](super::Messages), as a stream. It keeps 64 events for a
/// slow reader; of more it says how many it [`Missed`](MessagesEvent::Missed).
pub struct MessagesEvents {
    next: Pin<Box<dyn Future<Output = Received> + Send>>,
}

type Received = (Option<MessagesEvent>, broadcast::Receiver<MessagesEvent>);

fn receive(
    mut events: broadcast::Receiver<MessagesEvent>,
) -> Pin<Box<dyn Future<Output = Received> + Send>> {
    Box::pin(async move {
        let event = match events.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(missed)) => Some(MessagesEvent::Missed(missed)),
            Err(broadcast::error::RecvError::Closed) => None,
        };
        (event, events)
    })
}

impl MessagesEvents {
    /// The next event; `None` when there will be none any more.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<MessagesEvent> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for MessagesEvents {
    type Item = MessagesEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessagesEvent>> {
        let (event, events) = ready!(self.next.as_mut().poll(cx));
        self.next = receive(events);
        Poll::Ready(event)
    }
}

impl std::fmt::Debug for MessagesEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessagesEvents").finish_non_exhaustive()
    }
}
