//! What headers do in a stream.

use std::time::Duration;

use nats_actors::jetstream::ErrorCode;
use nats_actors::protocol::header_name;

use super::kit::{World, stream_config};

// spec: HDR-13
#[tokio::test]
async fn a_stream_takes_headers_up_to_its_bound_and_says_so() {
    let World { server: _server, js, .. } = World::new().await;
    let with = |len: usize| js.publish("s.n", "").header("X", "x".repeat(len));

    with(60_000).await.unwrap();
    let error = with(70_000).retries(0, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::STREAM_HEADER_EXCEEDS_MAXIMUM));
    assert!(!error.is_retryable());
}

// spec: HDR-11, HDR-03
#[tokio::test]
async fn a_stored_message_gives_every_header_back() {
    let World { server: _server, js, stream } = World::new().await;
    let publish = js.publish("s.n", "x").header("Tag", "a").header("tag", "b").header("Tag", "c é");
    let sequence = publish.await.unwrap().sequence;

    let headers = stream.message(sequence).await.unwrap().headers().unwrap();
    assert_eq!(headers.iter().collect::<Vec<_>>(), [("Tag", "a"), ("tag", "b"), ("Tag", "c é")]);
}

// spec: G-14, UTL-11
#[tokio::test]
async fn headers_that_command_the_stream_are_obeyed_or_refused() {
    let World { server: _server, js, stream } = World::new().await;
    let error = js.publish("s.n", "").header(header_name::ROLLUP, "sub").await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::STREAM_ROLLUP_FAILED));

    js.update_stream(stream_config().allow_rollup(true)).await.unwrap();
    for subject in ["s.a", "s.a", "s.b"] {
        js.publish(subject, "old").await.unwrap();
    }
    js.publish("s.a", "new").header(header_name::ROLLUP, "sub").await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 2);
    js.publish("s.a", "newest").header(header_name::ROLLUP, "all").await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 1);

    let forged = js.publish("s.n", "").header(header_name::STREAM_SOURCE, "S 1 > > s.n");
    let error = forged.await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::MESSAGE_SOURCE_HEADER_NOT_ALLOWED));
}
