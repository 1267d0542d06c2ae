//! The life of consumers.

use std::time::{Duration, SystemTime};

use nats_actors::jetstream::{
    AckPolicy, ConsumerConfig, DeliverPolicy, ErrorCode, ErrorKind, PriorityPolicy, ReplayPolicy,
};

use super::kit::{World, consumer_config, next};

// spec: CNS-31, CNS-32, CNS-33, CNS-37, CNS-39, A01-15
#[tokio::test]
async fn creating_updating_and_deleting_say_what_they_find() {
    let world = World::new().await;
    let stream = &world.stream;
    let config = || ConsumerConfig::durable("c").ack_wait(Duration::from_secs(9));
    let code = |error: nats_actors::jetstream::Error| error.code().unwrap();

    let early = stream.update_consumer(config()).await.unwrap_err();
    assert_eq!(code(early), ErrorCode::CONSUMER_DOES_NOT_EXIST);
    stream.create_consumer(config()).await.unwrap();
    stream.create_consumer(config()).await.unwrap();
    let other = config().ack_wait(Duration::from_secs(8));
    let conflict = stream.create_consumer(other.clone()).await.unwrap_err();
    assert_eq!(code(conflict), ErrorCode::CONSUMER_ALREADY_EXISTS);
    stream.update_consumer(other).await.unwrap();
    let either = config().max_ack_pending(7);
    stream.create_or_update_consumer(either).await.unwrap();

    let info = stream.consumer("c").await.unwrap().info().await.unwrap();
    assert_eq!((info.stream.as_str(), info.name.as_str()), ("S", "c"));
    assert_eq!(info.config.ack_wait, Some(Duration::from_secs(9)));
    assert_eq!(info.config.max_ack_pending, Some(7));
    stream.delete_consumer("c").await.unwrap();
    let gone = stream.consumer("c").await.unwrap_err();
    assert_eq!(code(gone), ErrorCode::CONSUMER_NOT_FOUND);
    let gone = stream.delete_consumer("c").await.unwrap_err();
    assert_eq!(code(gone), ErrorCode::CONSUMER_NOT_FOUND);
    assert_eq!(stream.consumer("a.b").await.unwrap_err().kind(), ErrorKind::BadName);
}

// spec: A15-08, CNS-02, CNS-03, CNS-05, CNS-08, CNS-09, CNS-10, CNS-13, CNS-15, CNS-16, CNS-17
// spec: CNS-20, CNS-21, CNS-23, CNS-24, CNS-25, CNS-26, CNS-27, CNS-28, CNS-29
#[tokio::test]
async fn a_strict_server_takes_every_field_and_gives_it_back() {
    let world = World::new().await;
    let until = SystemTime::UNIX_EPOCH + Duration::new(4_000_000_000, 5);
    let config = ConsumerConfig::durable("full")
        .description("all of it")
        .deliver(DeliverPolicy::ByStartSequence(3))
        .ack_policy(AckPolicy::Explicit)
        .ack_wait(Duration::from_secs(1))
        .max_deliver(5)
        .backoff([Duration::from_secs(1), Duration::from_secs(2)])
        .filter_subjects(["s.a", "s.b.>"])
        .replay(ReplayPolicy::Original)
        .sample_frequency("30%")
        .max_waiting(11)
        .max_ack_pending(22)
        .headers_only(true)
        .max_batch(33)
        .max_expires(Duration::from_secs(44))
        .max_bytes(55_555)
        .inactive_threshold(Duration::from_secs(66))
        .replicas(1)
        .memory_storage(true)
        .metadata("team", "orders")
        .pause_until(until)
        .priority_groups(["jobs"])
        .priority_policy(PriorityPolicy::PinnedClient)
        .priority_timeout(Duration::from_secs(77));
    let consumer = world.stream.create_consumer(config.clone()).await.unwrap();

    let mut info = consumer.info().await.unwrap();
    info.config.metadata.retain(|name, _| !name.starts_with("_nats."));
    assert_eq!(info.config, config);
    assert!(info.paused && info.pause_remaining.is_some());
}

/// Regression: what was left out must not become something else, and zero must not become unset.
// spec: CNS-06, CNS-11, CNS-12, A34-01
#[tokio::test]
async fn defaults_are_the_servers_and_the_policy_is_never_none() {
    let world = World::new().await;
    let plain = world.stream.create_consumer(ConsumerConfig::durable("plain")).await.unwrap();
    let config = &plain.cached_info().unwrap().config;
    assert_eq!(config.ack_policy, AckPolicy::Explicit);
    assert_eq!((config.ack_wait, config.max_deliver), (Some(Duration::from_secs(30)), None));
    assert_eq!((config.max_ack_pending, config.max_waiting), (Some(1000), Some(512)));

    let zero = ConsumerConfig::durable("zero").inactive_threshold(Duration::from_secs(9));
    world.stream.create_consumer(zero.clone()).await.unwrap();
    let zero = zero.inactive_threshold(Duration::ZERO);
    let zero = world.stream.update_consumer(zero).await.unwrap();
    assert_eq!(zero.cached_info().unwrap().config.inactive_threshold, None);

    let overlap = ConsumerConfig::durable("o").filter_subjects(["s.>", "s.a"]);
    let error = world.stream.create_consumer(overlap).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::CONSUMER_OVERLAPPING_SUBJECT_FILTERS));
    let bad = ConsumerConfig::durable("o").filter_subjects(["s..a"]);
    let error = world.stream.create_consumer(bad).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadSubject);
}

// spec: A37-19, CNS-45
#[tokio::test]
async fn a_consumer_can_be_pulled_from_without_asking_for_it() {
    let world = World::new().await;
    world.stream.create_consumer(consumer_config()).await.unwrap();
    world.store(1).await;
    let bound = world.js.bind_stream("S").unwrap().bind_consumer("c").unwrap();
    assert!(bound.cached_info().is_none());

    let mut messages = bound.messages().await.unwrap();
    let delivery = next(&mut messages).await;
    assert_eq!((delivery.stream(), delivery.consumer()), ("S", "c"));
    delivery.double_ack().await.unwrap();
    assert_eq!(bound.info().await.unwrap().ack_floor.stream, 1);
}

#[tokio::test]
async fn a_push_consumer_is_refused_at_once_or_by_the_server() {
    let world = World::new().await;
    let raw = br#"{"stream_name":"S","config":{"durable_name":"p","name":"p",
        "deliver_subject":"to.me","ack_policy":"explicit"}}"#;
    let subject = "$JS.API.CONSUMER.CREATE.S.p";
    world.js.client().request(subject, &raw[..]).await.unwrap();

    let known = world.stream.consumer("p").await.unwrap();
    let error = known.messages().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PullRefused);

    let bound = world.stream.bind_consumer("p").unwrap();
    let mut messages = bound.messages().await.unwrap();
    let error = super::kit::end(&mut messages).await.unwrap();
    assert_eq!(error.kind(), ErrorKind::PullRefused);
    assert_eq!(error.description(), Some("Consumer is push based"));
    assert!(super::kit::end(&mut messages).await.is_none());
}
