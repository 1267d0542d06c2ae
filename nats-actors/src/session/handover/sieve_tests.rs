//! A subscription on two connections, over any interleaving.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::sieve::{Sieve, SieveLimits};

/// Messages that are told apart by their number; equal ones are equal in content.
type Number = u64;

fn new(sieve: &mut Sieve<Number>, message: Number, seen: &mut Vec<Number>) {
    sieve.new_side(message, 10, message, &mut |message| seen.push(message));
}

fn old(sieve: &mut Sieve<Number>, message: Number, seen: &mut Vec<Number>) {
    if sieve.old(message) {
        seen.push(message);
    }
}

#[test]
fn either_connection_may_be_faster() {
    let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
    old(&mut sieve, 1, &mut seen);
    new(&mut sieve, 1, &mut seen);
    new(&mut sieve, 2, &mut seen);
    assert_eq!(seen, [1], "what only the new connection brought waits for the old one");
    old(&mut sieve, 2, &mut seen);
    old(&mut sieve, 3, &mut seen);
    sieve.settle();
    sieve.cut(|message| seen.push(message));
    new(&mut sieve, 4, &mut seen);

    assert_eq!(seen, [1, 2, 3, 4]);
    assert!(sieve.is_spent(), "the copy of 3 is not awaited: it was delivered before all knew");
}

