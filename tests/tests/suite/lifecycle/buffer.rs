//! What is kept while there is no server, and how it goes out again.

use std::time::{Duration, Instant};

use nats_actors::testing::{Peer, Proxy, ScriptedServer, Server};
use nats_actors::{BufferOverflow, Client, ConnectOptions, ErrorKind, Event, InitialConnect, Loss};
use nats_actors_tests::{echo, eventually};

use super::kit::{PATIENCE, connected, disconnected, event, quick, scripted, within};

const LIMIT: usize = 20_000;

/// A client of a proxy that takes no connection any more, and a subscription to `n` by another client.
async fn cut_off(
    overflow: BufferOverflow,
    server: &Server,
) -> (Proxy, Client, nats_actors::Subscription) {
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let receiver = Client::connect(server.url()).await.unwrap();
    let sub = receiver.subscribe("n").await.unwrap();
    let client = quick().disconnect_buffer(LIMIT, overflow).connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    proxy.refuse(true);
    proxy.cut();
    disconnected(&mut events).await;
    (proxy, client, sub)
}

async fn loss(events: &mut nats_actors::Events) -> Loss {
    let pick = |event| match event {
        Event::PublishLoss(loss) => Some(loss),
        _ => None,
    };
    event(events, pick).await
}

/// Publishes until the buffer is full; what was accepted is delivered in order, and the count is that of the limit.
// spec: A40-25, CON-24, ERR-09
#[tokio::test]
async fn a_full_buffer_is_an_error_and_what_it_holds_is_delivered() {
    let server = Server::start().await.unwrap();
    let (proxy, client, mut sub) = cut_off(BufferOverflow::Fail, &server).await;
    let mut accepted = 0_usize;
    let begin = Instant::now();
    let refused = loop {
        match client.publish("n", format!("{accepted:092}")).deadline(PATIENCE).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert!(begin.elapsed() < PATIENCE / 2, "it does not wait");
    assert_eq!(
        (refused.kind(), accepted),
        (ErrorKind::OutboxFull, LIMIT / "PUB n 92\r\n\r\n".len().saturating_add(92))
    );
    assert_eq!(refused.into_unsent().unwrap().payload.len(), 92);
    assert!(client.statistics().pending_bytes <= LIMIT as u64);
    // What fits to the byte is taken.
    let room = LIMIT - client.statistics().pending_bytes as usize;
    assert!(client.try_publish("n", vec![b'x'; room + 1]).is_err());
    client.try_publish("n", vec![b'x'; room]).unwrap();

    proxy.refuse(false);
    for n in 0..accepted {
        let message = within(PATIENCE, sub.next()).await.unwrap();
        assert_eq!(message.payload(), format!("{n:092}").as_bytes());
    }
    assert_eq!(within(PATIENCE, sub.next()).await.unwrap().payload().len(), room);
    client.flush().await.unwrap();
    assert_eq!(client.statistics().pending_bytes, 0);
}

// spec: CON-24, A40-25
#[tokio::test]
async fn by_default_a_publish_without_room_waits_for_the_next_server() {
    let server = Server::start().await.unwrap();
    let (proxy, client, _sub) = cut_off(BufferOverflow::Wait, &server).await;
    while client.try_publish("n", vec![0; 1000]).is_ok() {}
    let late = client.publish("n", vec![0; 1000]).deadline(Duration::from_millis(50));
    assert_eq!(
        within(PATIENCE, late.into_future()).await.unwrap_err().kind(),
        ErrorKind::OutboxFull
    );

    let waiting = client.publish("n", vec![0; 1000]).deadline(PATIENCE).into_future();
    let (sent, ()) = tokio::join!(within(PATIENCE, waiting), async { proxy.refuse(false) });
    sent.unwrap();
}

// spec: A40-25, CON-24
#[tokio::test]
async fn without_a_buffer_nothing_is_accepted_while_there_is_no_server() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let options = quick().disconnect_buffer(0, BufferOverflow::Wait);
    let early = options.clone().initial_connect(InitialConnect::Background);
    proxy.refuse(true);
    let early = early.connect(proxy.url()).await.unwrap();
    assert_eq!(early.publish("n", "").await.unwrap_err().kind(), ErrorKind::Disconnected);
    proxy.refuse(false);

    let client = options.connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    client.publish("n", "").await.unwrap();
    client.flush().await.unwrap();
    proxy.refuse(true);
    proxy.cut();
    disconnected(&mut events).await;
    let error = client.publish("n", "x").deadline(PATIENCE).await.unwrap_err();
    assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::Disconnected, false));
    assert_eq!(error.into_unsent().unwrap().payload, "x");
    let error = client.request("n", "x").timeout(PATIENCE).await.unwrap_err();
    assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::Disconnected, false));
    proxy.refuse(false);
    connected(&mut events).await;
    client.publish("n", "").await.unwrap();
}

