//! Which numbers came, of all that were sent.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Numbers from several senders, each counting from 0.
#[derive(Debug, Default)]
pub struct Ledger {
    senders: Mutex<HashMap<String, Arrivals>>,
}

#[derive(Debug, Default)]
struct Arrivals {
    /// How often each number came.
    counts: Vec<u32>,
    last: Option<usize>,
    out_of_order: u64,
}

impl Ledger {
    /// Takes note of a message whose subject names the sender and whose payload is the number.
    pub fn note(&self, sender: &str, payload: &[u8]) {
        let Some(number) = str::from_utf8(payload).ok().and_then(|text| text.parse().ok()) else {
            return;
        };
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        let arrivals = senders.entry(sender.to_owned()).or_default();
        arrivals.out_of_order += u64::from(arrivals.last.is_some_and(|last| last > number));
        arrivals.last = arrivals.last.max(Some(number));
        if arrivals.counts.len() <= number {
            arrivals.counts.resize(number + 1, 0);
        }
        if let Some(count) = arrivals.counts.get_mut(number) {
            *count += 1;
        }
    }

    /// How many different numbers of one sender came.
    pub fn arrived(&self, sender: &str) -> u64 {
        self.of(sender, |arrivals| arrivals.counts.iter().filter(|count| **count > 0).count())
    }

    /// How many arrivals were repetitions.
    pub fn repeated(&self, sender: &str) -> u64 {
        let extra = |arrivals: &Arrivals| {
            arrivals.counts.iter().map(|count| count.saturating_sub(1) as usize).sum()
        };
        self.of(sender, extra)
    }

    /// How many came behind a later one.
    pub fn out_of_order(&self, sender: &str) -> u64 {
        self.of(sender, |arrivals| usize::try_from(arrivals.out_of_order).unwrap_or(usize::MAX))
    }

    fn of(&self, sender: &str, what: impl FnOnce(&Arrivals) -> usize) -> u64 {
        let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        senders.get(sender).map_or(0, what) as u64
    }
}
