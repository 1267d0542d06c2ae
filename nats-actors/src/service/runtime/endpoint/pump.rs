//! The task that has the requests of an endpoint.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::service::Service;
use crate::subscription::Subscription;

use super::control::Control;
use super::intake::{Intake, Taken};
use super::lane::{Lane, lane};
use super::post::Post;
use super::work::{HOME, Step, Work};

/// Times that the pump looks for requests before other tasks get their turn.
const TURNS: usize = 8;

/// A pump of whatever service. It ends well when it was drained, and else says why it ended.
pub(super) type Pumping = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Serves the endpoint at `post` until it is told to drain.
pub(super) fn run<S: Service>(
    post: Arc<Post<S>>,
    subscription: Subscription,
    control: Arc<Control>,
) -> Pumping {
    Box::pin(async move {
        let desk = Arc::clone(&post.desk);
        let pump = Pump::new(post, subscription, control);
        pump.await?;
        if desk.client.state().is_connected() {
            // A drain is over when the server has the replies.
            let _ = desk.client.flush().await;
        }
        Ok(())
    })
}

struct Pump<S> {
    post: Arc<Post<S>>,
    control: Arc<Control>,
    intake: Intake,
    home: Lane,
    others: FuturesUnordered<Lane>,
    /// Last, so that the lanes are dropped before it: they hold it, and it refuses what is left when the last is gone.
    work: Arc<Work>,
}

impl<S: Service> Pump<S> {
    fn new(post: Arc<Post<S>>, subscription: Subscription, control: Arc<Control>) -> Self {
        let desk = Arc::clone(&post.desk);
        let (requests, bytes) = (post.backlog_requests, post.backlog_bytes);
        let work = Arc::new(Work::new(Arc::clone(&desk), control.concurrency(), requests, bytes));
        let home = lane(HOME, Arc::clone(&post), Arc::clone(&work));
        let intake = Intake::new(subscription, desk);
        Self { post, control, intake, home, others: FuturesUnordered::new(), work }
    }

    /// Whether the task has to be polled again although nothing will wake it.
    fn turn(&mut self, cx: &mut Context<'_>) -> bool {
        for _ in 0..TURNS {
            let taken = self.intake.poll_take(cx, &self.work);
            self.run_lanes(cx);
            match taken {
                Taken::All => return false,
                Taken::Turn => {}
                Taken::Full if self.is_stuck() => {
                    if self.intake.poll_refuse(cx) == Taken::All {
                        return false;
                    }
                }
                Taken::Full => {}
            }
        }
        true
    }

    fn run_lanes(&mut self, cx: &mut Context<'_>) {
        // It never ends.
        let _ = self.home.as_mut().poll(cx);
        loop {
            if !self.others.is_empty() {
                let _ = self.others.poll_next_unpin(cx);
            }
            let step = self.work.lock().step();
            match step {
                Step::Wait => return,
                Step::Poll => {}
                Step::Add(number) => {
                    let (post, work) = (Arc::clone(&self.post), Arc::clone(&self.work));
                    self.others.push(lane(number, post, work));
                }
            }
        }
    }

    /// Whether the lanes cannot make room in the backlog.
    fn is_stuck(&self) -> bool {
        let state = self.work.lock();
        state.is_full() && state.is_busy()
    }

    fn obey(&mut self) {
        let concurrency = if self.post.is_exclusive { 1 } else { self.control.concurrency() };
        self.work.lock().set_concurrency(concurrency);
        if self.control.is_draining() {
            self.intake.drain();
        }
    }
}

impl<S: Service> Future for Pump<S> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.control.listen(cx.waker());
        self.obey();
        if self.turn(cx) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if !self.intake.is_over() || !self.work.lock().is_done() {
            return Poll::Pending;
        }
        Poll::Ready(match self.intake.error() {
            Some(error) => Err(error.to_string()),
            None if self.intake.is_draining() => Ok(()),
            None => Err("the subscription ended; the client is closed".to_owned()),
        })
    }
}
