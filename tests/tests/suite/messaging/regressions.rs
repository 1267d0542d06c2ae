//! Bugs that other clients had, by their numbers; the others of the list stand where their topics are.

use std::time::Duration;

use nats_actors::protocol::ReplyError;
use nats_actors::testing::{Direction, Proxy, ScriptedServer, Server};
use nats_actors::{Client, ErrorKind, Headers};
use nats_actors_tests::{RawClient, eventually};

use super::kit::{PATIENCE, SOON, next, server_and_client, within};

// spec: W-20, A04-06, HDR-02
#[tokio::test]
async fn regression_05_malformed_headers_disconnect_nobody_and_hide_no_others() {
    let (server, client) = server_and_client().await;
    let mut sub = client.subscribe("poison").await.unwrap();
    let mut raw = RawClient::log_in_with(server.addr(), r#""headers":true"#).await.unwrap();
    let blocks: [&[u8]; 5] = [
        b"NATS/1.0\r\nA: \xff\xfe\r\nB: 1\r\n\r\n",
        b"NATS/1.0 9x9\r\nB: 1\r\n\r\n",
        b"NATS/1.0\r\nno colon\r\nB: 1\r\n\r\n",
        b"NATS/2.0\r\nB: 1\r\n\r\n",
        b"NATS/1.0\r\nB: 1",
    ];
    for block in blocks {
        let head = format!("HPUB poison {} {}\r\n", block.len(), block.len() + 1);
        raw.send_bytes(&[head.as_bytes(), block, b"x\r\n"].concat()).await.unwrap();
        let message = next(&mut sub).await;
        assert!(message.headers().is_err(), "{}", block.escape_ascii());
        assert_eq!(message.headers_lossy().get("B"), Some("1"), "{}", block.escape_ascii());
        assert_eq!(message.payload(), b"x");
    }
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: A04-05, HDR-07, A07-06
#[tokio::test]
async fn regression_06_line_breaks_are_an_error_or_become_blanks() {
    let (_server, client) = server_and_client().await;
    let mut all = client.subscribe(">").await.unwrap();
    for value in ["a\r\nb: c", "\n", "\r"] {
        let publish = client.publish("a", "x").header("K", value).await.unwrap_err();
        assert_eq!(publish.kind(), ErrorKind::BadHeader, "{value:?}");
        let many = client.request_many("a", "x").header("K", value).await.unwrap_err();
        assert_eq!(many.kind(), ErrorKind::BadHeader, "{value:?}");
    }
    let headers = ReplyError::new(500, "first\r\nsecond: 2\n").headers();
    client.publish("a", "x").headers(headers).await.unwrap();
    let message = next(&mut all).await;
    assert_eq!(message.service_error().unwrap().description(), "first  second: 2");
    assert_eq!(message.headers().unwrap().len(), 2);
}

// spec: R-03
#[tokio::test]
async fn regression_07_requests_that_ended_in_any_way_leave_nothing() {
    let (_server, client) = server_and_client().await;
    let _silent = client.subscribe("silent").await.unwrap();
    let before = client.statistics().subscriptions;
    for _ in 0..100 {
        let short = SOON / 300;
        let _ = client.request("silent", "").timeout(short).await.unwrap_err();
        let _ = client.request("silent", "").timeout(short).inbox_per_request().await;
        let _ = tokio::time::timeout(short, client.request("silent", "").into_future()).await;
        let _ = client.request("nobody", "").await.unwrap_err();
        let _ = client.request("silent", vec![0; 2 << 20]).await.unwrap_err();
        drop(client.request_many("silent", "").await.unwrap());
    }
    assert_eq!(client.statistics().requests_waiting, 0);
    assert_eq!(client.statistics().subscriptions, before + 1, "all share one inbox");
}

// spec: W-14, W-15, PUB-08, PUB-09, ERR-11
#[tokio::test]
async fn regression_14_nothing_that_breaks_a_line_or_a_token_is_sent() {
    let (_server, client) = server_and_client().await;
    let mut all = client.subscribe(">").await.unwrap();
    let bad = [
        "", " ", ".", "..", ".a", "a.", "a..b", "a b", " a", "a ", "a\tb", "a\r\nb", "a\nb",
        "a\x0cb",
    ];
    for subject in bad {
        for (kind, what) in [
            (client.publish(subject, "").await.unwrap_err().kind(), "publish"),
            (client.publish("a", "").reply_to(subject).await.unwrap_err().kind(), "reply"),
            (client.request(subject, "").await.unwrap_err().kind(), "request"),
            (client.request_many(subject, "").await.unwrap_err().kind(), "request many"),
            (client.subscribe(subject).await.unwrap_err().kind(), "subscribe"),
        ] {
            assert_eq!(kind, ErrorKind::BadSubject, "{what} {subject:?}");
        }
    }
    for queue in ["", "a b", "a\tb", "a\r\nb"] {
        let error = client.subscribe("a").queue(queue).await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::BadQueueGroup, Some(queue)));
    }
    for pattern in ["a.>.b", ">.a"] {
        let error = client.subscribe(pattern).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{pattern:?}");
    }
    client.publish("end", "").await.unwrap();
    assert_eq!(next(&mut all).await.subject(), "end");
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: W-07, W-08, W-28, ERR-22
#[tokio::test]
async fn regression_15_frames_are_read_however_they_are_written() {
    let server = ScriptedServer::start().unwrap();
    let connecting = tokio::spawn(Client::connect(server.url()).into_future());
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    let client = connecting.await.unwrap().unwrap();
    let mut sub = client.subscribe(">").unconfirmed().await.unwrap();
    peer.expect("SUB").await.unwrap();
    let frames = "+OK\r\nPING\r\n-ERR 'Brand New Error'\r\nMSG a 1 0\r\n\r\n\
                  msg\ta \t1   2\r\nhi\r\nMSG b 1 r 19\r\n\r\nPING\r\nMSG a 1 0\r\n\r\n\
                  hmsg c 1 12 12\r\nNATS/1.0\r\n\r\n\r\n";
    for at_once in [1, 3, frames.len()] {
        for part in frames.as_bytes().chunks(at_once) {
            peer.send(part).await.unwrap();
        }
        peer.expect("PONG").await.unwrap();
        let expected: [(&str, &[u8]); 4] =
            [("a", b""), ("a", b"hi"), ("b", b"\r\nPING\r\nMSG a 1 0\r\n"), ("c", b"")];
        for (subject, payload) in expected {
            let message = next(&mut sub).await;
            assert_eq!((message.subject(), message.payload()), (subject, payload));
        }
    }
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: W-07, W-10
#[tokio::test]
async fn regression_15_large_and_tiny_pieces_arrive_whole() {
    const MOST: usize = 64 << 20;
    let server =
        Server::builder().max_payload(MOST).extra("max_pending: 268435456").start().await.unwrap();
    let client = nats_actors::ConnectOptions::new()
        .outbox_bytes(2 * MOST)
        .pending_limits(nats_actors::PendingLimits::new(10, 2 * MOST))
        .connect(server.url())
        .await
        .unwrap();
    let mut sub = client.subscribe("big").await.unwrap();
    let payload: Vec<u8> = (0..MOST).map(|n| (n % 251) as u8).collect();
    client.publish("big", payload.clone()).await.unwrap();
    let message = within(PATIENCE * 3, sub.next()).await.unwrap();
    assert!(message.payload() == payload, "64 MiB came otherwise than they went");

    let proxy = Proxy::start(server.addr()).await.unwrap();
    proxy.split(Direction::ToClient, 1);
    let slow = Client::connect(proxy.url()).await.unwrap();
    let mut tiny = slow.subscribe("tiny").await.unwrap();
    client.publish("tiny", "\r\nMSG x 1 0\r\n").header("K", "v").await.unwrap();
    let message = next(&mut tiny).await;
    assert_eq!(message.payload(), b"\r\nMSG x 1 0\r\n");
    assert_eq!(message.headers().unwrap().get("K"), Some("v"));
}

// spec: W-09
#[tokio::test]
async fn the_servers_pings_are_answered_while_nobody_polls() {
    let server = Server::builder().ping(Duration::from_millis(200), 2).start().await.unwrap();
    let client = nats_actors::ConnectOptions::new()
        .ping_interval(PATIENCE * 10)
        .connect(server.url())
        .await
        .unwrap();
    let _idle = client.subscribe("idle").await.unwrap();
    client.flush().await.unwrap();
    let before = client.statistics().in_bytes;
    // The server would have ended a connection that left three of them without an answer.
    let pinged = || client.statistics().in_bytes >= before + 6 * "PING\r\n".len() as u64;
    eventually(PATIENCE, "six PINGs came", pinged).await;
    client.flush().await.unwrap();
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: A04-02, A04-03, A04-07, A04-09, HDR-04, HDR-08
#[tokio::test]
async fn headers_keep_case_order_and_repetition_and_are_no_status() {
    let (_server, client) = server_and_client().await;
    let mut sub = client.subscribe("h").await.unwrap();
    let mut headers = Headers::new();
    let lines: Vec<(String, String)> =
        (0..20).map(|n| (format!("K{}", n % 7), n.to_string())).collect();
    for (name, value) in &lines {
        headers.append(name, value).unwrap();
    }
    for (name, value) in [("foo", "1"), ("Foo", "2"), ("Status", "503"), ("Description", "mine")] {
        headers.append(name, value).unwrap();
    }
    client.publish("h", "").headers(headers.clone()).await.unwrap();
    let message = next(&mut sub).await;
    let read = message.headers().unwrap();
    assert_eq!(read, headers);
    assert_eq!((read.get("foo"), read.get("Foo")), (Some("1"), Some("2")));
    assert_eq!(read.get_all("K1").collect::<Vec<_>>(), ["1", "8", "15"]);
    assert_eq!((message.status(), message.control_code()), (None, None));
    assert_eq!(read.get("Status"), Some("503"));
}
