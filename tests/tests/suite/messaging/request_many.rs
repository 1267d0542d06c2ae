//! Asking many (ADR-47).

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use nats_actors::testing::{Proxy, ScriptedServer};
use nats_actors::{Client, EndReason, ErrorKind, PendingLimits, RequestStrategy};
use nats_actors_tests::eventually;

use super::kit::{
    PATIENCE, SOON, answer_with, connect, server_and_client, server_with, subscriptions_at, within,
};

fn texts(messages: &[nats_actors::Message]) -> Vec<&str> {
    messages.iter().map(|message| std::str::from_utf8(message.payload()).unwrap()).collect()
}

// spec: A47-01, REQ-15, REQ-18
#[tokio::test]
async fn the_total_time_bounds_it_and_the_first_reply_may_take_most_of_it() {
    let (_server, client) = server_and_client().await;
    let mut asked = client.subscribe("slow").await.unwrap();
    let begin = Instant::now();
    let total = Duration::from_secs(1);
    let responses =
        client.request_many("slow", "?").timeout(total).stall(total / 10).await.unwrap();
    let answering = async {
        let question = asked.next().await.unwrap();
        // Time has to pass: more than the stall, less than the total.
        tokio::time::sleep(total * 6 / 10).await;
        client.publish(question.reply().unwrap(), "late").await.unwrap();
    };
    let ((replies, reason), ()) = tokio::join!(within(PATIENCE, responses.all()), answering);
    assert_eq!((texts(&replies), reason), (vec!["late"], EndReason::Stall));

    let silent = client.request_many("slow", "?").timeout(total / 4).await.unwrap();
    let (replies, reason) = within(PATIENCE, silent.all()).await;
    assert_eq!((replies.len(), reason), (0, EndReason::Timeout));
    assert!(begin.elapsed() >= total * 6 / 10 + total / 4);
    assert_eq!(client.statistics().requests_waiting, 0);
}

// spec: A47-02, REQ-16
#[tokio::test]
async fn a_pause_ends_it_behind_the_first_reply() {
    let (_server, client) = server_and_client().await;
    let _three = answer_with(&client, "three", &["1", "2", "3"]).await;
    let asked = client.request_many("three", "").stall(SOON).timeout(PATIENCE).await.unwrap();

    let (replies, reason) = within(PATIENCE / 2, asked.all()).await;
    assert_eq!((texts(&replies), reason), (vec!["1", "2", "3"], EndReason::Stall));

    for stall in [Duration::ZERO, SOON, SOON * 2] {
        let asked = client.request_many("three", "").timeout(SOON).stall(stall).await.unwrap();
        let (replies, reason) = within(PATIENCE, asked.all()).await;
        assert_eq!((replies.len(), reason), (3, EndReason::Timeout), "{stall:?}");
    }
}

// spec: A47-03, REQ-14
#[tokio::test]
async fn the_last_of_a_maximum_ends_it() {
    let (server, client) = server_and_client().await;
    let others = [connect(&server).await, connect(&server).await, connect(&server).await];
    let mut answering = Vec::new();
    for other in &others {
        answering.push(answer_with(other, "ten", &["a", "b", "c"]).await);
    }
    for own_inbox in [false, true] {
        let mut asked = client.request_many("ten", "").max_messages(4);
        if own_inbox {
            asked = asked.inbox_per_request();
        }
        let (replies, reason) = within(PATIENCE, asked.await.unwrap().all()).await;
        assert_eq!((replies.len(), reason), (4, EndReason::MaxMessages), "own: {own_inbox}");
    }
}

// spec: A47-04, REQ-17
#[tokio::test]
async fn a_sentinel_ends_it() {
    let (_server, client) = server_and_client().await;
    let _answers = answer_with(&client, "list", &["1", "2", "", "3"]).await;

    let asked = client.request_many("list", "").until_empty().await.unwrap();
    let (replies, reason) = within(PATIENCE, asked.all()).await;
    assert_eq!((texts(&replies), reason), (vec!["1", "2"], EndReason::Sentinel));

    let until_two = client.request_many("list", "").sentinel(|message| message.payload() != b"2");
    let (replies, reason) = within(PATIENCE, until_two.await.unwrap().all()).await;
    assert_eq!((texts(&replies), reason), (vec!["1", "2"], EndReason::Sentinel));
}

// spec: A47-05, REQ-18
#[tokio::test]
async fn no_responders_denied_and_closed_are_ends_with_a_reason() {
    let (server, login) = server_with(|user| user.deny_publish("secret")).await;
    let client = login.connect(server.url()).await.unwrap();
    let nobody = client.request_many("nobody", "").await.unwrap();
    assert_eq!(within(PATIENCE, nobody.all()).await.1, EndReason::NoResponders);

    let denied = client.request_many("secret", "").timeout(PATIENCE * 2).await.unwrap();
    assert_eq!(within(PATIENCE, denied.all()).await.1, EndReason::Denied);

    let _silent = client.subscribe("silent").await.unwrap();
    let closed = client.request_many("silent", "").timeout(PATIENCE * 2).await.unwrap();
    client.close().await;
    assert_eq!(within(PATIENCE, closed.all()).await.1, EndReason::Closed);
    let late = client.request_many("silent", "").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Closed);
}

