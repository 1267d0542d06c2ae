//! Advisories and metrics of JetStream.

use std::time::Duration;

use nats_actors::advisory::{Action, Advisories, Advisory, AdvisoryEvent, subjects};
use nats_actors::jetstream::{
    AckPolicy, Consumer, ConsumerConfig, JetStream, Messages, Stream, StreamConfig,
};
use nats_actors::testing::{Cluster, Server, ServerConfig};
use nats_actors::{Client, Overflow, PendingLimits};
use serde_json::{Value, json};

use super::kit::{PATIENCE, within};

async fn next(advisories: &mut Advisories) -> Advisory {
    within(PATIENCE, advisories.next()).await.expect("they ended")
}

/// The first event that is what `wanted` makes of it.
async fn wait<T>(advisories: &mut Advisories, wanted: impl Fn(AdvisoryEvent) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(next(advisories).await.event) {
            return found;
        }
    }
}

macro_rules! wait {
    ($advisories:expr, $kind:ident) => {
        wait(&mut $advisories, |event| match event {
            AdvisoryEvent::$kind(event) => Some(event),
            _ => None,
        })
        .await
    };
}

struct World {
    _server: Server,
    client: Client,
    js: JetStream,
    stream: Stream,
}

impl World {
    async fn new(config: StreamConfig) -> Self {
        let server = ServerConfig::new().jetstream().start().await.unwrap();
        let client = Client::connect(server.url()).await.unwrap();
        let js = client.jetstream();
        let stream = js.create_stream(config).await.unwrap();
        Self { _server: server, client, js, stream }
    }

    /// A request to the API that has no function here.
    async fn api(&self, subject: &str, body: Value) -> Value {
        let subject = format!("$JS.API.{subject}");
        let reply = self.client.request(subject, body.to_string()).timeout(PATIENCE).await.unwrap();
        let reply: Value = serde_json::from_slice(reply.payload()).unwrap();
        assert!(reply.get("error").is_none(), "{reply}");
        reply
    }

    /// A pull consumer, one message at a time.
    async fn messages(&self, consumer: &Consumer) -> Messages {
        consumer.messages().max_in_flight(1).await.unwrap()
    }
}

fn config() -> StreamConfig {
    StreamConfig::new("S").subjects(["s.>"])
}

// spec: UTL-16, JSM-41, A02-01
#[tokio::test]
async fn what_is_done_to_streams_and_consumers_is_told() {
    let world = World::new(config()).await;
    let mut of_stream = world.client.advisories(subjects::of_stream("OTHER")).await.unwrap();
    let mut of_consumer =
        world.client.advisories(subjects::of_consumer("OTHER", "c")).await.unwrap();
    let mut audit = world.client.advisories(subjects::API).await.unwrap();
    let other = || StreamConfig::new("OTHER").subjects(["other"]);
    let stream = world.js.create_stream(other()).await.unwrap();
    world.js.update_stream(other().description("new")).await.unwrap();
    stream.create_consumer(ConsumerConfig::durable("c")).await.unwrap();
    let until = json!({"pause_until": "2999-01-01T00:00:00Z"});
    world.api("CONSUMER.PAUSE.OTHER.c", until).await;
    world.api("CONSUMER.PAUSE.OTHER.c", json!({})).await;
    stream.delete_consumer("c").await.unwrap();
    stream.delete().await.unwrap();

    for action in [Action::Create, Action::Modify, Action::Delete] {
        let advisory = next(&mut of_stream).await;
        assert_eq!(advisory.schema, "io.nats.jetstream.advisory.v1.stream_action");
        assert!(!advisory.id.is_empty() && advisory.time.is_some(), "{advisory:?}");
        let AdvisoryEvent::StreamAction(event) = advisory.event else { panic!("{advisory:?}") };
        assert_eq!((&*event.stream, event.action), ("OTHER", action));
    }
    let created = wait!(of_consumer, ConsumerAction);
    assert_eq!((&*created.consumer, created.action), ("c", Action::Create));
    let paused = wait!(of_consumer, ConsumerPause);
    assert!(paused.paused && paused.pause_until.is_some(), "{paused:?}");
    assert!(!wait!(of_consumer, ConsumerPause).paused);
    assert_eq!(wait!(of_consumer, ConsumerAction).action, Action::Delete);

    // They are told behind the answers, and so in no order.
    let audited = wait(&mut audit, |event| match event {
        AdvisoryEvent::ApiAudit(audit) if audit.subject == "$JS.API.STREAM.CREATE.OTHER" => {
            Some(audit)
        }
        _ => None,
    })
    .await;
    assert!(
        audited.request.contains("OTHER") && audited.response.contains("stream_create_response")
    );
    let client = audited.client.unwrap();
    assert!(client.id > 0 && client.account == "$G" && client.start.is_some(), "{client:?}");
}

