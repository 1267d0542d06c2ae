//! A stream on its way from one connection to another, over any interleaving.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::crossing::{Crossing, Side, Source};
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Payload, next_client_frame};
use crate::session::outgoing::Outgoing;

/// Who waits for a fence: the number of publishes accepted before it.
type Waiter = u64;

#[derive(Clone, Copy, Debug)]
enum Act {
    Publish,
    Large,
    Flush,
    Control,
    Hold,
    Cross,
    Beside,
    Write(Side),
    Answer(Side),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Publish),
        1 => Just(Act::Large),
        3 => Just(Act::Flush),
        2 => Just(Act::Control),
        1 => Just(Act::Hold),
        2 => Just(Act::Cross),
        1 => Just(Act::Beside),
        5 => Just(Act::Write(Side::Old)),
        5 => Just(Act::Write(Side::New)),
        4 => Just(Act::Answer(Side::Old)),
        4 => Just(Act::Answer(Side::New)),
    ]
}

/// A server: what it was sent, and the PONGs that it has not sent yet.
#[derive(Debug, Default)]
struct Peer {
    unread: Vec<u8>,
    publishes: Vec<u64>,
    controls: u64,
    /// For each PING: how many controls and publishes came before it.
    pings: VecDeque<(u64, u64)>,
}

impl Peer {
    fn read(&mut self) {
        let mut at = 0;
        while let Some((frame, len)) = next_client_frame(&self.unread[at..]) {
            match frame {
                ClientFrame::Publish(publish) => {
                    let number = str::from_utf8(publish.subject).unwrap().parse().unwrap();
                    self.publishes.push(number);
                }
                _ if self.unread[at..].starts_with(b"PING") => {
                    self.pings.push_back((self.controls, self.publishes.len() as u64));
                }
                _ => self.controls += 1,
            }
            at += len;
        }
        self.unread.drain(..at);
    }
}

#[derive(Debug)]
struct World {
    out: Outgoing<Waiter>,
    crossing: Crossing<Waiter>,
    old: Peer,
    new: Peer,
    accepted: u64,
    controls: u64,
    fenced: Vec<Waiter>,
    flushes: usize,
}

const FENCE_OF_THE_HOLD: Waiter = u64::MAX;
/// Waiters from here on wait beside the stream, for no publish.
const ASIDE: Waiter = 1 << 32;

impl World {
    fn new() -> Self {
        Self {
            out: Outgoing::new(),
            crossing: Crossing::new(),
            old: Peer::default(),
            new: Peer::default(),
            accepted: 0,
            controls: 0,
            fenced: Vec::new(),
            flushes: 0,
        }
    }

