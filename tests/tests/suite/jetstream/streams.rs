//! The life of streams.

use std::time::Duration;

use nats_actors::jetstream::{
    Compression, DiscardPolicy, ErrorCode, ErrorKind, RetentionPolicy, StorageType, Stream,
    StreamConfig,
};
use nats_actors::testing::{Server, ServerConfig};

use super::kit::{World, connect, stream_config};

// spec: JSM-03, A01-10, SCF-48
#[tokio::test]
async fn creating_is_idempotent_and_another_configuration_is_a_conflict() {
    let World { server: _server, js, stream } = World::new().await;
    let again = js.create_stream(stream_config()).await.unwrap();
    let created = |stream: &Stream| stream.cached_info().unwrap().created;
    assert_eq!(created(&again), created(&stream));

    let error = js.create_stream(StreamConfig::new("S").subjects(["t.>"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api(ErrorCode::STREAM_NAME_EXIST));
    assert_eq!(error.status(), Some(400));
    assert!(!error.is_retryable() && !error.maybe_executed());
}

// spec: A01-03, SCF-01, SCF-02, SCF-03, SCF-04, SCF-05, SCF-06, SCF-07, SCF-08, SCF-09, SCF-10
// spec: SCF-11, SCF-12, SCF-13, SCF-14, SCF-16, SCF-22, SCF-24, SCF-27, SCF-29, SCF-30, SCF-32
// spec: SCF-35, SCF-38, A35-01, A33-01, A01-04, A01-05
#[tokio::test]
async fn a_strict_server_takes_every_field_and_gives_it_back() {
    let World { server: _server, js, .. } = World::new().await;
    let config = StreamConfig::new("FULL")
        .description("all of it")
        .subjects(["full.>"])
        .retention(RetentionPolicy::Interest)
        .max_consumers(7)
        .max_messages(1000)
        .max_bytes(1_000_000)
        .max_age(Duration::from_secs(3600))
        .max_messages_per_subject(5)
        .max_message_size(10_000)
        .discard(DiscardPolicy::New)
        .discard_new_per_subject(true)
        .storage(StorageType::File)
        .replicas(1)
        .duplicate_window(Duration::from_millis(1500))
        .compression(Compression::S2)
        .first_sequence(18_446_744_073_709_551_000)
        .allow_direct(true)
        .deny_delete(true)
        .deny_purge(true)
        .allow_message_ttl(true)
        .allow_atomic_publish(true)
        .allow_batch_publish(true)
        .metadata("team", "orders");
    let stream = js.create_stream(config.clone()).await.unwrap();

    let mut got = stream.info().await.unwrap();
    got.config.metadata.retain(|name, _| !name.starts_with("_nats."));
    assert_eq!(got.config, config);
    assert_eq!(got.state.first_sequence, 18_446_744_073_709_551_000);
}

// spec: A01-10, JSM-06, A33-02
#[tokio::test]
async fn an_update_keeps_what_this_crate_does_not_model() {
    let World { server: _server, js, .. } = World::new().await;
    let raw = br#"{"name":"R","subjects":["r.>"],"republish":{"src":">","dest":"copy.>"}}"#;
    let answer = js.client().request("$JS.API.STREAM.CREATE.R", &raw[..]).await.unwrap();
    assert!(!answer.payload().windows(7).any(|part| part == b"\"error\""), "{answer:?}");

    let config = js.stream("R").await.unwrap().cached_info().unwrap().config.clone();
    js.update_stream(config.max_messages(5)).await.unwrap();

    let answer = js.client().request("$JS.API.STREAM.INFO.R", "").await.unwrap();
    let info: serde_json::Value = serde_json::from_slice(answer.payload()).unwrap();
    assert_eq!(info["config"]["republish"]["dest"], "copy.>");
    assert_eq!(info["config"]["max_msgs"], 5);
}

// spec: A01-11, JSM-06, JSM-09, JSM-12
#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_a_code() {
    let World { server: _server, js, stream } = World::new().await;
    let code = |error: nats_actors::jetstream::Error| error.code().unwrap();

    assert_eq!(code(js.stream("NONE").await.unwrap_err()), ErrorCode::STREAM_NOT_FOUND);
    let missing = js.update_stream(StreamConfig::new("NONE")).await.unwrap_err();
    assert_eq!(code(missing), ErrorCode::STREAM_NOT_FOUND);
    assert_eq!(code(js.delete_stream("NONE").await.unwrap_err()), ErrorCode::STREAM_NOT_FOUND);
    let moved = js.update_stream(stream_config().storage(StorageType::Memory)).await.unwrap_err();
    assert_eq!(code(moved), ErrorCode::STREAM_INVALID_CONFIG);
    let other = StreamConfig::new("T").subjects(["s.a"]);
    let overlap = js.create_stream(other).await.unwrap_err();
    assert_eq!(code(overlap), ErrorCode::STREAM_SUBJECT_OVERLAP);
    let bad = js.create_stream(StreamConfig::new("a.b")).await.unwrap_err();
    assert_eq!(bad.kind(), ErrorKind::BadName);

    stream.clone().delete().await.unwrap();
    assert_eq!(code(stream.info().await.unwrap_err()), ErrorCode::STREAM_NOT_FOUND);
}

// spec: JSM-04, JSM-17, A01-07
#[tokio::test]
async fn a_stream_is_made_what_it_should_be_and_found_by_its_subject() {
    let World { server: _server, js, .. } = World::new().await;
    let config = StreamConfig::new("U").subjects(["u.>"]);
    assert!(js.create_or_update_stream(config.clone()).await.is_ok());
    let updated = js.create_or_update_stream(config.max_messages(3)).await.unwrap();
    assert_eq!(updated.cached_info().unwrap().config.max_messages, Some(3));

    assert_eq!(js.stream_by_subject("u.x").await.unwrap(), "U");
    let none = js.stream_by_subject("nowhere").await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NoStream);
}