// spec: UTL-16, ACK-17, A15-03, ACK-07
#[tokio::test]
async fn what_becomes_of_messages_is_told() {
    let world = World::new(config()).await;
    let mut advisories = world.client.advisories(subjects::of_consumer("S", "c")).await.unwrap();
    let mut metrics = world.client.advisories(subjects::METRICS).await.unwrap();
    let settings = ConsumerConfig::durable("c").max_deliver(2).sample_frequency("100%");
    let consumer = world.stream.create_consumer(settings.ack_wait(PATIENCE)).await.unwrap();
    let mut messages = world.messages(&consumer).await;
    for n in 1..=3 {
        world.js.publish("s.n", n.to_string()).await.unwrap();
    }
    let take =
        async |messages: &mut Messages| within(PATIENCE, messages.next()).await.unwrap().unwrap();
    take(&mut messages).await.ack().await.unwrap();
    take(&mut messages).await.term().reason("not wanted").await.unwrap();
    take(&mut messages).await.nak().await.unwrap();
    take(&mut messages).await.nak().await.unwrap();

    let acked = wait!(metrics, ConsumerAck);
    assert_eq!((&*acked.stream, &*acked.consumer), ("S", "c"));
    assert_eq!((acked.stream_sequence, acked.consumer_sequence, acked.deliveries), (1, 1, 1));
    assert!(acked.ack_time > Duration::ZERO && acked.ack_time < PATIENCE);
    let terminated = wait!(advisories, MessageTerminated);
    assert_eq!((terminated.stream_sequence, terminated.deliveries), (2, 1));
    assert_eq!(terminated.reason.as_deref(), Some("not wanted"));
    let naked = wait!(advisories, MessageNaked);
    assert_eq!((naked.stream_sequence, naked.consumer_sequence, naked.deliveries), (3, 3, 1));
    let given_up = wait!(advisories, MaxDeliveries);
    assert_eq!((&*given_up.stream, &*given_up.consumer), ("S", "c"));
    assert_eq!((given_up.stream_sequence, given_up.deliveries), (3, 2));
}

// spec: UTL-16, A42-08
#[tokio::test]
async fn who_is_pinned_is_told() {
    let world = World::new(config()).await;
    let mut advisories = world.client.advisories(subjects::of_consumer("S", "c")).await.unwrap();
    let pinned = json!({"stream_name": "S", "action": "create", "config": {
        "durable_name": "c", "ack_policy": "explicit", "priority_groups": ["g"],
        "priority_policy": "pinned_client", "priority_timeout": 60_000_000_000_u64,
    }});
    world.api("CONSUMER.CREATE.S.c", pinned).await;
    world.js.publish("s.1", "x").await.unwrap();
    let pull = json!({"batch": 1, "group": "g", "expires": 5_000_000_000_u64}).to_string();
    // It comes with the subject that it was published to, so that a shared inbox could not tell it.
    let pull = world.client.request("$JS.API.CONSUMER.MSG.NEXT.S.c", pull).inbox_per_request();
    let message = pull.timeout(PATIENCE).await.unwrap();
    world.api("CONSUMER.UNPIN.S.c", json!({"group": "g"})).await;

    let event = wait!(advisories, ConsumerPinned);
    let id = message.headers().unwrap().get("Nats-Pin-Id").unwrap().to_owned();
    assert_eq!((&*event.group, &*event.pinned_id), ("g", &*id));
    let event = wait!(advisories, ConsumerUnpinned);
    assert_eq!((&*event.consumer, &*event.group, &*event.reason), ("c", "g", "admin"));
}

