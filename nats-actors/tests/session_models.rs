//! The tables and queues of a connection against models of them, over random lives.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nats_actors::Message;
use nats_actors::protocol::{ClientFrame, next_client_frame};
use nats_actors::session::{
    Frames, Interest, Overflow, Pending, PendingLimits, Replies, Taken, Token,
};
use proptest::collection::vec;
use proptest::prelude::*;

const POLICIES: [Overflow; 5] = [
    Overflow::DropNewest,
    Overflow::DropOldest,
    Overflow::Latest,
    Overflow::Fail,
    Overflow::Block(Duration::ZERO),
];

/// What may happen to a queue.
#[derive(Clone, Debug)]
enum QueueStep {
    /// Messages come, each with a payload of so many bytes.
    Push(Vec<usize>),
    Take(usize),
    UsedUp,
}

fn queue_step() -> impl Strategy<Value = QueueStep> {
    prop_oneof![
        3 => vec(0_usize..40, 0..12).prop_map(QueueStep::Push),
        2 => (1_usize..10).prop_map(QueueStep::Take),
        1 => Just(QueueStep::UsedUp),
    ]
}

fn message(number: u64, size: usize) -> Message {
    Message::new("s", Some(&number.to_string()), None, &vec![b'x'; size])
}

fn number(message: &Message) -> u64 {
    message.reply().unwrap().parse().unwrap()
}

/// A queue with what came out of it.
struct Watched {
    pending: Pending,
    limits: PendingLimits,
    overflow: Overflow,
    came: u64,
    out: Vec<u64>,
    taken: Taken,
    failed: bool,
}

impl Watched {
    fn push(&mut self, sizes: &[usize]) -> Result<(), TestCaseError> {
        let mut messages = Vec::new();
        for size in sizes {
            self.came += 1;
            messages.push(message(self.came, *size));
        }
        let mut batch = Frames::from_messages(&messages);
        let before = self.pending.dropped();
        let pushed = self.pending.push(&mut batch);
        prop_assert_eq!(pushed.dropped, self.pending.dropped() - before);
        prop_assert_eq!(pushed.blocked, !batch.is_empty());
        prop_assert!(!pushed.blocked || matches!(self.overflow, Overflow::Block(_)));
        prop_assert!(!pushed.failed || self.overflow == Overflow::Fail);
        prop_assert!(!pushed.began || pushed.dropped > 0);
        self.failed |= pushed.failed;
        let left = batch.len() as u64;
        prop_assert_eq!(self.pending.give_up(&mut batch).dropped, left);
        Ok(())
    }

    fn take(&mut self, max: usize) {
        self.used_up();
        if !self.pending.is_empty() {
            self.pending.take(&mut self.taken, max);
        }
    }

    fn used_up(&mut self) {
        let taken = &mut self.taken;
        self.out.extend(std::iter::from_fn(|| taken.pop_front()).map(|message| number(&message)));
        self.pending.came_back(taken);
    }

    /// What is always true.
    fn check(&self) -> Result<(), TestCaseError> {
        let waits = (self.pending.len() + self.taken.len()) as u64;
        prop_assert_eq!(self.out.len() as u64 + waits + self.pending.dropped(), self.came);
        prop_assert!(self.out.is_sorted_by(|one, other| one < other), "out of order");
        // One message may wait alone, and one may take the place of what is being handled.
        prop_assert!(self.pending.len() <= self.limits.messages);
        prop_assert!(self.pending.len() <= 1 || self.pending.bytes() <= self.limits.bytes);
        prop_assert!(!self.pending.is_empty() || self.pending.bytes() == 0);
        Ok(())
    }
}

/// What may happen to a table of subscriptions.
#[derive(Clone, Debug)]
enum TableStep {
    Insert(Option<u64>),
    Remove(usize),
    Deliver(usize),
    Drain(usize),
}

fn table_step() -> impl Strategy<Value = TableStep> {
    prop_oneof![
        4 => proptest::option::of(1_u64..5).prop_map(TableStep::Insert),
        2 => any::<usize>().prop_map(TableStep::Remove),
        4 => any::<usize>().prop_map(TableStep::Deliver),
        1 => any::<usize>().prop_map(TableStep::Drain),
    ]
}

/// A subscription in plain words.
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    max: Option<u64>,
    delivered: u64,
    draining: bool,
}

fn nth(model: &BTreeMap<u64, Listed>, index: usize) -> Option<u64> {
    (!model.is_empty()).then(|| *model.keys().nth(index % model.len()).unwrap())
}

