//! The bridge to actors of the user's own.

use std::time::Duration;

use nats_actors::actor::{Batch, Call, CallError};
use nats_actors::testing::Server;
use nats_actors::{Client, ErrorKind, Headers};
use nats_actors_tests::{eventually, eventually_async};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use serde::{Deserialize, Serialize};

use super::kit::{PATIENCE, SOON, options, server_and_client, subscriptions_at, within};

#[derive(Debug, Serialize, Deserialize)]
enum Ask {
    Double(u32),
    Fail,
    Forget,
    Never,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Why(String);

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Call for Ask {
    type Reply = u32;
    type Error = Why;
}

enum Msg {
    Ask(Ask, RpcReplyPort<Result<u32, Why>>),
    Batch(Batch),
    Taken(RpcReplyPort<Vec<Vec<u8>>>),
}

struct Desk;

#[derive(Default)]
struct State {
    taken: Vec<Vec<u8>>,
    kept: Vec<RpcReplyPort<Result<u32, Why>>>,
}

impl Actor for Desk {
    type Msg = Msg;
    type State = State;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Msg>, (): ()) -> Result<State, ActorProcessingErr> {
        Ok(State::default())
    }

    async fn handle(
        &self,
        _: ActorRef<Msg>,
        message: Msg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Msg::Ask(Ask::Double(number), port) => drop(port.send(Ok(number * 2))),
            Msg::Ask(Ask::Fail, port) => drop(port.send(Err(Why("line\r\nNats-X: 1".to_owned())))),
            Msg::Ask(Ask::Forget, _) => {}
            Msg::Ask(Ask::Never, port) => state.kept.push(port),
            Msg::Batch(batch) => state.taken.extend(batch.map(|m| m.payload().to_vec())),
            Msg::Taken(port) => port.send(state.taken.clone())?,
        }
        Ok(())
    }
}

async fn desk() -> ActorRef<Msg> {
    Actor::spawn(None, Desk, ()).await.unwrap().0
}

#[tokio::test]
async fn a_call_brings_back_what_the_actor_says_and_the_types_of_both() {
    let (_server, client) = server_and_client().await;
    let actor = desk().await;
    let _calls = client.subscribe("desk").answer_from(4, actor.clone(), Msg::Ask).await.unwrap();

    assert_eq!(client.call("desk", &Ask::Double(21)).header("A", "1").await.unwrap(), 42);
    let failed = client.call("desk", &Ask::Fail).await.unwrap_err();
    assert!(failed.maybe_executed() && !failed.is_retryable());
    assert!(matches!(failed, CallError::Actor(why) if why.0 == "line\r\nNats-X: 1"));
    let forgotten = client.call("desk", &Ask::Forget).await.unwrap_err();
    assert!(matches!(forgotten, CallError::Refused(error) if error.code() == 500));

    // Callers in other languages see the headers of ADR-32, and no more than those.
    let reply = client.request("desk", "\"Fail\"").await.unwrap();
    let names: Vec<String> =
        reply.headers().unwrap().iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["Nats-Service-Error", "Nats-Service-Error-Code"]);
    let reply = client.request("desk", "no call").await.unwrap();
    assert_eq!(reply.service_error().unwrap().code(), 400);
    actor.stop(None);
}

#[tokio::test]
async fn no_answer_is_an_error_that_tells_why() {
    let (server, client) = server_and_client().await;
    let nobody = client.call("nobody", &Ask::Double(1)).await.unwrap_err();
    assert!(nobody.is_retryable() && !nobody.maybe_executed());
    assert!(matches!(nobody, CallError::Request(e) if e.kind() == ErrorKind::NoResponders));

    let impatient = options().request_timeout(SOON / 3).connect(server.url()).await.unwrap();
    let actor = desk().await;
    let _calls = impatient.subscribe("desk").answer_from(4, actor.clone(), Msg::Ask).await.unwrap();
    let late = client.call("desk", &Ask::Never).timeout(PATIENCE).await.unwrap_err();
    assert!(matches!(late, CallError::Refused(error) if error.code() == 504));
    let late = client.call("desk", &Ask::Never).timeout(Duration::from_millis(5)).await;
    assert!(matches!(late.unwrap_err(), CallError::Request(e) if e.kind() == ErrorKind::TimedOut));
    let garbled = client.subscribe("garbled").for_each(1, {
        let client = client.clone();
        move |message| {
            let client = client.clone();
            async move { client.respond(&message, "no number").await.unwrap() }
        }
    });
    let _garbled = garbled.await.unwrap();
    let unread = client.call("garbled", &Ask::Double(1)).await.unwrap_err();
    assert!(matches!(unread, CallError::Decode(_)));
    actor.stop(None);
}

