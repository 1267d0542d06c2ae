//! Subscriptions: how they begin, and how messages are taken from them.

use nats_actors::Message;
use nats_actors::actor::{Batch, Call};
use nats_actors_tests::{Progress, drop_after, drop_at_each_poll};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use serde::{Deserialize, Serialize};

use super::stage::{NETWORKS, Network, STUCK, Stage};
use crate::core::kit::{PATIENCE, next, within};

/// A subscribe that was dropped has unsubscribed, here and at the server.
// spec: G-05, SUB-08
#[tokio::test]
async fn subscribe_dropped_at_each_poll() {
    let stage = Stage::new().await;
    for network in NETWORKS {
        stage.network(network).await;
        let streams = async |polls| {
            let subscribe = stage.client.subscribe("a.*").queue("q").max_messages(5);
            drop_after(polls, STUCK, subscribe.into_future()).await
        };
        let (dropped, made) = drop_at_each_poll(streams).await;
        assert!(dropped > 0);
        assert_eq!(made.is_some(), network != Network::Stalled, "{network:?}");
        drop(made);
        let handlers = async |polls| {
            let made = stage.client.subscribe("a.*").for_each(4, |_| async {});
            drop_after(polls, STUCK, made).await
        };
        drop(drop_at_each_poll(handlers).await);
        stage.recover("subscribe").await;
    }
}

fn number(message: &Message) -> u64 {
    str::from_utf8(message.payload()).unwrap().parse().unwrap()
}

/// No message is lost by a `next` or a `next_batch` that was dropped, whenever it comes.
// spec: SUB-02, SUB-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn next_dropped_at_each_poll_loses_nothing() {
    const COUNT: u64 = 2_000;
    let stage = Stage::new().await;
    let mut sub = stage.client.subscribe("n").await.unwrap();
    let publisher = stage.other.clone();
    let publishing = tokio::spawn(async move {
        for number in 0..COUNT {
            publisher.publish("n", number.to_string()).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    let (mut expected, mut round, mut taken) = (0, 0, Vec::new());
    while expected < COUNT {
        round += 1;
        let polls = 1 + round % 3;
        if round % 2 == 0 {
            match drop_after(polls, PATIENCE, sub.next()).await {
                Progress::Ended(message) => taken.push(message.expect("it goes on")),
                Progress::Dropped => tokio::task::yield_now().await,
                Progress::Stuck => panic!("nothing behind {expected}"),
            }
        } else {
            let batch = sub.next_batch(&mut taken, 7);
            assert_ne!(drop_after(polls, PATIENCE, batch).await, Progress::Stuck, "{expected}");
        }
        for message in taken.drain(..) {
            assert_eq!(number(&message), expected);
            expected += 1;
        }
    }
    publishing.await.unwrap();
    assert_eq!((sub.pending(), sub.dropped()), (0, 0));
}

/// A drain that was dropped goes on: all that had been sent can be taken, and then the stream ends.
// spec: G-01, SUB-09
#[tokio::test]
async fn drain_of_a_subscription_dropped_at_each_poll() {
    let stage = Stage::new().await;
    for polls in 1..=6 {
        let mut sub = stage.client.subscribe("d").await.unwrap();
        for number in 0..50_u64 {
            stage.other.publish("d", number.to_string()).await.unwrap();
        }
        stage.other.flush().await.unwrap();
        drop_after(polls, PATIENCE, sub.drain()).await;
        for expected in 0..50 {
            assert_eq!(number(&next(&mut sub).await), expected, "{polls} polls");
        }
        assert!(within(PATIENCE, sub.next()).await.is_none());
        drop(sub);
        stage.recover("drain").await;
    }
}

/// A wait with a limit, and one for the end, leave the subscription as it was.
// spec: SUB-03, SUB-20
#[tokio::test]
async fn waits_of_a_subscription_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let mut sub = stage.client.subscribe("quiet").await.unwrap();
    stage.remember();
    let wait = async || sub.next_within(PATIENCE).await;
    stage.leaves_nothing(&NETWORKS, "next_within", wait).await;
    stage.leaves_nothing(&NETWORKS, "ended", async || sub.ended().await).await;

    stage.other.publish("quiet", "still here").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"still here");
}

/// Advisories are a subscription like any other.
// spec: G-05, SUB-08
#[tokio::test]
async fn advisories_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let subscribe = async || stage.client.advisories("$JS.EVENT.>").await;
    stage.leaves_nothing(&NETWORKS, "advisories", subscribe).await;
    let mut advisories = stage.client.advisories("$JS.EVENT.>").await.unwrap();
    stage.remember();
    stage.leaves_nothing(&NETWORKS, "next", async || advisories.next().await).await;
}

/// An actor that takes what it is given.
struct Taker;

enum Given {
    Batch(Batch),
    Question(Question, RpcReplyPort<Result<(), String>>),
}

#[derive(Serialize, Deserialize)]
struct Question;

impl Call for Question {
    type Reply = ();
    type Error = String;
}

impl Actor for Taker {
    type Msg = Given;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Given>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Given>,
        message: Given,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Given::Batch(batch) => drop(batch),
            Given::Question(Question, port) => port.send(Ok(()))?,
        }
        Ok(())
    }
}

/// As a subscribe that was dropped, so one that delivers to an actor.
// spec: G-05, SUB-08, SUB-28
#[tokio::test]
async fn delivery_to_an_actor_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let (actor, _) = Actor::spawn(None, Taker, ()).await.unwrap();
    stage.remember();
    let batches =
        async || stage.client.subscribe("a").deliver_to(actor.clone(), Given::Batch).await;
    stage.leaves_nothing(&NETWORKS, "deliver_to", batches).await;
    let questions =
        async || stage.client.subscribe("a").answer_from(2, actor.clone(), Given::Question).await;
    stage.leaves_nothing(&NETWORKS, "answer_from", questions).await;
    actor.stop(None);
}
