//! The outgoing stream against a model of it, over random lives: what is confirmed, reported, and sent again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use bytes::Bytes;
use nats_actors::protocol::{ClientFrame, Payload, next_client_frame};
use nats_actors::session::{LossPolicy, Outgoing};
use proptest::collection::vec;
use proptest::prelude::*;

/// What may happen to the stream.
#[derive(Clone, Debug)]
enum Step {
    Publish(usize),
    Request(usize),
    Subscribe,
    Flush,
    Take(usize),
    /// The kernel takes so many parts of 16 of what it was offered.
    Write(usize),
    Pong,
    /// What follows waits for another connection.
    Hold,
    Disconnect(LossPolicy),
    /// Messages whose number can be divided by this are not wanted any more.
    Screen(u64),
    /// The oldest publishes go, so many bytes of them.
    MakeRoom(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![8 => 0_usize..50, 1 => Just(5_000), 1 => Just(40_000)];
    let policy = prop_oneof![Just(LossPolicy::Report), Just(LossPolicy::Resend)];
    prop_oneof![
        8 => size.clone().prop_map(Step::Publish),
        3 => size.prop_map(Step::Request),
        1 => Just(Step::Subscribe),
        2 => Just(Step::Flush),
        5 => (1_usize..20).prop_map(Step::Take),
        5 => (0_usize..=16).prop_map(Step::Write),
        4 => Just(Step::Pong),
        1 => Just(Step::Hold),
        1 => policy.prop_map(Step::Disconnect),
    ]
}

/// A message that was accepted: its number among the publishes, or 0 for a request.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    subject: String,
    number: u64,
    size: usize,
}

/// The same in plain words.
#[derive(Default)]
struct Model {
    published: u64,
    asked: u64,
    flushed: u64,
    /// Accepted and not confirmed, in order, since this connection began.
    kept: Vec<Sent>,
    /// What the writer took and what the kernel took of it.
    wire: Vec<u8>,
    written: usize,
    pongs: usize,
    /// Fences that nobody answered yet, in order.
    waiting: Vec<u64>,
    /// How much of `kept` this connection may carry, if the rest is for another one.
    held: Option<usize>,
}

impl Model {
    /// Somebody who waits for a fence.
    fn waiter(&mut self) -> Option<u64> {
        self.flushed += 1;
        self.waiting.push(self.flushed);
        Some(self.flushed)
    }

    /// Messages on the wire with the position behind each, and the positions behind the PINGs.
    fn on_the_wire(&self) -> (Vec<(String, usize)>, Vec<usize>) {
        let (mut messages, mut pings, mut at) = (Vec::new(), Vec::new(), 0);
        while let Some((frame, len)) = next_client_frame(&self.wire[at..]) {
            at += len;
            match frame {
                ClientFrame::Publish(sent) => {
                    messages.push((String::from_utf8(sent.subject.to_vec()).unwrap(), at));
                }
                ClientFrame::Ping => pings.push(at),
                _ => {}
            }
        }
        (messages, pings)
    }

    fn confirmed(&self) -> usize {
        let (messages, pings) = self.on_the_wire();
        let Some(fence) = self.pongs.checked_sub(1) else { return 0 };
        messages.iter().filter(|(_, end)| *end <= pings[fence]).count()
    }

    fn written_messages(&self) -> usize {
        self.on_the_wire().0.iter().filter(|(_, end)| *end <= self.written).count()
    }
}

fn is_request(frame: &ClientFrame<'_>) -> bool {
    matches!(frame, ClientFrame::Publish(sent) if sent.subject.starts_with(b"r"))
}

fn number(subject: &[u8]) -> u64 {
    std::str::from_utf8(&subject[1..]).unwrap().parse().unwrap()
}

fn messages_of(bytes: &[u8]) -> Vec<String> {
    let model = Model { wire: bytes.to_vec(), ..Model::default() };
    model.on_the_wire().0.into_iter().map(|(subject, _)| subject).collect()
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut out: Outgoing<u64> = Outgoing::new();
    let mut model = Model::default();
    for step in steps {
        apply(&mut out, &mut model, step)?;
        let on_wire: Vec<_> =
            model.on_the_wire().0.into_iter().map(|(subject, _)| subject).collect();
        let kept: Vec<_> = model.kept.iter().map(|sent| sent.subject.clone()).collect();
        prop_assert_eq!(&on_wire[..], &kept[..on_wire.len()], "the wire has all in order");
        let unconfirmed = model.kept[model.confirmed()..].iter().filter(|sent| sent.number > 0);
        prop_assert_eq!(out.unconfirmed(), unconfirmed.count() as u64);
        prop_assert!(out.unwritten() <= out.retained());
        prop_assert!(model.held.is_none_or(|held| on_wire.len() <= held), "held, and sent");
    }
    // Whatever came before, the next connection gets all that is kept.
    apply(&mut out, &mut model, &Step::Take(usize::MAX))?;
    let sent: Vec<_> = model.on_the_wire().0.into_iter().map(|(subject, _)| subject).collect();
    let kept: Vec<_> = model.kept.into_iter().map(|sent| sent.subject).collect();
    prop_assert_eq!(sent, kept);
    Ok(())
}

