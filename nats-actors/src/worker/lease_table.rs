//! Leases: how long a delivery belongs to this process, and when that has to be renewed; pure.

use std::time::{Duration, Instant};

/// What the server's ack wait means for those who hold a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeaseTerms {
    ack_wait: Duration,
}

impl LeaseTerms {
    /// The terms of a consumer with this ack wait.
    pub(crate) fn new(ack_wait: Duration) -> Self {
        Self { ack_wait }
    }

    /// Whether a lease begun or renewed this long ago needs renewal.
    pub(crate) fn is_due(self, age: Duration) -> bool {
        age >= self.ack_wait / 2
    }

    /// Whether a lease begun or renewed this long ago must be taken for lost.
    ///
    /// A tenth of the ack wait is left for the way of the acknowledgement.
    pub(crate) fn is_over(self, age: Duration) -> bool {
        age > self.ack_wait.mul_f64(0.9)
    }

    /// How often to look: often enough that a renewal is sent well before the lease is over.
    pub(crate) fn check_every(self) -> Duration {
        (self.ack_wait / 8).max(Duration::from_millis(5))
    }
}

/// The leases of one consumer; places of ended ones are used again.
#[derive(Debug)]
pub(crate) struct LeaseTable<T> {
    places: Vec<Option<Held<T>>>,
    free: Vec<usize>,
}

#[derive(Debug)]
struct Held<T> {
    since: Instant,
    item: T,
}

/// The place of a lease in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeaseId(usize);

/// What a look at all leases found.
#[derive(Debug)]
pub(crate) struct Review<T> {
    /// Those that need renewal now.
    pub(crate) due: Vec<(LeaseId, T)>,
    /// Those that are over.
    pub(crate) over: Vec<T>,
}

impl<T: Clone> LeaseTable<T> {
    /// A table without leases.
    pub(crate) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    /// A lease begins.
    pub(crate) fn begin(&mut self, since: Instant, item: T) -> LeaseId {
        let held = Some(Held { since, item });
        let Some(place) = self.free.pop() else {
            self.places.push(held);
            return LeaseId(self.places.len() - 1);
        };
        if let Some(slot) = self.places.get_mut(place) {
            *slot = held;
        }
        LeaseId(place)
    }

    /// A lease ends: its delivery is settled.
    pub(crate) fn end(&mut self, id: LeaseId) {
        if self.places.get_mut(id.0).is_some_and(|slot| slot.take().is_some()) {
            self.free.push(id.0);
        }
    }

    /// A lease was renewed.
    pub(crate) fn renewed(&mut self, id: LeaseId, now: Instant) {
        if let Some(Some(held)) = self.places.get_mut(id.0) {
            held.since = now;
        }
    }

    /// Whether the lease is over; one that has ended is.
    pub(crate) fn is_over(&self, id: LeaseId, terms: LeaseTerms, now: Instant) -> bool {
        let held = self.places.get(id.0).and_then(Option::as_ref);
        held.is_none_or(|held| terms.is_over(now.saturating_duration_since(held.since)))
    }

    /// Looks at all leases.
    pub(crate) fn review(&self, terms: LeaseTerms, now: Instant) -> Review<T> {
        let mut review = Review { due: Vec::new(), over: Vec::new() };
        for (place, held) in
            self.places.iter().enumerate().filter_map(|(n, held)| Some((n, held.as_ref()?)))
        {
            let age = now.saturating_duration_since(held.since);
            if terms.is_over(age) {
                review.over.push(held.item.clone());
            } else if terms.is_due(age) {
                review.due.push((LeaseId(place), held.item.clone()));
            }
        }
        review
    }

    /// How many leases there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WAIT: Duration = Duration::from_secs(10);

    fn due_of(table: &LeaseTable<u32>, now: Instant) -> Vec<u32> {
        table.review(LeaseTerms::new(WAIT), now).due.into_iter().map(|(_, item)| item).collect()
    }

    #[test]
    fn a_lease_is_renewed_from_half_of_the_ack_wait() {
        let (mut table, start) = (LeaseTable::new(), Instant::now());
        let first = table.begin(start, 1);
        table.begin(start + WAIT / 4, 2);

        assert_eq!(due_of(&table, start + WAIT / 2 - Duration::from_millis(1)), [0; 0]);
        assert_eq!(due_of(&table, start + WAIT / 2), [1]);

        table.renewed(first, start + WAIT / 2);

        assert_eq!(due_of(&table, start + WAIT.mul_f64(0.8)), [2]);
        assert!(!table.is_over(first, LeaseTerms::new(WAIT), start + WAIT));
    }

    #[test]
    fn what_was_not_renewed_in_time_is_over() {
        let (mut table, start) = (LeaseTable::new(), Instant::now());
        let id = table.begin(start, 1);
        let terms = LeaseTerms::new(WAIT);

        assert!(!table.is_over(id, terms, start + WAIT.mul_f64(0.9)));
        assert!(table.is_over(id, terms, start + WAIT.mul_f64(0.91)));
        assert_eq!(table.review(terms, start + WAIT).over, [1]);

        table.end(id);
        table.end(id);

        assert!(table.review(terms, start + WAIT).over.is_empty());
        assert_eq!(table.len(), 0);
    }

    proptest! {
        #[test]
        fn looking_as_often_as_told_renews_every_lease_in_time(wait in 50_u64..60_000, begun in 0_u64..60_000) {
            let terms = LeaseTerms::new(Duration::from_millis(wait));
            let (mut table, start) = (LeaseTable::new(), Instant::now());
            let id = table.begin(start + Duration::from_millis(begun % wait), ());
            let mut now = start + Duration::from_millis(begun % wait);

            for _ in 0..50 {
                now += terms.check_every();
                prop_assert!(!table.is_over(id, terms, now));
                for (due, ()) in table.review(terms, now).due {
                    table.renewed(due, now);
                }
            }
        }

        #[test]
        fn places_are_used_again(steps in prop::collection::vec(any::<bool>(), 0..200)) {
            let (mut table, now) = (LeaseTable::new(), Instant::now());
            let (mut held, mut most) = (Vec::new(), 0);
            for begins in steps {
                if begins {
                    held.push(table.begin(now, ()));
                } else if let Some(id) = held.pop() {
                    table.end(id);
                }
                most = most.max(held.len());
                prop_assert_eq!(table.len(), held.len());
            }
            prop_assert!(table.places.len() <= most);
        }
    }
}