/// The oldest make room; each of them is accounted for.
// spec: CON-24
#[tokio::test]
async fn the_oldest_make_room_and_are_reported() {
    let server = Server::start().await.unwrap();
    for ends in [false, true] {
        let (proxy, client, mut sub) = cut_off(BufferOverflow::DropOldest, &server).await;
        let mut events = client.events();
        const SENT: u64 = 2000;
        for n in 1..=SENT {
            client.publish("n", format!("{n:0100}")).deadline(Duration::ZERO).await.unwrap();
        }
        assert!(client.statistics().pending_bytes <= LIMIT as u64);
        if ends {
            let report = client.close().timeout(Duration::ZERO).await;
            let lost = loss(&mut events).await;
            assert_eq!(
                (report.unconfirmed, lost.count, lost.first, lost.last),
                (SENT, SENT, 1, SENT)
            );
            continue;
        }
        proxy.refuse(false);
        let lost = loss(&mut events).await;
        assert_eq!((lost.first, lost.count), (1, lost.last));
        assert!(lost.count < SENT && lost.count > SENT / 2, "{lost:?}");
        for n in lost.last + 1..=SENT {
            let message = within(PATIENCE, sub.next()).await.unwrap();
            assert_eq!(message.payload(), format!("{n:0100}").as_bytes());
        }
    }
}

/// Requests stay when others make room: each has a deadline of its own.
// spec: CON-24
#[tokio::test]
async fn a_request_stays_when_the_oldest_make_room() {
    let server = Server::start().await.unwrap();
    let (proxy, client, _sub) = cut_off(BufferOverflow::DropOldest, &server).await;
    let service = Client::connect(server.url()).await.unwrap();
    let _echo = service.subscribe("ask").for_each(1, echo(&service)).await.unwrap();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("ask", "?").timeout(PATIENCE).await }
    });
    eventually(PATIENCE, "it waits", || client.statistics().requests_waiting == 1).await;
    for _ in 0..1000 {
        client.publish("n", vec![0; 100]).await.unwrap();
    }
    proxy.refuse(false);
    assert_eq!(asking.await.unwrap().unwrap().payload(), b"?");
}

/// Everything up to the first PING, operation by operation.
async fn operations(peer: &mut Peer) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let line = peer.line().await.unwrap();
        if line == "PING" {
            return lines;
        }
        if line.starts_with("PUB") {
            let size: usize = line.rsplit(' ').next().unwrap().parse().unwrap();
            peer.payload(size).await.unwrap();
        }
        lines.push(line);
    }
}

/// Subscriptions come first on the next connection, with what is left of their maximum, then what was kept.
// spec: A40-24, CON-18, CON-68
#[tokio::test]
async fn subscriptions_go_out_before_what_was_kept() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick(), &server).await;
    let _plain = client.subscribe("a").unconfirmed().await.unwrap();
    let _group = client.subscribe("b.*").queue("q").unconfirmed().await.unwrap();
    let mut limited = client.subscribe("c").max_messages(5).unconfirmed().await.unwrap();
    let gone = client.subscribe("d").unconfirmed().await.unwrap();
    drop(gone);
    peer.send("MSG c 3 0\r\n\r\nMSG c 3 0\r\n\r\n").await.unwrap();
    for _ in 0..2 {
        within(PATIENCE, limited.next()).await.unwrap();
    }
    let mut events = client.events();
    drop(peer);
    disconnected(&mut events).await;
    client.publish("x", "1").await.unwrap();
    let asking = client.request("y", "2").timeout(PATIENCE).into_future();
    let flushing = client.flush().into_future();
    let ((), asked, _) = tokio::join!(
        async {
            let mut peer = server.accept().await.unwrap();
            peer.handshake().await.unwrap();
            let lines = operations(&mut peer).await;
            let inbox = lines.iter().find(|line| line.starts_with("SUB _INBOX.")).unwrap().clone();
            let reply = lines[6].split(' ').nth(2).unwrap();
            assert_eq!(lines[..4], ["SUB a 1", "SUB b.* q 2", "SUB c 3", "UNSUB 3 3"]);
            assert_eq!(
                lines[4..],
                [inbox.clone(), "PUB x 1".to_owned(), format!("PUB y {reply} 1")]
            );
            let sid = inbox.rsplit(' ').next().unwrap();
            peer.send(format!("PONG\r\nMSG {reply} {sid} 2\r\nok\r\n")).await.unwrap();
            while peer.line().await.is_ok_and(|line| line != "PING") {}
        },
        asking,
        flushing,
    );
    assert_eq!(asked.unwrap().payload(), b"ok");
}

