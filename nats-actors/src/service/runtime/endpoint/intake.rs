//! How requests come in.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_core::Stream;
use futures_util::FutureExt;

use crate::error::Error;
use crate::protocol::Message;
use crate::subscription::Subscription;

use super::work::Work;
use crate::service::runtime::desk::Desk;
use crate::service::runtime::refusal::Refusal;

/// Requests that are taken in before the lanes get their turn.
const TURN: usize = 256;

/// The subscription of an endpoint. When it is dropped before its end, what the server had sent is refused.
#[derive(Debug)]
pub(super) struct Intake {
    subscription: Option<Subscription>,
    desk: Arc<Desk>,
    is_draining: bool,
    is_over: bool,
}

/// How far the intake came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Nothing is there now; the task is woken when something comes.
    All,
    /// There may be more.
    Turn,
    /// There may be more, but the backlog has no room.
    Full,
}

impl Intake {
    pub(super) fn new(subscription: Subscription, desk: Arc<Desk>) -> Self {
        Self { subscription: Some(subscription), desk, is_draining: false, is_over: false }
    }

    /// Tells the server to stop. The intake is over behind what the server had sent before it knew.
    pub(super) fn drain(&mut self) {
        if let Some(subscription) = &self.subscription
            && !self.is_draining
        {
            self.is_draining = true;
            // Once begun, it goes on by itself.
            let _ = subscription.drain().now_or_never();
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.is_draining
    }

    /// Whether no request will come any more.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Why it is over, if a fault ended it.
    pub(super) fn error(&self) -> Option<Error> {
        self.subscription.as_ref().and_then(|subscription| subscription.error())
    }

    /// Moves requests to the backlog.
    pub(super) fn poll_take(&mut self, cx: &mut Context<'_>, work: &Work) -> Taken {
        let mut state = work.lock();
        let mut received = None;
        for _ in 0..TURN {
            if state.is_full() {
                return Taken::Full;
            }
            let Some(message) = self.poll_message(cx) else { return Taken::All };
            // One look at the clock: what one turn takes in came at about the same time.
            state.push(message, *received.get_or_insert_with(Instant::now));
        }
        Taken::Turn
    }

    /// Refuses requests.
    pub(super) fn poll_refuse(&mut self, cx: &mut Context<'_>) -> Taken {
        for _ in 0..TURN {
            let Some(message) = self.poll_message(cx) else { return Taken::All };
            self.desk.refuse(&message, Refusal::Overloaded);
        }
        Taken::Turn
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Option<Message> {
        let subscription = self.subscription.as_mut()?;
        match Pin::new(subscription).poll_next(cx) {
            Poll::Ready(Some(message)) => Some(message),
            Poll::Ready(None) => {
                self.is_over = true;
                None
            }
            Poll::Pending => None,
        }
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        let Some(subscription) = self.subscription.take() else { return };
        if self.is_over {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(refuse_the_rest(subscription, Arc::clone(&self.desk)));
        }
    }
}

/// Ends the subscription behind a fence, so that no request that the server has sent goes without an answer.
async fn refuse_the_rest(mut subscription: Subscription, desk: Arc<Desk>) {
    let _ = subscription.drain().now_or_never();
    while let Some(message) = subscription.next().await {
        desk.refuse(&message, Refusal::Stopped);
    }
}