// spec: UTL-16
#[tokio::test]
async fn snapshots_and_batches_are_told() {
    let world = World::new(config().allow_atomic_publish(true)).await;
    let mut advisories = world.client.advisories(subjects::of_stream("S")).await.unwrap();
    world.js.publish("s.1", "x").await.unwrap();
    let mut chunks = world.client.subscribe("snapshot").await.unwrap();
    let snapshot = json!({"deliver_subject": "snapshot"});
    world.api("STREAM.SNAPSHOT.S", snapshot).await;
    let begun = wait!(advisories, SnapshotCreate);
    assert_eq!((&*begun.stream, begun.state.messages), ("S", 1));
    loop {
        let chunk = within(PATIENCE, chunks.next()).await.unwrap();
        match chunk.reply() {
            Some(reply) if !chunk.payload().is_empty() => {
                world.client.publish(reply, "").await.unwrap();
            }
            _ => break,
        }
    }
    let ended = wait!(advisories, SnapshotComplete);
    assert!(ended.start.unwrap() <= ended.end.unwrap() && ended.error.is_none(), "{ended:?}");

    // The second of a batch without its first.
    for sequence in ["1", "3"] {
        let publish = world.client.publish("s.1", "x").header("Nats-Batch-Id", "b");
        publish.header("Nats-Batch-Sequence", sequence).await.unwrap();
    }
    let abandoned = wait!(advisories, BatchAbandoned);
    assert_eq!((&*abandoned.batch, &*abandoned.reason), ("b", "incomplete"));
}

// spec: UTL-16
#[tokio::test]
async fn new_leaders_are_told() {
    let cluster = Cluster::start(3, ServerConfig::new().jetstream()).await.unwrap();
    cluster.meta_leader().await.unwrap();
    let client = Client::connect(cluster.client_url()).await.unwrap();
    let mut advisories = client.advisories(subjects::JETSTREAM).await.unwrap();
    let js = client.jetstream().timeout(PATIENCE);
    let stream = js.create_stream(config().replicas(3)).await.unwrap();
    let elected = wait!(advisories, StreamLeaderElected);
    assert_eq!((&*elected.stream, elected.replicas.len()), ("S", 3));
    assert!(elected.replicas.iter().any(|peer| peer.name == elected.leader), "{elected:?}");

    let consumer = ConsumerConfig::durable("c").ack_policy(AckPolicy::Explicit);
    stream.create_consumer(consumer).await.unwrap();
    let elected = wait!(advisories, ConsumerLeaderElected);
    assert_eq!((&*elected.stream, &*elected.consumer), ("S", "c"));
}

// spec: UTL-16, A02-01
#[tokio::test]
async fn what_is_unknown_is_kept_and_a_subscription_of_ones_own_may_carry_them() {
    let world = World::new(config()).await;
    let subscription = world.client.subscribe("$JS.EVENT.ADVISORY.>");
    let subscription =
        subscription.limits(PendingLimits::new(9, 1 << 20)).overflow(Overflow::DropOldest);
    let mut advisories = Advisories::from(subscription.await.unwrap());
    let unheard = r#"{"type":"io.nats.jetstream.advisory.v9.unheard","id":"7","new":{"field":1}}"#;
    world.client.publish("$JS.EVENT.ADVISORY.UNHEARD", unheard).await.unwrap();
    world.client.publish("$JS.EVENT.ADVISORY.NOISE", "noise").await.unwrap();

    let advisory = next(&mut advisories).await;
    assert_eq!((&*advisory.id, advisory.time), ("7", None));
    assert_eq!(advisory.event, AdvisoryEvent::Unknown(unheard.as_bytes().into()));
    let advisory = next(&mut advisories).await;
    assert_eq!((&*advisory.subject, &*advisory.schema), ("$JS.EVENT.ADVISORY.NOISE", ""));
    assert_eq!(advisory.event, AdvisoryEvent::Unknown("noise".into()));
    advisories.unsubscribe();
    assert_eq!(within(PATIENCE, advisories.next()).await, None);
}
