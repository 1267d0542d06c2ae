//! Runs one life: start, wait, stop, and the report that nothing is left.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::body::Body;
use super::child::Drain;
use super::core::ChildId;
use super::end::End;
use super::life::{Life, Order};
use super::shared::{Input, Shared};
use super::spec::AnySpec;

/// A life to be run in a task of its own: all of the user's code that belongs to it runs there or below.
pub(super) struct Runner {
    pub(super) spec: AnySpec,
    pub(super) life: Life,
    pub(super) orders: watch::Receiver<Order>,
    pub(super) report: Report,
}

/// Tells the supervisor, once and last, that the life is over; also when its task panics or is dropped.
pub(super) struct Report {
    shared: Arc<Shared>,
    spec: AnySpec,
    id: ChildId,
    epoch: u64,
    end: Option<End>,
}

impl Report {
    pub(super) fn new(shared: Arc<Shared>, spec: AnySpec, id: ChildId, epoch: u64) -> Self {
        shared.lives.send_modify(|lives| *lives += 1);
        Self { shared, spec, id, epoch, end: None }
    }

    fn up(&self) {
        self.shared.inbox.push(Input::Up { id: self.id, epoch: self.epoch });
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let place = self.spec.place();
        place.clear();
        if self.shared.ended.borrow().is_some() {
            // The supervisor has said its last word about this child, perhaps before those below the child were gone.
            place.publish(place.state());
        }
        let end = self.end.take().unwrap_or_else(|| End::failed("its task was cancelled"));
        self.shared.inbox.push(Input::Ended { id: self.id, epoch: self.epoch, end });
        self.shared.lives.send_modify(|lives| *lives -= 1);
    }
}

impl Runner {
    pub(super) async fn run(mut self) {
        let end = AssertUnwindSafe(self.live()).catch_unwind().await;
        self.spec.place().close();
        let _ = AssertUnwindSafe(self.life.end()).catch_unwind().await;
        self.report.end = Some(end.unwrap_or_else(|payload| End::panicked(payload.as_ref())));
    }

    async fn live(&mut self) -> End {
        let (mut body, drain) = match self.start().await {
            Ok(started) => started,
            Err(end) => return end,
        };
        self.spec.place().open(self.life.epoch(), body.way());
        self.report.up();
        self.watch(&mut body, drain).await
    }

    /// Calls the child's start. A request to stop drops it: nothing has been accepted yet that could be lost.
    async fn start(&mut self) -> Result<(Body, Option<Drain>), End> {
        let life = self.life.clone();
        let started = tokio::select! {
            biased;
            _ = self.orders.wait_for(|order| *order != Order::Run) => return Err(End::normal()),
            started = timeout(self.spec.within(), async { self.spec.start(life).await }) => started,
        };
        match started {
            Err(_) => {
                Err(End::failed(format!("the start took longer than {:?}", self.spec.within())))
            }
            Ok(Err(error)) => Err(End::because(&error)),
            Ok(Ok((key, drain))) => match self.life.take(key) {
                Some(body) => Ok((body, drain)),
                None => Err(End::failed(
                    "the start returned a child that had ended or is of another life",
                )),
            },
        }
    }

    async fn watch(&mut self, body: &mut Body, mut drain: Option<Drain>) -> End {
        loop {
            let order = *self.orders.borrow_and_update();
            match order {
                Order::Run => {}
                Order::Stop { kill_at } => {
                    self.spec.place().close();
                    drain = ask(body, drain, kill_at);
                }
                Order::Kill => body.kill(),
            }
            tokio::select! {
                biased;
                end = body.ended() => return end,
                changed = self.orders.changed() => if changed.is_err() {
                    // The supervisor's actor was killed: nobody is left to ask how it ended.
                    body.kill();
                    body.gone().await;
                    return End::failed("its supervisor was killed");
                },
            }
        }
    }
}

/// Asks by the child's own drain, if it has one and that does not panic. A second request finds a drain that does nothing.
fn ask(body: &Body, drain: Option<Drain>, kill_at: Instant) -> Option<Drain> {
    let own = drain.is_some_and(|drain| std::panic::catch_unwind(AssertUnwindSafe(drain)).is_ok());
    if own {
        return Some(Box::new(|| {}));
    }
    body.ask(kill_at);
    None
}