fn apply(out: &mut Outgoing<u64>, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
    match step {
        Step::Publish(size) => {
            model.published += 1;
            let subject = format!("p{}", model.published);
            out.publish(&subject, None, None, &Payload::from(Bytes::from(vec![b'x'; *size])));
            model.kept.push(Sent { subject, number: model.published, size: *size });
        }
        Step::Request(size) => {
            model.asked += 1;
            let subject = format!("r{}", model.asked);
            let payload = Payload::from(Bytes::from(vec![b'x'; *size]));
            let end = out.request(&subject, Some("inbox"), None, &payload);
            prop_assert!(!out.has_written(end));
            model.kept.push(Sent { subject, number: 0, size: *size });
        }
        Step::Subscribe => out.control(|out| out.extend_from_slice(b"SUB a 1\r\n")),
        Step::Flush => drop(out.ping(model.waiter())),
        Step::Hold if model.held.is_none() => {
            out.hold(model.waiter());
            model.held = Some(model.kept.len());
        }
        Step::Hold => {}
        Step::Take(max) => {
            let mut runs = Vec::new();
            out.take(*max, &mut runs);
            prop_assert!(runs.len() <= *max);
            model.wire.extend(runs.concat());
        }
        Step::Write(part) => {
            let count = (model.wire.len() - model.written) * part / 16;
            out.wrote(count);
            model.written += count;
        }
        Step::Pong => pong(out, model)?,
        Step::Disconnect(policy) => disconnect(out, model, *policy)?,
        Step::Screen(every) => screen(out, model, *every)?,
        Step::MakeRoom(bytes) => make_room(out, model, *bytes)?,
    }
    Ok(())
}

/// A server answers the PINGs that it got, in their order.
fn pong(out: &mut Outgoing<u64>, model: &mut Model) -> Result<(), TestCaseError> {
    let (_, pings) = model.on_the_wire();
    if pings.iter().filter(|end| **end <= model.written).count() == model.pongs {
        return Ok(());
    }
    let mut done = Vec::new();
    out.pong(&mut done);
    model.pongs += 1;
    let answered: Vec<u64> = model.waiting.drain(..done.len()).collect();
    prop_assert_eq!(done, answered, "who waits is answered in order");
    Ok(())
}

fn disconnect(
    out: &mut Outgoing<u64>,
    model: &mut Model,
    policy: LossPolicy,
) -> Result<(), TestCaseError> {
    let (confirmed, written) = (model.confirmed(), model.written_messages());
    let doubtful = &model.kept[confirmed.min(written)..written];
    let lost: Vec<&Sent> =
        doubtful.iter().filter(|sent| sent.number > 0 && policy == LossPolicy::Report).collect();
    let (loss, waiting) = out.disconnect(policy, is_request);
    prop_assert_eq!(waiting, std::mem::take(&mut model.waiting), "nobody waits for ever");
    prop_assert_eq!(loss.count, lost.len() as u64);
    prop_assert_eq!(loss.first, lost.first().map_or(0, |sent| sent.number));
    prop_assert_eq!(loss.last, lost.last().map_or(0, |sent| sent.number));
    prop_assert_eq!(&loss.last_subject, lost.last().map_or("", |sent| &sent.subject));

    let resent = |sent: &&Sent| sent.number > 0 && policy == LossPolicy::Resend;
    let again = doubtful.iter().filter(resent).chain(&model.kept[written..]);
    model.kept = again.cloned().collect();
    let kept: Vec<_> = model.kept.iter().map(|sent| sent.subject.clone()).collect();
    prop_assert_eq!(messages_of(&out.flatten()), kept, "whole frames, in order, nothing twice");
    (model.wire, model.written, model.pongs, model.held) = (Vec::new(), 0, 0, None);
    Ok(())
}

fn screen(out: &mut Outgoing<u64>, model: &mut Model, every: u64) -> Result<(), TestCaseError> {
    prop_assert_eq!(model.wire.len(), 0, "only between connections");
    let drops = |subject: &[u8]| number(subject).is_multiple_of(every);
    let (dropped, kept): (Vec<Sent>, Vec<Sent>) = std::mem::take(&mut model.kept)
        .into_iter()
        .partition(|sent| drops(sent.subject.as_bytes()));
    let loss = out.screen(
        is_request,
        |frame| matches!(frame, ClientFrame::Publish(sent) if drops(sent.subject)),
    );
    let lost: Vec<u64> = dropped.iter().map(|sent| sent.number).filter(|n| *n > 0).collect();
    prop_assert_eq!(loss.count, lost.len() as u64);
    prop_assert_eq!(loss.first, lost.first().copied().unwrap_or(0));
    prop_assert_eq!(loss.last, lost.last().copied().unwrap_or(0));
    model.kept = kept;
    let kept: Vec<_> = model.kept.iter().map(|sent| sent.subject.clone()).collect();
    prop_assert_eq!(messages_of(&out.flatten()), kept);
    Ok(())
}