// spec: A01-13, A01-14, JSM-18, JSM-19, JSM-28, JSM-29
#[tokio::test]
async fn messages_are_read_and_removed_one_by_one() {
    let world = World::new().await;
    let js = &world.js;
    js.publish("s.a", "one").header("Trace", "1").header("Trace", "2").await.unwrap();
    js.publish("s.b", "two").await.unwrap();
    js.publish("s.a", "").await.unwrap();

    let first = world.stream.message(1).await.unwrap();
    assert_eq!((first.subject.as_str(), &first.payload[..]), ("s.a", &b"one"[..]));
    let headers = first.headers().unwrap();
    assert_eq!(headers.get_all("Trace").collect::<Vec<_>>(), ["1", "2"]);
    let age = first.time.elapsed().unwrap();
    assert!(age < Duration::from_secs(60), "{age:?}");

    assert_eq!(world.stream.last_message("s.*").await.unwrap().sequence, 3);
    assert_eq!(&world.stream.last_message("s.b").await.unwrap().payload[..], b"two");

    world.stream.delete_message(1).await.unwrap();
    world.stream.erase_message(2).await.unwrap();
    let gone = world.stream.message(1).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Api(ErrorCode::NO_MESSAGE_FOUND));
    let none = world.stream.last_message("s.b").await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Api(ErrorCode::NO_MESSAGE_FOUND));
}

// spec: A10-01, JSM-13
#[tokio::test]
async fn a_purge_is_of_all_of_a_subject_or_bounded() {
    let world = World::new().await;
    world.store(10).await;
    world.js.publish("s.other", "").await.unwrap();

    assert_eq!(world.stream.purge().filter("s.n").keep(8).await.unwrap(), 2);
    assert_eq!(world.stream.purge().up_to(6).await.unwrap(), 3);
    assert_eq!(world.stream.purge().filter("s.other").await.unwrap(), 1);
    assert_eq!(world.stream.purge().await.unwrap(), 5);
    let state = world.stream.info().await.unwrap().state;
    assert_eq!((state.messages, state.last_sequence), (0, 11));
}

// spec: A01-18, JSM-01, A44-01, A01-09, JSP-04
#[tokio::test]
async fn an_account_has_numbers_or_no_jetstream_at_all() {
    let world = World::new().await;
    world.consumer().await;
    let account = world.js.account().await.unwrap();
    assert_eq!((account.usage.streams, account.usage.consumers), (1, 1));
    assert!(account.api.level >= 4, "{account:?}");

    let plain = Server::start().await.unwrap();
    let error = connect(&plain).await.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable() && !error.maybe_executed());
}

// spec: A19-01, JSP-02, JSP-03
#[tokio::test]
async fn a_domain_is_reached_by_its_prefix() {
    let store = std::env::temp_dir().join(format!("nats-actors-domain-{}", std::process::id()));
    let section = format!("jetstream {{ domain: hub, store_dir: {store:?} }}");
    let server = ServerConfig::new().extra(section).start().await.unwrap();
    let js = connect(&server).await.domain("hub").unwrap();
    let account = js.account().await.unwrap();
    let stream = js.create_stream(StreamConfig::new("D").subjects(["d.>"])).await.unwrap();
    let ack = js.publish("d.a", "x").await.unwrap();
    let wrong = connect(&server).await.domain("moon").unwrap().account().await.unwrap_err();
    let prefixed = connect(&server).await.api_prefix("$JS.hub.API.").unwrap();
    let by_prefix = prefixed.stream("D").await;
    drop(server);
    std::fs::remove_dir_all(&store).unwrap();

    assert_eq!(account.domain.as_deref(), Some("hub"));
    assert_eq!(stream.name(), "D");
    assert_eq!(ack.domain.as_deref(), Some("hub"));
    assert_eq!(wrong.kind(), ErrorKind::Unavailable);
    assert_eq!(by_prefix.unwrap().cached_info().unwrap().state.messages, 1);
}