    fn act(&mut self, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Publish => self.publish(3),
            Act::Large => self.publish(40_000),
            Act::Flush => {
                self.flushes += 1;
                self.out.ping(Some(self.accepted));
            }
            Act::Control => {
                self.controls += 1;
                let mut bytes = Vec::new();
                client_op::encode_unsub(&mut bytes, self.controls, None);
                self.crossing.control(&bytes, &mut self.out);
            }
            Act::Hold if self.crossing.heads_for() == Side::Old => {
                self.crossing.hold(FENCE_OF_THE_HOLD, &mut self.out);
            }
            Act::Hold => {}
            Act::Cross => {
                self.crossing.cross(&mut self.out);
            }
            Act::Beside => {
                // Before the hold it goes to the new connection, behind it to the old one.
                self.flushes += usize::from(self.crossing.fence_beside(ASIDE).is_ok());
            }
            Act::Write(side) => self.write(side),
            Act::Answer(side) => self.answer(side)?,
        }
        Ok(())
    }

    fn finish(&mut self, sides: &[Side]) -> Result<(), TestCaseError> {
        for _ in 0..500 {
            for side in sides.iter().copied() {
                self.write(side);
                self.answer(side)?;
                self.crossing.cross(&mut self.out);
            }
        }
        Ok(())
    }

    /// How many fences closed, but for that of the hold.
    fn flushed(&self) -> usize {
        self.fenced.iter().filter(|waiter| **waiter != FENCE_OF_THE_HOLD).count()
    }

    fn publish(&mut self, size: usize) {
        let payload = vec![1; size];
        let subject = self.accepted.to_string();
        self.out.publish(&subject, None, None, &Payload::from(payload));
        self.accepted += 1;
    }

    fn peer(&mut self, side: Side) -> &mut Peer {
        match side {
            Side::Old => &mut self.old,
            Side::New => &mut self.new,
        }
    }

    fn write(&mut self, side: Side) {
        let mut runs = Vec::new();
        let source = self.crossing.take(side, &mut self.out, 2, &mut runs);
        let bytes = runs.concat();
        assert_eq!(source.is_some(), !bytes.is_empty());
        if source == Some(Source::Stream) {
            self.out.wrote(bytes.len());
        }
        let peer = self.peer(side);
        peer.unread.extend(bytes);
        peer.read();
    }

    fn answer(&mut self, side: Side) -> Result<(), TestCaseError> {
        let Some(_) = self.peer(side).pings.pop_front() else { return Ok(()) };
        let mut done = Vec::new();
        self.crossing.pong(side, &mut self.out, &mut done);
        let there = (self.old.publishes.len() + self.new.publishes.len()) as u64;
        for waiter in done {
            prop_assert!(waiter >= ASIDE || there >= waiter, "fenced too early");
            self.fenced.push(waiter);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    // spec: A05-02
    /// Every publish reaches one server, in order; every fence closes, and none before what it covers.
    #[test]
    fn the_stream_crosses_whole_and_in_order(acts in prop::collection::vec(act(), 1..150)) {
        let mut world = World::new();
        for act in acts {
            world.act(act)?;
        }
        world.act(Act::Hold)?;
        world.finish(&[Side::Old, Side::New])?;

        prop_assert!(world.crossing.is_crossed());
        let there: Vec<u64> = world.old.publishes.iter().chain(&world.new.publishes).copied().collect();
        prop_assert_eq!(there, (0..world.accepted).collect::<Vec<_>>());
        prop_assert_eq!(world.flushed(), world.flushes);
        prop_assert_eq!((world.old.controls, world.new.controls), (world.controls, world.controls));
    }

    /// A new connection that fails, at whatever time before it carries the stream, leaves the stream as it was.
    #[test]
    fn the_stream_returns_whole_and_in_order(
        before in prop::collection::vec(act(), 0..60),
        after in prop::collection::vec(act(), 0..60),
    ) {
        let mut world = World::new();
        for act in before.into_iter().filter(|act| !matches!(act, Act::Cross)) {
            world.act(act)?;
        }
        world.fenced.extend(world.crossing.new_is_gone());
        let left = |act: &Act| {
            !matches!(act, Act::Hold | Act::Write(Side::New) | Act::Answer(Side::New))
        };
        for act in after.into_iter().filter(left) {
            world.act(act)?;
        }
        world.finish(&[Side::Old])?;

        prop_assert!(world.crossing.is_over());
        prop_assert_eq!(&world.old.publishes, &(0..world.accepted).collect::<Vec<_>>());
        prop_assert_eq!(world.flushed(), world.flushes);
        prop_assert!(world.new.publishes.is_empty() && world.old.controls >= world.controls);
    }
}

#[test]
fn a_ping_beside_the_stream_is_answered_beside_it() {
    let mut world = World::new();
    world.out.ping(Some(0));
    world.crossing.fence_new(ASIDE + 7).unwrap();
    world.write(Side::New);
    world.answer(Side::New).unwrap();
    assert_eq!(world.fenced, [ASIDE + 7]);

    world.crossing.hold(FENCE_OF_THE_HOLD, &mut world.out);
    world.crossing.fence_beside(ASIDE + 8).unwrap();
    for _ in 0..3 {
        world.write(Side::Old);
    }
    for _ in 0..2 {
        world.answer(Side::Old).unwrap();
    }
    assert_eq!(world.fenced[1..], [0, FENCE_OF_THE_HOLD]);
    world.answer(Side::Old).unwrap();
    assert_eq!(world.fenced[3..], [ASIDE + 8]);
}

#[test]
fn what_ends_with_a_connection_is_returned() {
    let mut world = World::new();
    world.crossing.fence_new(ASIDE).unwrap();
    world.crossing.hold(FENCE_OF_THE_HOLD, &mut world.out);
    world.crossing.fence_beside(3).unwrap();
    assert_eq!(world.crossing.old_is_gone(), [3]);
    assert!(!world.crossing.is_over(), "the new connection still owes a PONG");
    assert_eq!((world.crossing.fence_beside(4), world.crossing.fence_new(2)), (Err(4), Err(2)));
    world.write(Side::New);
    world.answer(Side::New).unwrap();
    assert!(world.crossing.is_over());
}
