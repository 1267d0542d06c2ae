//! Calling a service.

use std::time::Duration;

use futures_util::future::join_all;
use nats_actors::handler::Raw;
use nats_actors::service::{CallError, TransportErrorKind};
use nats_actors_tests::eventually;

use super::demo::{DemoClient, DemoError, Id};
use super::kit::{PATIENCE, ask, code, connect, error_text, header, stage, within};

// spec: MIC-20, MIC-21, MIC-22, MIC-29
#[tokio::test]
async fn each_call_gets_its_own_answer() {
    let stage = stage().await;
    let demo = DemoClient::new(&stage.client);
    let calls = (0..500_u64).map(|n| {
        let demo = &demo;
        async move {
            let echoed = demo.echo(&Raw::new(n.to_be_bytes().to_vec())).await.unwrap();
            assert_eq!(echoed.as_ref(), n.to_be_bytes());
            assert_eq!(demo.add(n, 7).await.unwrap(), n + 7);
        }
    });
    within(PATIENCE, join_all(calls)).await;
    assert_eq!(stage.probe.calls(), 500);
}

// spec: A32-09, A32-10, MIC-23, MIC-28
#[tokio::test]
async fn a_typed_error_arrives_as_the_same_error() {
    let stage = stage().await;
    let demo = DemoClient::new(&stage.client);
    assert_eq!(demo.find(Id(7)).await.unwrap(), "found 7");

    let missing = demo.find(Id(404)).await.unwrap_err();
    assert!(matches!(missing, CallError::Service(DemoError::NotFound { id: Id(404) })));
    let busy = demo.find(Id(503)).await.unwrap_err();
    assert!(matches!(busy, CallError::Service(DemoError::Busy)));
    assert_eq!(
        (busy.is_retryable(), busy.retry_after()),
        (true, Some(Duration::from_millis(1500)))
    );
}

// spec: MIC-24
#[tokio::test]
async fn an_opaque_error_keeps_its_text_at_home() {
    let stage = stage().await;
    let reply = ask(&stage.client, "demo.v1.500.find", "").await;

    assert_eq!(code(&reply), 500);
    assert!(error_text(&reply).starts_with("internal error "), "{}", error_text(&reply));
    assert!(!format!("{:?}", reply.headers()).contains("hunter2"));
}

#[tokio::test]
async fn a_bad_token_never_reaches_the_handler() {
    let stage = stage().await;
    let reply = ask(&stage.client, "demo.v1.seven.find", "").await;
    assert_eq!((code(&reply), stage.probe.calls()), (400, 0));
    assert!(error_text(&reply).contains("token 3 of the subject, `id`"), "{}", error_text(&reply));

    let payload = ask(&stage.client, "demo.v1.zeros", "many").await;
    assert_eq!(code(&payload), 400);
}

#[tokio::test]
async fn what_cannot_be_called_says_so_at_once() {
    let stage = stage().await;
    let nobody = DemoClient::new(&stage.client);
    drop(stage.running.drain(PATIENCE).await);
    match nobody.find(Id(1)).await.unwrap_err() {
        CallError::Transport(error) => {
            assert_eq!(error.kind(), TransportErrorKind::NoResponders);
            assert!(error.is_retryable() && !error.maybe_executed());
        }
        other => panic!("{other:?}"),
    }
    stage.client.close().await;
    match nobody.find(Id(1)).await.unwrap_err() {
        CallError::Transport(error) => assert_eq!(error.kind(), TransportErrorKind::Closed),
        other => panic!("{other:?}"),
    }
}

// spec: A32-06
#[tokio::test]
async fn a_request_without_reply_subject_is_handled() {
    let stage = stage().await;
    let mut all = stage.client.subscribe(">").await.unwrap();
    stage.client.publish("demo.v1.echo", "quiet").await.unwrap();
    eventually(PATIENCE, "it is handled", || stage.probe.calls() == 1).await;
    stage.client.publish("demo.v1.panics", "\"now\"").await.unwrap();
    assert_eq!(ask(&stage.client, "demo.v1.echo", "loud").await.payload(), b"loud");

    let subjects = [
        within(PATIENCE, all.next()).await.unwrap(),
        within(PATIENCE, all.next()).await.unwrap(),
        within(PATIENCE, all.next()).await.unwrap(),
    ];
    let subjects = subjects.map(|message| message.subject().to_owned());
    assert_eq!(subjects, ["demo.v1.echo", "demo.v1.panics", "demo.v1.echo"], "a reply to nobody");
    let stats = stage.running.endpoint("echo").unwrap().stats().unwrap();
    assert_eq!(stats.num_requests, 2);
}

#[tokio::test]
async fn large_replies_are_sent_and_too_large_ones_are_an_error() {
    let stage = stage().await;
    for size in [0, 31 * 1024, 32 * 1024, 1024 * 1024] {
        let reply = ask(&stage.client, "demo.v1.zeros", &size.to_string()).await;
        assert_eq!((code(&reply), reply.payload().len()), (0, size));
    }
    let reply = ask(&stage.client, "demo.v1.zeros", "1048577").await;
    assert_eq!(code(&reply), 500);
    let stats = stage.running.endpoint("zeros").unwrap().stats().unwrap();
    assert_eq!((stats.num_requests, stats.num_errors), (5, 1));
}

// spec: A32-08, MIC-10
#[tokio::test]
async fn a_queue_group_shares_and_no_queue_group_does_not() {
    let stage = stage().await;
    let other_probe = super::demo::Probe::default();
    let other = super::kit::serve(
        &connect(&stage.server).await,
        &other_probe,
        nats_actors::service::ServiceOptions::new(),
    )
    .await;
    for _ in 0..200 {
        ask(&stage.client, "demo.v1.echo", "").await;
    }
    let (one, two) = (stage.probe.calls(), other_probe.calls());
    assert_eq!(one + two, 200);
    assert!(one > 20 && two > 20, "{one} and {two}");

    let inbox = stage.client.new_inbox();
    let mut replies = stage.client.subscribe(inbox.as_str()).await.unwrap();
    stage.client.publish("demo.v1.everybody", "").reply_to(inbox.as_str()).await.unwrap();
    for _ in 0..2 {
        let reply = within(PATIENCE, replies.next()).await.unwrap();
        assert_eq!(
            (reply.payload(), header(&reply, "Nats-Service-Error")),
            (&b"\"here\""[..], None)
        );
    }
    drop(other);
}
