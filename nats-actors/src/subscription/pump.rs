//! Handing messages to a handler or to an actor, in a task of its own.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use ractor::ActorRef;
use tokio::sync::Semaphore;

use super::batch::Batch;
use crate::connection::{End, Queue};
use crate::error::ErrorKind;
use crate::protocol::Message;
use crate::session::Taken;

/// A pump: it ends when its queue has ended and everything was handled.
pub(crate) type Pump = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Makes the pump of one life of a subscription.
pub(crate) type MakePump = Arc<dyn Fn() -> Pump + Send + Sync>;

/// How many messages are taken from a queue at once.
const TAKE: usize = 1024;
/// Batches that an actor may have before it is given more.
const BATCHES: usize = 2;

/// Calls `handler` for each message; at most `concurrency` calls run at a time.
pub(super) fn to_handler<H, F>(queue: Arc<Queue>, concurrency: usize, handler: H) -> MakePump
where
    H: Fn(Message) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move || {
        let (queue, handler) = (Arc::clone(&queue), Arc::clone(&handler));
        if concurrency <= 1 {
            Box::pin(one_at_a_time(queue, handler))
        } else {
            Box::pin(many_at_a_time(queue, concurrency, handler))
        }
    })
}

async fn one_at_a_time<H, F>(queue: Arc<Queue>, handler: Arc<H>)
where
    H: Fn(Message) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let _pumping = queue.pumping();
    let mut taken = Taken::default();
    let mut call = pin!(None);
    while queue.take(&mut taken, usize::MAX).await {
        while !taken.is_empty() {
            let panicked = poll_fn(|cx| poll_calls(&*handler, &mut taken, call.as_mut(), cx)).await;
            call.set(None);
            report(&queue, panicked);
            tokio::task::consume_budget().await;
        }
    }
}

/// Calls for one message after another, as long as the calls do not wait; ends with what was taken, after [`TAKE`] calls
/// or with a panic, which it tells. Nothing is moved that waits, and nothing is allocated.
fn poll_calls<H, F>(
    handler: &H,
    taken: &mut Taken,
    mut call: Pin<&mut Option<F>>,
    cx: &mut Context<'_>,
) -> Poll<bool>
where
    H: Fn(Message) -> F,
    F: Future<Output = ()>,
{
    let calls = AssertUnwindSafe(|| {
        for _ in 0..TAKE {
            if call.is_none() {
                let Some(message) = taken.pop_front() else { break };
                call.set(Some(handler(message)));
            }
            if let Some(call) = call.as_mut().as_pin_mut() {
                ready!(call.poll(cx));
            }
            call.set(None);
        }
        Poll::Ready(())
    });
    match std::panic::catch_unwind(calls) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(())) => Poll::Ready(false),
        Err(_) => Poll::Ready(true),
    }
}

async fn many_at_a_time<H, F>(queue: Arc<Queue>, concurrency: usize, handler: Arc<H>)
where
    H: Fn(Message) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let _pumping = queue.pumping();
    let mut running = FuturesUnordered::new();
    let mut taken = Taken::default();
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
            running.push(guarded(&*handler, message));
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

/// Ends a subscription whose actor is gone: what waits is still handled.
pub(crate) fn end_as_closed(queue: &Queue) {
    queue.end(End::Failed(ErrorKind::Closed, queue.subject().to_owned()));
}

/// Casts batches to an actor; the next one goes when an earlier one was dropped.
pub(crate) fn to_actor<M, F>(queue: Arc<Queue>, actor: ActorRef<M>, map: F) -> MakePump
where
    M: ractor::Message,
    F: Fn(Batch) -> M + Send + Sync + 'static,
{
    let map = Arc::new(map);
    Arc::new(move || {
        let (queue, actor, map) = (Arc::clone(&queue), actor.clone(), Arc::clone(&map));
        Box::pin(cast_batches(queue, actor, map))
    })
}

async fn cast_batches<M, F>(queue: Arc<Queue>, actor: ActorRef<M>, map: Arc<F>)
where
    M: ractor::Message,
    F: Fn(Batch) -> M + Send + Sync + 'static,
{
    let _pumping = queue.pumping();
    let credit = Arc::new(Semaphore::new(BATCHES));
    let mut taken = Taken::default();
    while queue.take(&mut taken, TAKE).await {
        let Ok(permit) = Arc::clone(&credit).acquire_owned().await else { return };
        let batch = Batch::new(std::mem::take(&mut taken), permit);
        if actor.cast(map(batch)).is_err() {
            end_as_closed(&queue);
            return;
        }
    }
    // The last batches are handled when their credit is back.
    let _ = credit.acquire_many(u32::try_from(BATCHES).unwrap_or(1)).await;
}
