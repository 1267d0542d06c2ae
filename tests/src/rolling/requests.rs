//! Requests at a pace.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nats_actors::Client;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::load::PATIENCE;
use super::pace::Pace;

/// How many requests may be in flight at once; less than a second of them at the highest rate.
const IN_FLIGHT: usize = 4_096;

/// What came of them so far.
#[derive(Debug, Default)]
pub(super) struct Requests {
    sent: AtomicU64,
    answered: AtomicU64,
    /// In microseconds.
    slowest: AtomicU64,
    errors: Mutex<BTreeMap<String, u64>>,
}

/// Asks at `rate` until it is to stop, then waits for what is in flight; returns how many a second it made.
pub(super) async fn ask(
    client: Client,
    rate: u32,
    requests: Arc<Requests>,
    stop: Arc<AtomicBool>,
) -> u64 {
    let (begin, mut pace) = (Instant::now(), Pace::new(rate));
    let mut flying = JoinSet::new();
    while !stop.load(Ordering::SeqCst) {
        for _ in 0..pace.due().await {
            while flying.len() >= IN_FLIGHT {
                flying.join_next().await;
            }
            while flying.try_join_next().is_some() {}
            let (client, requests) = (client.clone(), Arc::clone(&requests));
            flying.spawn(async move { requests.one(&client).await });
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    while flying.join_next().await.is_some() {}
    (requests.sent() as f64 / seconds).round() as u64
}

impl Requests {
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    pub(super) fn answered(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }

    pub(super) fn slowest(&self) -> Duration {
        Duration::from_micros(self.slowest.load(Ordering::SeqCst))
    }

    pub(super) fn errors(&self) -> BTreeMap<String, u64> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn one(&self, client: &Client) {
        let number = self.sent.fetch_add(1, Ordering::SeqCst).to_string();
        let begin = Instant::now();
        let outcome = match client.request("load.ask", number.as_str()).timeout(PATIENCE).await {
            Ok(reply) if reply.payload() == number.as_bytes() => Ok(()),
            Ok(_) => Err("the answer to another request".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.slowest.fetch_max(took, Ordering::SeqCst);
        match outcome {
            Ok(()) => drop(self.answered.fetch_add(1, Ordering::SeqCst)),
            Err(text) => {
                let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
                *errors.entry(text).or_default() += 1;
            }
        }
    }
}