fn apply(
    table: &mut Interest<()>,
    model: &mut BTreeMap<u64, Listed>,
    used: &mut BTreeSet<u64>,
    step: &TableStep,
) -> Result<(), TestCaseError> {
    match step {
        TableStep::Insert(max) => {
            let sid = table.insert("a.*", None, *max, ()).unwrap().sid();
            prop_assert!(used.insert(sid), "{sid} was used before");
            model.insert(sid, Listed { max: *max, delivered: 0, draining: false });
        }
        TableStep::Remove(index) => {
            let Some(sid) = nth(model, *index) else { return Ok(()) };
            model.remove(&sid);
            prop_assert!(table.remove(sid).is_some());
            prop_assert!(table.remove(sid).is_none() && table.get_mut(sid).is_none());
        }
        TableStep::Deliver(index) => {
            let Some(sid) = nth(model, *index) else { return Ok(()) };
            let listed = model.get_mut(&sid).unwrap();
            listed.delivered += 1;
            let last = listed.max.is_some_and(|max| listed.delivered >= max);
            prop_assert_eq!(table.get_mut(sid).unwrap().delivered(), last);
            if last {
                model.remove(&sid);
                table.remove(sid);
            }
        }
        TableStep::Drain(index) => {
            let Some(sid) = nth(model, *index) else { return Ok(()) };
            model.get_mut(&sid).unwrap().draining = true;
            table.get_mut(sid).unwrap().drain();
        }
    }
    Ok(())
}

/// What the next server is told: sid, and what is left of its maximum.
fn announced(table: &Interest<()>) -> BTreeMap<u64, Option<u64>> {
    let (mut out, mut told) = (Vec::new(), BTreeMap::new());
    table.announce_all(&mut out);
    let mut rest = out.as_slice();
    while let Some((frame, len)) = next_client_frame(rest) {
        match frame {
            ClientFrame::Subscribe { sid, .. } => drop(told.insert(sid, None)),
            ClientFrame::Unsubscribe { sid, max } => drop(told.insert(sid, max)),
            other => panic!("{other:?}"),
        }
        rest = &rest[len..];
    }
    told
}

proptest! {
    // spec: G-04, SUB-10, SUB-11, SUB-13, SUB-16
    #[test]
    fn a_queue_delivers_or_counts_each_message_in_order(
        steps in vec(queue_step(), 0..60),
        policy in 0_usize..5,
        messages in 1_usize..12,
        bytes in 1_usize..200,
    ) {
        let (limits, overflow) = (PendingLimits::new(messages, bytes), POLICIES[policy]);
        let pending = Pending::new(limits, overflow);
        let mut queue = Watched {
            pending, limits, overflow, came: 0, out: Vec::new(), taken: Taken::default(), failed: false,
        };
        for step in &steps {
            match step {
                QueueStep::Push(sizes) => queue.push(sizes)?,
                QueueStep::Take(max) => queue.take(*max),
                QueueStep::UsedUp => queue.used_up(),
            }
            queue.check()?;
        }
        // Whatever came before, an idle queue takes the next message.
        while !queue.pending.is_empty() {
            queue.take(usize::MAX);
        }
        queue.used_up();
        prop_assert!(queue.pending.is_idle());
        let dropped = queue.pending.dropped();
        queue.push(&[1_000])?;
        prop_assert_eq!((queue.pending.len(), queue.pending.dropped()), (1, dropped));
    }

    // spec: W-13, W-17, A40-24
    #[test]
    fn a_table_of_subscriptions_never_uses_a_number_twice(steps in vec(table_step(), 0..200)) {
        let mut table = Interest::new();
        let (mut model, mut used) = (BTreeMap::new(), BTreeSet::new());
        for step in &steps {
            apply(&mut table, &mut model, &mut used, step)?;
            prop_assert_eq!(table.len(), model.len());
        }
        let live = model.iter().filter(|(_, listed)| !listed.draining);
        let expected: BTreeMap<u64, Option<u64>> =
            live.map(|(sid, listed)| (*sid, listed.max.map(|max| max - listed.delivered))).collect();
        prop_assert_eq!(announced(&table), expected);
    }

    // spec, REQ-02
    #[test]
    fn a_table_of_requests_finds_each_by_its_token_and_no_other(
        steps in vec((any::<bool>(), any::<usize>()), 0..200),
        secret in any::<u64>(),
    ) {
        let mut table: Replies<u64> = Replies::new();
        let (mut waiting, mut dead): (Vec<(Token, u64)>, Vec<Token>) = (Vec::new(), Vec::new());
        for (number, (insert, index)) in (1_u64..).zip(&steps) {
            if *insert || waiting.is_empty() {
                let token = table.insert(number, |count| count.wrapping_mul(secret)).unwrap();
                prop_assert_eq!(Token::parse(token.number().to_string().as_bytes()), Some(token));
                waiting.push((token, number));
            } else {
                let (token, number) = waiting.swap_remove(index % waiting.len());
                prop_assert_eq!(table.remove(token), Some(number));
                dead.push(token);
            }
            for (token, number) in &waiting {
                prop_assert_eq!(table.get_mut(*token), Some(&mut number.clone()));
                prop_assert!(table.contains(*token));
            }
            for token in &dead {
                let again = waiting.iter().any(|(live, _)| live == token);
                prop_assert!(again || (table.get_mut(*token).is_none() && !table.contains(*token)));
            }
            prop_assert_eq!(table.len(), waiting.len());
        }
    }
}