// spec: A47-05, REQ-18
#[tokio::test]
async fn a_lost_connection_ends_it_at_once_behind_what_came() {
    let (server, service) = server_and_client().await;
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    let _one = answer_with(&service, "one", &["1"]).await;
    let mut asked = client.request_many("one", "").timeout(PATIENCE * 2).await.unwrap();
    assert_eq!(within(PATIENCE, asked.next()).await.unwrap().payload(), b"1");
    proxy.cut();

    assert_eq!(within(PATIENCE, asked.all()).await.1, EndReason::Disconnected);
}

// spec: A47-06
#[tokio::test]
async fn nothing_is_left_at_the_server_when_it_ends_or_is_dropped() {
    let (server, client) = server_and_client().await;
    let _three = answer_with(&client, "three", &["1", "2", "3"]).await;
    let before = subscriptions_at(&server).await;
    let own = || client.request_many("three", "").inbox_per_request();
    for asked in [own().max_messages(2), own().stall(SOON), own().until_empty().timeout(SOON)] {
        let responses = asked.await.unwrap();
        client.flush().await.unwrap();
        responses.all().await;
    }
    drop(own().await.unwrap());
    client.flush().await.unwrap();

    assert_eq!(subscriptions_at(&server).await, before);
    assert_eq!(client.statistics().requests_waiting, 0);
}

// spec: A47-07
#[tokio::test]
async fn time_in_the_callers_code_is_not_charged() {
    let (_server, client) = server_and_client().await;
    let mut asked = client.subscribe("many").await.unwrap();
    let mut responses =
        client.request_many("many", "").timeout(SOON * 2).stall(SOON).await.unwrap();
    let question = asked.next().await.unwrap();
    let reply = question.reply().unwrap();
    for number in ["1", "2", "3"] {
        client.publish(reply, number).await.unwrap();
        client.flush().await.unwrap();
        let message =
            within(PATIENCE, responses.next()).await.expect("it ended while the caller worked");
        assert_eq!(message.payload(), number.as_bytes());
        // Time has to pass: more than the stall, and in the end more than the total.
        tokio::time::sleep(SOON * 3).await;
    }
    assert_eq!(responses.end_reason(), None);
    assert_eq!(within(PATIENCE, responses.all()).await.1, EndReason::Stall);
}

// spec: A47-08
#[tokio::test]
async fn strategies_are_settings_with_a_name_and_share_one_inbox() {
    let server = ScriptedServer::start().unwrap();
    let url = server.url();
    let asking = tokio::spawn(async move {
        let client = Client::connect(url).await.unwrap();
        let strategies = [
            RequestStrategy::Timer,
            RequestStrategy::Stall,
            RequestStrategy::Count(1),
            RequestStrategy::Sentinel,
        ];
        let mut reasons = Vec::new();
        for strategy in strategies {
            let asked = client.request_many("s", "").timeout(SOON * 4).strategy(strategy);
            reasons.push(within(PATIENCE, asked.await.unwrap().all()).await.1);
        }
        reasons
    });
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    let mut subscribed = 0;
    let mut asked = 0;
    while asked < 4 {
        let line = peer.line().await.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["SUB", ..] => subscribed += 1,
            ["PING"] => peer.send("PONG\r\n").await.unwrap(),
            ["PUB", "s", reply, "0"] => {
                asked += 1;
                peer.send(format!("MSG {reply} 1 1\r\nx\r\nMSG {reply} 1 0\r\n\r\n"))
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }
    let expected =
        [EndReason::Timeout, EndReason::Stall, EndReason::MaxMessages, EndReason::Sentinel];
    assert_eq!(asking.await.unwrap(), expected);
    assert_eq!(subscribed, 1);
}

#[tokio::test]
async fn replies_beyond_the_limits_end_it_and_those_within_are_delivered() {
    let (_server, client) = server_and_client().await;
    let mut asked = client.subscribe("flood").await.unwrap();
    let limits = PendingLimits::new(10, 1 << 20);
    let responses = client.request_many("flood", "").limits(limits).await.unwrap();
    let question = asked.next().await.unwrap();
    for _ in 0..100 {
        client.publish(question.reply().unwrap(), "x").await.unwrap();
    }
    client.flush().await.unwrap();

    let (replies, reason) = within(PATIENCE, responses.all()).await;
    assert_eq!((replies.len(), reason), (10, EndReason::Overflow));
}

#[tokio::test]
async fn responses_are_a_stream() {
    let (_server, client) = server_and_client().await;
    let _three = answer_with(&client, "three", &["1", "2", "3"]).await;
    let stream = client.request_many("three", "").max_messages(3).await.unwrap();
    assert_eq!(within(PATIENCE, stream.count()).await, 3);
    eventually(PATIENCE, "it is forgotten", || client.statistics().requests_waiting == 0).await;
}