#[tokio::test]
async fn an_actor_that_is_gone_takes_no_more_calls_and_no_more_batches() {
    let (server, client) = server_and_client().await;
    let actor = desk().await;
    let calls = client.subscribe("desk").answer_from(4, actor.clone(), Msg::Ask).await.unwrap();
    let batches = client.subscribe("n").deliver_to(actor.clone(), Msg::Batch).await.unwrap();
    actor.stop_and_wait(None, None).await.unwrap();

    let gone = client.call("desk", &Ask::Double(1)).await.unwrap_err();
    assert!(matches!(gone, CallError::Refused(error) if error.code() == 503));
    client.publish("n", "x").await.unwrap();
    for ended in [within(PATIENCE, calls.ended()).await, within(PATIENCE, batches.ended()).await] {
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Closed);
    }
    eventually_async(PATIENCE, "callers hear that nobody is there", async || {
        let error = client.call("desk", &Ask::Double(1)).await.unwrap_err();
        matches!(error, CallError::Request(e) if e.kind() == ErrorKind::NoResponders)
    })
    .await;
    // What is left is the inbox of the calls.
    eventually_async(PATIENCE, "the server forgets", async || subscriptions_at(&server).await == 1)
        .await;
}

// spec: SUB-05
#[tokio::test]
async fn batches_come_in_order_and_no_more_than_two_are_under_way() {
    let (_server, client) = server_and_client().await;
    let actor = desk().await;
    let sub = client.subscribe("n").deliver_to(actor.clone(), Msg::Batch).await.unwrap();
    for n in 0..5000_u32 {
        client.publish("n", &n.to_be_bytes()).await.unwrap();
    }
    within(PATIENCE, sub.drain()).await.unwrap();
    let taken = actor.call(Msg::Taken, None).await.unwrap().unwrap();
    let expected: Vec<Vec<u8>> = (0..5000_u32).map(|n| n.to_be_bytes().to_vec()).collect();
    assert_eq!(taken, expected);

    let (to, mut held) = tokio::sync::mpsc::unbounded_channel();
    let (keeper, _) = Actor::spawn(None, Keeper, to).await.unwrap();
    let sub = client.subscribe("k").deliver_to(keeper.clone(), |batch| batch).await.unwrap();
    let mut batches = Vec::new();
    for _ in 0..10 {
        client.publish("k", "x").await.unwrap();
        client.flush().await.unwrap();
        if let Ok(Some(batch)) = tokio::time::timeout(SOON / 10, held.recv()).await {
            batches.push(batch);
        }
    }
    assert_eq!(batches.len(), 2, "a third batch came while two were held");
    batches.clear();
    let rest = within(PATIENCE, held.recv()).await.unwrap();
    assert!(!rest.is_empty());
    drop(rest);
    let taking = tokio::spawn(async move { while held.recv().await.is_some() {} });
    within(PATIENCE, sub.drain()).await.unwrap();
    keeper.stop(None);
    within(PATIENCE, taking).await.unwrap();
    actor.stop(None);
}

/// Hands its batches on and keeps none of them.
struct Keeper;

impl Actor for Keeper {
    type Msg = Batch;
    type State = tokio::sync::mpsc::UnboundedSender<Batch>;
    type Arguments = Self::State;

    async fn pre_start(
        &self,
        _: ActorRef<Batch>,
        to: Self::State,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(to)
    }

    async fn handle(
        &self,
        _: ActorRef<Batch>,
        batch: Batch,
        to: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        Ok(to.send(batch)?)
    }
}

#[tokio::test]
async fn a_call_without_a_reply_subject_is_executed() {
    let server = Server::start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let actor = desk().await;
    let calls = client.subscribe("desk").answer_from(1, actor.clone(), Msg::Ask).await.unwrap();
    client.publish("desk", ()).json(&Ask::Double(1)).headers(Headers::new()).await.unwrap();
    client.flush().await.unwrap();
    eventually(PATIENCE, "it is handled", || calls.statistics().delivered == 1).await;
    within(PATIENCE, calls.drain()).await.unwrap();
    assert!(calls.error().is_none());
    actor.stop(None);
}
