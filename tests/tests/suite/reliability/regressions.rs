//! Bugs that other clients had, each with its number in the list that was made of them.

use std::time::{Duration, Instant};

use nats_actors::testing::{Peer, Proxy, ScriptedServer, Server, User};
use nats_actors::{Client, ConnectionState, ErrorKind, Event, Overflow};
use nats_actors::{PendingLimits, ReconnectPolicy, jetstream};
use nats_actors_tests::eventually;

use crate::core::kit::{PATIENCE, connect, next, options, server_and_client, within};

const INFO: &str = "INFO {\"proto\":1,\"headers\":true,\"max_payload\":1048576}\r\n";

async fn connected(server: &ScriptedServer) -> (Client, Peer) {
    let connecting = tokio::spawn(options().connect(server.url()).into_future());
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    (within(PATIENCE, connecting).await.unwrap().unwrap(), peer)
}

/// What was published before the last handle was dropped arrives.
// spec: CON-59, PUB-11
#[tokio::test]
async fn regression_01_dropped_handles_flush() {
    let server = Server::start().await.unwrap();
    let receiver = connect(&server).await;
    let mut sub = receiver.subscribe("a").await.unwrap();
    for count in [1, 100, 3_000] {
        let client = connect(&server).await;
        for _ in 0..count {
            client.publish("a", "x").await.unwrap();
        }
        drop(client);
        for _ in 0..count {
            next(&mut sub).await;
        }
    }
}

/// A flush is not `Ok` before its PONG, nor across a reconnect.
// spec: W-18, CON-54
#[tokio::test]
async fn regression_02_a_flush_is_not_ok_across_a_reconnect() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = connected(&server).await;
    client.publish("a", "x").await.unwrap();
    let flushing = tokio::spawn({
        let client = client.clone();
        async move { client.flush().timeout(PATIENCE).await }
    });
    peer.expect("PUB").await.unwrap();
    peer.payload(1).await.unwrap();
    peer.expect("PING").await.unwrap();
    assert!(!flushing.is_finished());
    peer.reset();
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();

    let error = within(PATIENCE, flushing).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
}

