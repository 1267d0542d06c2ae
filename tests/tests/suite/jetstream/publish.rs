//! Publishing with a confirmation.

use std::time::{Duration, Instant};

use nats_actors::jetstream::{DiscardPolicy, ErrorCode, ErrorKind, StreamConfig};

use super::kit::{PATIENCE, World, within};

// spec: JSP-07, JSP-08, JSP-22, G-10, G-11, G-18
#[tokio::test]
async fn a_confirmation_names_stream_and_sequence_and_tells_a_duplicate() {
    let World { server: _server, js, .. } = World::new().await;
    let first = js.publish("s.a", "x").message_id("id-1").await.unwrap();
    assert_eq!((first.stream.as_str(), first.sequence, first.duplicate), ("S", 1, false));

    let again = js.publish("s.a", "x").message_id("id-1").await.unwrap();
    assert_eq!((again.sequence, again.duplicate), (1, true));
    assert_eq!(js.publish("s.a", "y").message_id("id-2").await.unwrap().sequence, 2);
}

// spec: G-12, G-13, JSP-21, JSP-23, JSP-24, JSP-25, JSP-26
#[tokio::test]
async fn an_expectation_that_does_not_hold_is_a_typed_refusal() {
    let World { server: _server, js, .. } = World::new().await;
    js.publish("s.a", "1").expect_last_sequence(0).message_id("m").await.unwrap();
    js.publish("s.b", "2").expect_last_subject_sequence(0).await.unwrap();
    js.publish("s.a", "3").expect_last_subject_sequence(1).await.unwrap();
    js.publish("s.c", "4").expect_last_sequence_of("s.b", 2).await.unwrap();

    let stale = js.publish("s.a", "x").expect_last_sequence(2).await.unwrap_err();
    assert!(stale.is_wrong_last_sequence() && !stale.is_retryable());
    assert_eq!(stale.actual_last_sequence(), Some(4));
    let taken = js.publish("s.b", "x").expect_last_subject_sequence(0).await.unwrap_err();
    assert_eq!(taken.actual_last_sequence(), Some(2));
    let other = js.publish("s.a", "x").expect_last_sequence_of("s.*", 1).await.unwrap_err();
    assert!(other.is_wrong_last_sequence());
    let stream = js.publish("s.a", "x").expect_stream("T").await.unwrap_err();
    assert_eq!(stream.kind(), ErrorKind::Api(ErrorCode::STREAM_NOT_MATCH));
    let id = js.publish("s.a", "x").expect_last_message_id("m").await.unwrap_err();
    assert_eq!(id.kind(), ErrorKind::Api(ErrorCode::STREAM_WRONG_LAST_MSG_ID));
}

// spec: A22-01, A22-02, JSP-09, ERR-27
#[tokio::test]
async fn without_a_stream_it_is_tried_again_for_half_a_second() {
    let World { server: _server, js, .. } = World::new().await;
    let begin = Instant::now();
    let error = js.publish("nowhere", "x").await.unwrap_err();
    let waited = begin.elapsed();

    assert_eq!(error.kind(), ErrorKind::NoStream);
    assert!(error.is_retryable() && !error.maybe_executed());
    assert!(waited >= Duration::from_millis(500), "{waited:?}");

    let begin = Instant::now();
    let limit = Duration::from_millis(300);
    let many = js.publish("nowhere", "x").retries(100, Duration::from_millis(50)).timeout(limit);
    assert_eq!(many.await.unwrap_err().kind(), ErrorKind::NoStream);
    assert!(begin.elapsed() < Duration::from_secs(3));
}

// spec: A22-01
#[tokio::test]
async fn a_stream_that_comes_within_the_retries_gets_the_message() {
    let World { server: _server, js, .. } = World::new().await;
    let publisher = js.clone();
    let publish = tokio::spawn(async move {
        publisher.publish("late.a", "x").retries(200, Duration::from_millis(50)).await
    });
    js.create_stream(StreamConfig::new("LATE").subjects(["late.>"])).await.unwrap();

    assert_eq!(within(PATIENCE, publish).await.unwrap().unwrap().stream, "LATE");
}

// spec: G-16, SCF-11
#[tokio::test]
async fn limits_are_told_apart() {
    let World { server: _server, js, .. } = World::new().await;
    let tiny = StreamConfig::new("TINY")
        .subjects(["tiny.>"])
        .max_messages(1)
        .discard(DiscardPolicy::New)
        .max_message_size(10);
    js.create_stream(tiny).await.unwrap();

    let large = js.publish("tiny.a", "12345678901").await.unwrap_err();
    assert_eq!(large.code(), Some(ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM));
    js.publish("tiny.a", "1").await.unwrap();
    let full = js.publish("tiny.a", "2").await.unwrap_err();
    assert_eq!(full.code(), Some(ErrorCode::STREAM_STORE_FAILED));
    assert!(full.description().unwrap().contains("maximum messages exceeded"), "{full}");
    let ttl = js.publish("s.a", "x").ttl(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(ttl.code(), Some(ErrorCode::MESSAGE_TTL_DISABLED));
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let World { server: _server, js, stream } = World::new().await;
    let header = js.publish("s.a", "x").header("Trace", "a\r\nb").await.unwrap_err();
    assert_eq!(header.kind(), ErrorKind::BadHeader);
    let id = js.publish("s.a", "x").message_id("a\nb").await.unwrap_err();
    assert_eq!(id.kind(), ErrorKind::BadHeader);
    let subject = js.publish("s a", "x").await.unwrap_err();
    assert_eq!(subject.kind(), ErrorKind::BadSubject);
    let large = js.publish("s.a", vec![0; 2_000_000]).await.unwrap_err();
    assert_eq!(large.kind(), ErrorKind::PayloadTooLarge);

    assert_eq!(stream.info().await.unwrap().state.messages, 0);
}

/// With an identity, a lost connection in the middle of a publish is nobody's problem.
// spec: G-11
#[tokio::test]
async fn a_publish_with_an_identity_survives_a_restart() {
    let world = World::new().await;
    let js = world.js.clone();
    world.server.pause().unwrap();
    let publish = tokio::spawn(async move {
        let publish = js.publish("s.a", "x").message_id("once").timeout(PATIENCE);
        publish.retries(1000, Duration::from_millis(50)).await
    });
    world.server.kill().unwrap();
    world.server.restart().await.unwrap();

    within(PATIENCE, publish).await.unwrap().unwrap();
    assert_eq!(world.stream.info().await.unwrap().state.messages, 1);
}

/// Without one, it says that the message may be stored.
// spec: A22-02
#[tokio::test]
async fn a_publish_without_an_identity_says_that_it_does_not_know() {
    let world = World::new().await;
    let js = world.js.clone();
    world.server.pause().unwrap();
    let publish = tokio::spawn(async move { js.publish("s.a", "x").timeout(PATIENCE).await });
    // The request has to be on its way before the connection goes.
    let sent = world.js.client().statistics().out_messages;
    nats_actors_tests::eventually(PATIENCE, "it is sent", || {
        world.js.client().statistics().out_messages > sent || publish.is_finished()
    })
    .await;
    world.server.kill().unwrap();

    let error = within(PATIENCE, publish).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(error.maybe_executed());
}