/// 2.13: what is sent again begins with a whole frame, wherever the last connection broke.
// spec: A40-24, CON-26
#[tokio::test]
async fn regression_13_what_is_sent_again_begins_with_a_whole_frame() {
    for size in [10, 3_000, 40_000, 100_000] {
        let server = ScriptedServer::with_receive_buffer(4096).unwrap();
        let (client, peer) = scripted(quick().outbox_bytes(64 << 20), &server).await;
        let mut events = client.events();
        let count = 8_000_000 / size;
        for n in 0..count {
            let mut payload = format!("{n:06}").into_bytes();
            payload.resize(size, b'.');
            client.publish("n", payload).deadline(PATIENCE).await.unwrap();
        }
        let stuck = || {
            let statistics = client.statistics();
            statistics.out_bytes > 0 && statistics.pending_bytes > 0
        };
        eventually(PATIENCE, "the socket is full", stuck).await;
        peer.reset();
        let lost = loss(&mut events).await;
        let mut peer = server.accept().await.unwrap();
        peer.handshake().await.unwrap();
        assert_eq!((lost.first, lost.count), (1, lost.last));
        for n in lost.last..lost.last + 3 {
            let line = peer.line().await.unwrap();
            let line = if line == "PING" { peer.line().await.unwrap() } else { line };
            assert_eq!(line, format!("PUB n {size}"));
            let payload = peer.payload(size).await.unwrap();
            assert_eq!(payload[..6], *format!("{n:06}").as_bytes(), "of {count} with {size} bytes");
        }
    }
}

/// 2.12: a client whose server takes less after a reconnect knows before it publishes.
// spec: W-10, W-11
#[tokio::test]
async fn regression_12_the_limit_counts_headers_and_follows_the_server() {
    let server = Server::builder().max_payload(1000).start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    client.publish("a", vec![0; 1000]).await.unwrap();
    let large = client.publish("a", vec![0; 1001]).await.unwrap_err();
    assert_eq!(large.kind(), ErrorKind::PayloadTooLarge);
    // `NATS/1.0`, the header and an empty line, each with its end.
    let header = "NATS/1.0\r\nA: b\r\n\r\n".len();
    client.publish("a", vec![0; 1000 - header]).header("A", "b").await.unwrap();
    let large = client.publish("a", vec![0; 1001 - header]).header("A", "b").await.unwrap_err();
    assert_eq!(large.kind(), ErrorKind::PayloadTooLarge);
    client.flush().await.unwrap();

    let mut events = client.events();
    server.reconfigure(Server::builder().max_payload(500)).await.unwrap();
    client.force_reconnect();
    connected(&mut events).await;
    assert_eq!(client.max_payload(), Some(500));
    let large = client.publish("a", vec![0; 501]).await.unwrap_err();
    assert_eq!(large.kind(), ErrorKind::PayloadTooLarge);
    client.publish("a", vec![0; 500]).await.unwrap();
    client.flush().await.unwrap();
    assert_eq!((client.statistics().reconnects, client.statistics().errors), (1, 0));
}

/// The disconnect buffer of a client that never was connected is the same.
// spec: CON-23
#[tokio::test]
async fn what_was_kept_before_the_first_connection_goes_out_with_it() {
    let server = ScriptedServer::start().unwrap();
    let background = ConnectOptions::new().initial_connect(InitialConnect::Background);
    let client = background.connect(server.url()).await.unwrap();
    client.publish("a", "first").await.unwrap();
    let _sub = client.subscribe("b").await.unwrap();
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    assert_eq!(peer.expect("SUB").await.unwrap(), "SUB b 1");
    assert_eq!(peer.expect("PUB").await.unwrap(), "PUB a 5");
}
