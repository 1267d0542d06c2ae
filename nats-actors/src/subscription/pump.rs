//! Handing messages to a handler or to an actor, in a task of its own.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use ractor::ActorRef;
use tokio::sync::Semaphore;

use super::batch::Batch;
use crate::connection::Queue;
use crate::protocol::Message;

/// A pump: it ends when its queue has ended and everything was handled.
pub(crate) type Pump = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many messages are taken from a queue at once.
const TAKE: usize = 1024;
/// Batches that an actor may have before it is given more.
const BATCHES: usize = 2;

/// Calls `handler` for each message; at most `concurrency` calls run at a time.
pub(crate) fn to_handler<H, F>(queue: Arc<Queue>, concurrency: usize, handler: H) -> Pump
where
    H: Fn(Message) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    if concurrency <= 1 {
        Box::pin(one_at_a_time(queue, handler))
    } else {
        Box::pin(many_at_a_time(queue, concurrency, handler))
    }
}

async fn one_at_a_time<H, F>(queue: Arc<Queue>, handler: H)
where
    H: Fn(Message) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let mut taken = VecDeque::new();
    while queue.take(&mut taken, usize::MAX).await {
        while let Some(message) = taken.pop_front() {
            report(&queue, guarded(&handler, message).await);
            if taken.len() % TAKE == 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn many_at_a_time<H, F>(queue: Arc<Queue>, concurrency: usize, handler: H)
where
    H: Fn(Message) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let mut running = FuturesUnordered::new();
    let mut taken = VecDeque::new();
    let mut more = true;
    loop {
        if taken.is_empty() && more {
            tokio::select! {
                took = queue.take(&mut taken, TAKE) => more = took,
                Some(panicked) = running.next() => report(&queue, panicked),
            }
        } else if running.len() < concurrency
            && let Some(message) = taken.pop_front()
        {
            running.push(guarded(&handler, message));
        } else if let Some(panicked) = running.next().await {
            report(&queue, panicked);
        } else {
            return;
        }
    }
}

/// One call; a panic ends this call and nothing else. Returns whether it panicked.
fn guarded<H, F>(handler: &H, message: Message) -> impl Future<Output = bool> + Send + use<H, F>
where
    H: Fn(Message) -> F,
    F: Future<Output = ()> + Send,
{
    let begun = std::panic::catch_unwind(AssertUnwindSafe(|| handler(message)));
    async move {
        match begun {
            Ok(call) => AssertUnwindSafe(call).catch_unwind().await.is_err(),
            Err(_) => true,
        }
    }
}

fn report(queue: &Queue, panicked: bool) {
    if panicked {
        tracing::error!(subject = queue.subject(), "a subscription handler panicked");
    }
}

/// Casts batches to an actor; the next one goes when an earlier one was dropped.
pub(crate) fn to_actor<M, F>(queue: Arc<Queue>, actor: ActorRef<M>, map: F) -> Pump
where
    M: ractor::Message,
    F: Fn(Batch) -> M + Send + 'static,
{
    Box::pin(async move {
        let credit = Arc::new(Semaphore::new(BATCHES));
        let mut taken = VecDeque::new();
        while queue.take(&mut taken, TAKE).await {
            let Ok(permit) = Arc::clone(&credit).acquire_owned().await else { return };
            let batch = Batch::new(std::mem::take(&mut taken), permit);
            if actor.cast(map(batch)).is_err() {
                return;
            }
        }
        // The last batches are handled when their credit is back.
        let _ = credit.acquire_many(BATCHES as u32).await;
    })
}