/// A reconnect is one only with the PONG that follows CONNECT: a refusal may come after it.
// spec: W-04, A40-02
#[tokio::test]
async fn regression_09_a_reconnect_that_is_refused_is_none() {
    let server = ScriptedServer::start().unwrap();
    let (client, peer) = connected(&server).await;
    let mut events = client.events();
    peer.reset();
    let mut refusing = server.accept().await.unwrap();
    refusing.send_info("").await.unwrap();
    refusing.expect("CONNECT").await.unwrap();
    refusing.expect("PING").await.unwrap();
    refusing.send("-ERR 'maximum connections exceeded'\r\n").await.unwrap();
    drop(refusing);
    // An INFO in pieces is an INFO.
    let mut peer = server.accept().await.unwrap();
    for piece in INFO.as_bytes().chunks(7) {
        peer.send(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    peer.expect("CONNECT").await.unwrap();
    peer.expect("PING").await.unwrap();
    assert!(!client.state().is_connected(), "nobody has accepted it yet");
    peer.send("PONG\r\n").await.unwrap();

    let mut seen = Vec::new();
    while !matches!(seen.last(), Some(Event::Connected { .. })) {
        seen.push(within(PATIENCE, events.next()).await.unwrap());
    }
    assert!(matches!(seen.first(), Some(Event::Disconnected { epoch: 1, .. })), "{seen:?}");
    assert!(matches!(seen.last(), Some(Event::Connected { epoch: 2, .. })), "{seen:?}");
    let refused = |event: &Event| matches!(event, Event::ConnectFailed { reason, .. } if reason.contains("maximum connections"));
    assert!(seen.iter().any(refused), "{seen:?}");
}

/// Answers of the JetStream API that have tiers, no body, no error code or nothing at all are read or refused.
// spec: A07-01, A07-06
#[tokio::test]
async fn regression_21_odd_answers_of_the_jetstream_api() {
    let (server, client) = server_and_client().await;
    let api = connect(&server).await;
    let mut asked = api.subscribe("$JS.API.INFO").await.unwrap();
    let answers = [
        r#"{"type":"io.nats.jetstream.api.v1.account_info_response","memory":1,"storage":2,"streams":3,
            "consumers":4,"limits":{},"tiers":{"R1":{"memory":0,"storage":2,"streams":3,"consumers":4,
            "limits":{"max_storage":100,"max_streams":-1}},"R3":{}},"api":{"total":9,"errors":1}}"#,
        "",
        "{}",
        "null",
        r#"{"error":{"code":503,"description":"no code of its own"}}"#,
        r#"{"error":{}}"#,
        r#"{"error":null}"#,
        "not json",
    ];
    let answering = tokio::spawn(async move {
        for answer in answers {
            let request = next(&mut asked).await;
            api.publish(request.reply().unwrap(), answer).await.unwrap();
        }
        api
    });
    let js = client.jetstream();
    let info = within(PATIENCE, js.account()).await.unwrap();
    assert_eq!((info.usage.streams, info.tiers["R1"].streams, info.tiers.len()), (3, 3, 2));
    assert_eq!(info.tiers["R1"].limits.max_storage, Some(100));
    assert_eq!(info.tiers["R1"].limits.max_streams, None);
    for answer in &answers[1..] {
        let result = within(PATIENCE, js.account()).await;
        let kind = result.as_ref().map_err(jetstream::Error::kind);
        match *answer {
            "{}" | r#"{"error":null}"# => assert!(result.is_ok(), "{answer}: {kind:?}"),
            "" | "null" | "not json" => {
                assert_eq!(kind.unwrap_err(), jetstream::ErrorKind::BadResponse, "{answer}");
            }
            _ => assert!(
                matches!(
                    kind,
                    Err(jetstream::ErrorKind::Api(_) | jetstream::ErrorKind::BadResponse)
                ),
                "{answer}: {kind:?}"
            ),
        }
    }
    answering.await.unwrap();
    assert!(client.state().is_connected());
}

/// e14: what the permissions forbid is an error of the call that asked for it, soon.
// spec: A40-33, A40-34, A40-37, W-26
#[tokio::test]
async fn e14_a_denied_subject_is_an_error_of_its_call() {
    let user = User::new("ann", "secret").deny_publish("no.*").deny_subscribe("no.*");
    let server = Server::builder().user(user).start().await.unwrap();
    let client = Client::connect(server.client_url()).await.unwrap();
    let mut events = client.events();
    let begin = Instant::now();
    let subscribed = client.subscribe("no.a").await.unwrap_err();
    let asked = client.request("no.b", "").timeout(PATIENCE).await.unwrap_err();
    client.publish("no.c", "").await.unwrap();
    client.flush().await.unwrap();

    assert_eq!((subscribed.kind(), subscribed.subject()), (ErrorKind::Denied, Some("no.a")));
    assert_eq!((asked.kind(), asked.subject()), (ErrorKind::Denied, Some("no.b")));
    let published = within(PATIENCE, async {
        loop {
            let event = events.next().await.unwrap();
            if matches!(&event, Event::ServerError(error) if error.to_string().contains("no.c")) {
                return event;
            }
        }
    });
    published.await;
    // A hundred milliseconds on a machine that has nothing else to do.
    assert!(begin.elapsed() < PATIENCE / 4, "{:?}", begin.elapsed());
    assert_eq!(client.statistics().reconnects, 0);
}

/// e15: who reads events slowly sees every change of the state, in order, whatever floods them.
// spec: A40-15, EVT-05
#[tokio::test]
async fn e15_a_slow_observer_sees_every_change_of_the_state() {
    const RESTARTS: u64 = 4;
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let soon = Duration::from_millis(5);
    let hasty = options().reconnect(ReconnectPolicy::new().delay(soon, soon));
    let client = hasty.connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    let tiny = PendingLimits::new(1, 1 << 20);
    let mut slow = client.subscribe("s").limits(tiny).overflow(Overflow::Latest).await.unwrap();
    for epoch in 1..=RESTARTS {
        // Each message that is taken ends an episode, and so makes two events.
        for _ in 0..1_500 {
            client.publish("s", "").await.unwrap();
            client.publish("s", "").await.unwrap();
            next(&mut slow).await;
        }
        proxy.cut();
        let again = || client.state() == ConnectionState::Connected { epoch: epoch + 1 };
        eventually(PATIENCE, "it is connected again", again).await;
    }
    client.close().await;

    let mut epochs = Vec::new();
    while let Some(event) = within(PATIENCE, events.next()).await {
        match event {
            Event::Disconnected { epoch, .. } => epochs.push((false, epoch)),
            Event::Connected { epoch, .. } => epochs.push((true, epoch)),
            _ => {}
        }
    }
    let expected: Vec<(bool, u64)> =
        (1..=RESTARTS).flat_map(|epoch| [(false, epoch), (true, epoch + 1)]).collect();
    assert_eq!(epochs, expected);
}