#[test]
fn what_came_on_the_new_connection_alone_follows_at_the_cut() {
    let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
    sieve.settle();
    for message in [1, 2, 3, 4] {
        new(&mut sieve, message, &mut seen);
    }
    old(&mut sieve, 1, &mut seen);
    old(&mut sieve, 2, &mut seen);
    sieve.cut(|message| seen.push(message));
    new(&mut sieve, 5, &mut seen);

    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[test]
fn a_late_copy_is_dropped_after_the_cut() {
    let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
    sieve.settle();
    old(&mut sieve, 1, &mut seen);
    old(&mut sieve, 2, &mut seen);
    sieve.cut(|message| seen.push(message));
    assert!(!sieve.is_spent());
    for message in [1, 2, 3] {
        new(&mut sieve, message, &mut seen);
    }

    assert_eq!(seen, [1, 2, 3]);
    assert!(sieve.is_spent());
}

/// A clock that says "tick" again and again: what was said before all servers knew must not swallow a later one.
#[test]
fn equal_messages_are_counted_and_old_debts_forgotten() {
    let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
    old(&mut sieve, 7, &mut seen);
    sieve.settle();
    for _ in 0..3 {
        old(&mut sieve, 7, &mut seen);
        new(&mut sieve, 7, &mut seen);
    }
    sieve.cut(|message| seen.push(message));
    new(&mut sieve, 7, &mut seen);

    assert_eq!(seen.len(), 5);
}

#[test]
fn without_room_nothing_is_lost_or_doubled() {
    let limits = SieveLimits { owed: 100, held: 2, held_bytes: 1000 };
    let (mut sieve, mut seen) = (Sieve::with_limits(limits), Vec::new());
    sieve.settle();
    for message in 1..=5 {
        new(&mut sieve, message, &mut seen);
    }
    assert_eq!(seen, [1, 2, 3]);
    for message in 1..=4 {
        old(&mut sieve, message, &mut seen);
    }
    sieve.cut(|message| seen.push(message));

    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[test]
fn bytes_are_a_bound_too() {
    let limits = SieveLimits { owed: 100, held: 100, held_bytes: 25 };
    let (mut sieve, mut seen) = (Sieve::with_limits(limits), Vec::new());
    for message in 1..=3 {
        new(&mut sieve, message, &mut seen);
    }
    assert_eq!(seen, [1]);
}

#[test]
fn a_new_connection_that_fails_leaves_everything_to_the_old_one() {
    let limits = SieveLimits { owed: 100, held: 1, held_bytes: 1000 };
    let (mut sieve, mut seen) = (Sieve::with_limits(limits), Vec::new());
    for message in [1, 2] {
        new(&mut sieve, message, &mut seen);
    }
    assert_eq!(seen, [1]);
    assert!(sieve.new_is_gone(), "the old connection's 1 must still be dropped");
    for message in [1, 2, 3] {
        old(&mut sieve, message, &mut seen);
    }
    assert_eq!(seen, [1, 2, 3]);
    assert!(!sieve.new_is_gone());
}

/// A publisher, seen from the subscriber: what it sends, and from when on its server knows the new connection.
#[derive(Clone, Debug)]
struct Publisher {
    messages: u64,
    known_from: u64,
}

/// What arrives, in the order of arrival on each connection.
#[derive(Debug)]
struct World {
    old: VecDeque<Number>,
    new: VecDeque<Number>,
    /// How much of `old` came before everybody knew.
    early: usize,
}

const PER_PUBLISHER: u64 = 1_000;

/// Publishers send in turns; every message goes to the old server until the cut, to the new one once it is known.
fn world(publishers: &[Publisher], cut: u64) -> World {
    let mut world = World { old: VecDeque::new(), new: VecDeque::new(), early: 0 };
    let longest = publishers.iter().map(|publisher| publisher.messages).max().unwrap_or(0);
    let known = publishers.iter().map(|publisher| publisher.known_from).max().unwrap_or(0);
    for n in 0..longest {
        for (publisher, number) in publishers.iter().zip(0..) {
            if n >= publisher.messages {
                continue;
            }
            let message = number * PER_PUBLISHER + n;
            if n < cut.max(known) {
                world.old.push_back(message);
                world.early += usize::from(n < known);
            }
            if n >= publisher.known_from {
                world.new.push_back(message);
            }
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    // spec: A05-02
    /// Whichever connection is ahead, by however much: each message once, each publisher in order.
    #[test]
    fn each_message_once_and_each_publisher_in_order(
        publishers in prop::collection::vec((0..60_u64, 0..12_u64), 1..4),
        cut in 12..40_u64,
        turns in prop::collection::vec(any::<bool>(), 0..300),
        lag in 0..30_usize,
    ) {
        let publishers: Vec<_> = publishers
            .into_iter()
            .map(|(messages, known_from)| Publisher { messages, known_from })
            .collect();
        let mut world = world(&publishers, cut);
        let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
        // While the subscription settles, the new connection may lag by less than that takes.
        let mut from_old = 0;
        let mut turns = turns.into_iter();
        loop {
            if from_old == world.early {
                sieve.settle();
            }
            let use_old = turns.next().unwrap_or(true) || world.new.is_empty();
            if use_old {
                let Some(message) = world.old.pop_front() else { break };
                from_old += 1;
                old(&mut sieve, message, &mut seen);
            } else if let Some(message) = world.new.pop_front() {
                new(&mut sieve, message, &mut seen);
            }
        }
        // Copies of what came early have arrived by the cut; others may lag.
        while world.new.len() > lag || world.new.front().is_some_and(|m| m % PER_PUBLISHER < 12) {
            let Some(message) = world.new.pop_front() else { break };
            new(&mut sieve, message, &mut seen);
        }
        sieve.settle();
        sieve.cut(|message| seen.push(message));
        while let Some(message) = world.new.pop_front() {
            new(&mut sieve, message, &mut seen);
        }

        for (publisher, number) in publishers.iter().zip(0..) {
            let of_it = seen.iter().filter(|message| **message / PER_PUBLISHER == number);
            let numbers: Vec<u64> = of_it.map(|message| message % PER_PUBLISHER).collect();
            prop_assert_eq!(numbers, (0..publisher.messages).collect::<Vec<_>>());
        }
        prop_assert!(sieve.is_spent());
    }

    /// Equal messages, as many as were sent, in the steady part of an overlap.
    #[test]
    fn equal_messages_come_as_often_as_they_were_sent(
        turns in prop::collection::vec(any::<bool>(), 1..200),
        contents in prop::collection::vec(0..3_u64, 1..80),
        cut in 0..80_usize,
    ) {
        let cut = cut.min(contents.len());
        let mut from_old: VecDeque<u64> = contents.iter().take(cut).copied().collect();
        let mut from_new: VecDeque<u64> = contents.iter().copied().collect();
        let (mut sieve, mut seen) = (Sieve::new(), Vec::new());
        sieve.settle();
        for turn in turns {
            if turn {
                if let Some(message) = from_old.pop_front() {
                    old(&mut sieve, message, &mut seen);
                }
            } else if let Some(message) = from_new.pop_front() {
                new(&mut sieve, message, &mut seen);
            }
        }
        for message in from_old {
            old(&mut sieve, message, &mut seen);
        }
        sieve.cut(|message| seen.push(message));
        for message in from_new {
            new(&mut sieve, message, &mut seen);
        }
        prop_assert_eq!(seen, contents);
    }
}