fn make_room(out: &mut Outgoing<u64>, model: &mut Model, bytes: u64) -> Result<(), TestCaseError> {
    prop_assert_eq!(model.wire.len(), 0, "only between connections");
    let before = out.retained();
    let loss = out.make_room(bytes, is_request);
    let publishes = model.kept.iter().filter(|sent| sent.number > 0);
    let oldest: Vec<u64> =
        publishes.take(usize::try_from(loss.count).unwrap()).map(|sent| sent.number).collect();
    prop_assert_eq!(loss.first, oldest.first().copied().unwrap_or(0));
    prop_assert_eq!(loss.last, oldest.last().copied().unwrap_or(0));
    model.kept.retain(|sent| sent.number == 0 || sent.number > loss.last);
    prop_assert!(loss.bytes >= bytes || model.kept.iter().all(|sent| sent.number == 0));
    prop_assert_eq!(out.retained(), before - loss.bytes);
    let kept: Vec<_> = model.kept.iter().map(|sent| sent.subject.clone()).collect();
    prop_assert_eq!(messages_of(&out.flatten()), kept);
    Ok(())
}

/// What happens to the stream between two connections.
fn between() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (2_u64..6).prop_map(Step::Screen),
        2 => (1_u64..200).prop_map(Step::MakeRoom),
        2 => (0_usize..50).prop_map(Step::Publish),
        1 => (0_usize..50).prop_map(Step::Request),
    ];
    vec(step, 0..8)
}

/// Lives that have some connections, and a look at what waits between two of them.
fn lives() -> impl Strategy<Value = Vec<Step>> {
    let policy = prop_oneof![Just(LossPolicy::Report), Just(LossPolicy::Resend)];
    let life = (vec(step(), 0..40), policy, between());
    vec(life, 1..5).prop_map(|lives| {
        let one = |(mut steps, policy, between): (Vec<Step>, _, Vec<Step>)| {
            steps.push(Step::Disconnect(policy));
            steps.extend(between);
            steps
        };
        lives.into_iter().flat_map(one).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // spec: A40-24, A40-25, W-18, W-23
    #[test]
    fn every_message_is_confirmed_reported_or_sent_again(steps in lives()) {
        run(&steps)?;
    }
}

/// Found by reading: a stream that was held back for another connection goes on with whatever connection comes next.
// spec: A05-02, W-18
#[test]
fn a_lost_connection_holds_nothing_back() {
    let mut out: Outgoing<()> = Outgoing::new();
    out.hold(Some(()));
    out.publish("a", None, None, &Payload::from(&b"x"[..]));
    let mut runs = Vec::new();
    out.take(16, &mut runs);
    out.wrote(runs.concat().len());
    let (_, waiting) = out.disconnect(LossPolicy::Report, |_| false);
    runs.clear();
    out.take(16, &mut runs);

    assert_eq!(waiting.len(), 1);
    assert_eq!(runs.concat(), b"PUB a 1\r\nx\r\n");
}

/// What was dropped from between others counts no more, whether they are confirmed or not.
// spec: W-18
#[test]
fn what_is_gone_is_not_unconfirmed() {
    let mut out: Outgoing<()> = Outgoing::new();
    for subject in ["a", "b", "c", "d"] {
        out.publish(subject, None, None, &Payload::from(&b"x"[..]));
    }
    let dropped = |frame: &ClientFrame<'_>| matches!(frame, ClientFrame::Publish(sent) if sent.subject == b"b" || sent.subject == b"c");
    assert_eq!(out.screen(|_| false, dropped).count, 2);
    assert_eq!(out.unconfirmed(), 2);
}

/// Found by reading: what stands before a fence in a run that goes on behind it is confirmed all the same.
// spec: W-18
#[test]
fn what_a_fence_covers_is_confirmed_whatever_follows_it() {
    let mut out: Outgoing<()> = Outgoing::new();
    let publish = |out: &mut Outgoing<()>, subject| {
        out.publish(subject, None, None, &Payload::from(&b"x"[..]));
    };
    publish(&mut out, "a");
    out.ping(Some(()));
    publish(&mut out, "b");
    let mut runs = Vec::new();
    out.take(16, &mut runs);
    out.wrote(runs.concat().len());
    out.pong(&mut Vec::new());

    assert_eq!(out.unconfirmed(), 1);
    let (loss, _) = out.disconnect(LossPolicy::Report, |_| false);
    assert_eq!((loss.count, loss.first, loss.first_subject.as_str()), (1, 2, "b"));
}
