//! The order desk: turns lines into calls of the service, as any other program would, through the generated client.

use std::sync::Arc;
use std::time::Duration;

use nats_actors::Client;
use nats_actors::service::{CallError, TransportError, TransportErrorKind};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::explain::explain;
use crate::idempotency;
use crate::intake::Line;
use crate::lines::Lines;
use crate::order::{Order, Simulate};
use crate::order_error::OrderError;
use crate::screen::Screen;
use crate::service::OrdersClient;
use crate::stop::Stop;

/// Calls under way at a time.
const CONCURRENCY: usize = 64;

/// The rest between two attempts of a call, unless the service says another.
const REST: Duration = Duration::from_millis(200);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    orders: OrdersClient<Client>,
    lines: Lines,
    screen: Screen,
    /// What the keys of this run's requests begin with.
    run: Arc<str>,
    /// How long one order is tried.
    patience: Duration,
}

impl Desk {
    pub(crate) fn new(client: &Client, lines: Lines, screen: Screen, patience: Duration) -> Self {
        let run = client.new_inbox().rsplit('.').next().unwrap_or_default().into();
        Self { orders: OrdersClient::new(client), lines, screen, run, patience }
    }

    /// Places every line that comes, at most `rate` a second, until there is none or it has to stop; ends when each has
    /// its answer.
    pub(crate) async fn place_all(
        &self,
        mut incoming: mpsc::Receiver<Line>,
        rate: Option<u32>,
        stop: &Stop,
    ) {
        let free = Arc::new(Semaphore::new(CONCURRENCY));
        let mut pace = rate.map(|rate| interval(Duration::from_secs(1) / rate.max(1)));
        if let Some(pace) = &mut pace {
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        let mut calls = JoinSet::new();
        while let Some(Some(line)) = stop.unless_requested(incoming.recv()).await {
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
            // The semaphore is never closed.
            let Ok(permit) = Arc::clone(&free).acquire_owned().await else { break };
            let desk = self.clone();
            self.lines.read();
            calls.spawn(async move {
                desk.handle(line).await;
                drop(permit);
            });
            while calls.try_join_next().is_some() {}
        }
        calls.join_all().await;
    }

    async fn handle(&self, line: Line) {
        match line.order {
            Ok(order) => self.place(line.number, &order).await,
            Err(bad) => {
                self.screen.note(&format!("line {}: {bad}", line.number));
                self.lines.refused("bad line");
            }
        }
    }

    async fn place(&self, line: u64, order: &Order) {
        let key = format!("{}-{line}", self.run);
        let call = || self.orders.place(order.id, &order.what).header(idempotency::HEADER, &key);
        match self.retried(call).await {
            Ok(_) => {
                self.lines.placed();
                self.reconsider(order).await;
            }
            Err(CallError::Service(error)) if error != OrderError::Unavailable => {
                self.lines.refused(error.label());
            }
            Err(CallError::Untyped(_)) => self.lines.refused("rejected"),
            Err(error) => {
                let why = explain(&error);
                self.screen.note(&format!("line {line}: given up: {why}"));
                self.lines.given_up(format!("order {} (line {line}): {why}", order.id));
            }
        }
    }

    /// The customer cancels, if that is what this customer does. It may be too late; then the order is billed.
    async fn reconsider(&self, order: &Order) {
        if order.what.simulate == Some(Simulate::ChangeOfMind) {
            let cancelled = self.retried(|| self.orders.cancel(order.id)).await;
            if let Err(error) = cancelled {
                self.screen.note(&format!("order {} was not cancelled: {error}", order.id));
            }
        }
    }

    /// Makes a call until it is answered for good. Only for calls that may run twice.
    async fn retried<C, T>(&self, call: impl Fn() -> C) -> Result<T, CallError<OrderError>>
    where
        C: IntoFuture<Output = Result<T, CallError<OrderError>>>,
    {
        let deadline = Instant::now() + self.patience;
        loop {
            match call().await {
                Err(error) if may_help(&error) && Instant::now() < deadline => {
                    self.lines.call_retried();
                    sleep(error.retry_after().unwrap_or(REST)).await;
                }
                answer => return answer,
            }
        }
    }
}

/// Whether another attempt may help. A connection that was lost with the request under way is no reason for
/// `is_retryable`, because the request may have been executed; these requests may be executed twice.
fn may_help(error: &CallError<OrderError>) -> bool {
    let lost = |error: &TransportError| error.kind() == TransportErrorKind::Disconnected;
    error.is_retryable() || matches!(error, CallError::Transport(error) if lost(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderId;

    #[test]
    fn a_refusal_is_final_and_trouble_is_not() {
        let transport = |kind| CallError::Transport(TransportError::new(kind).executed_maybe(true));

        assert!(may_help(&CallError::Service(OrderError::Unavailable)));
        assert!(may_help(&transport(TransportErrorKind::Disconnected)));
        assert!(may_help(&transport(TransportErrorKind::NoResponders)));
        assert!(!may_help(&transport(TransportErrorKind::Closed)));
        assert!(!may_help(&CallError::Service(OrderError::Duplicate { id: OrderId(1) })));
    }
}
