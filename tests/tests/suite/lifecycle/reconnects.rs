//! Leaving a server and finding another one, on purpose or not.

use std::time::{Duration, Instant};

use nats_actors::testing::{Cluster, Direction, Proxy, ScriptedServer, Server};
use nats_actors::{Client, ConnectOptions, ConnectionState, DisconnectCause, ErrorKind, Event};
use nats_actors::{InitialConnect, ReconnectPolicy};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, connected, disconnected, event, nobody, quick, scripted, within};

/// A reconnect on demand goes to another server, at once, with everything that the client had.
// spec: A40-27, CON-31, EVT-02, EVT-07, EVT-15
#[tokio::test]
async fn a_forced_reconnect_moves_to_another_server() {
    let cluster = Cluster::start(3, Server::builder()).await.unwrap();
    let slow = ReconnectPolicy::new().delay(PATIENCE, PATIENCE);
    let client = ConnectOptions::new().reconnect(slow).connect(cluster.client_url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    let mut events = client.events();
    let before = client.server_info().server_id.clone();
    client.force_reconnect();
    let cause = event(&mut events, |event| match event {
        Event::Disconnected { cause, .. } => Some(cause),
        _ => None,
    });
    assert_eq!(cause.await, DisconnectCause::Forced);
    assert_eq!(connected(&mut events).await, 2);
    assert_ne!(client.server_info().server_id, before);
    assert_eq!(client.statistics().reconnects, 1);
    client.publish("a", "").await.unwrap();
    within(PATIENCE, sub.next()).await.unwrap();
}

/// 2.16: asked for twice, and while a reconnect is under way already.
// spec: A40-27
#[tokio::test]
async fn regression_16_reconnects_asked_for_at_any_time_are_one_reconnect() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    client.force_reconnect();
    client.force_reconnect();
    assert_eq!(connected(&mut events).await, 2);

    proxy.refuse(true);
    proxy.cut();
    disconnected(&mut events).await;
    for _ in 0..100 {
        client.force_reconnect();
    }
    proxy.refuse(false);
    client.flush().timeout(PATIENCE).await.unwrap();
    assert_eq!((client.statistics().reconnects, proxy.open()), (2, 1));
}

/// Also to the only server, which a client that has lost it would not come back to at once.
// spec: A40-27
#[tokio::test]
async fn a_forced_reconnect_waits_for_no_delay() {
    let server = Server::start().await.unwrap();
    let policy = ReconnectPolicy::new().delay(100 * PATIENCE, 100 * PATIENCE);
    let client = ConnectOptions::new().reconnect(policy).connect(server.url()).await.unwrap();
    let mut events = client.events();
    client.force_reconnect();
    assert_eq!(connected(&mut events).await, 2);
}

/// A client in a long backoff does not wait for its end.
// spec: A40-27
#[tokio::test]
async fn a_forced_reconnect_ends_a_backoff() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let policy = ReconnectPolicy::new().delay_with(|_| 100 * PATIENCE);
    let client = ConnectOptions::new().reconnect(policy).connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    proxy.refuse(true);
    proxy.cut();
    event(&mut events, |event| matches!(event, Event::ConnectFailed { .. }).then_some(())).await;
    proxy.refuse(false);
    client.force_reconnect();
    assert_eq!(connected(&mut events).await, 2);
}

/// An I/O error or the end of the stream is a disconnect at once, not at the next PING.
// spec: A40-14, EVT-06
#[tokio::test]
async fn the_end_of_a_socket_is_noticed_at_once() {
    let server = Server::start().await.unwrap();
    let client = quick().ping_interval(PATIENCE).connect(server.url()).await.unwrap();
    let mut events = client.events();
    let begin = Instant::now();
    server.kill().unwrap();
    disconnected(&mut events).await;
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

/// What was asked for before the loss fails instead of hanging.
// spec: A40-26, CON-39, ERR-04
#[tokio::test]
async fn what_is_under_way_fails_with_the_connection() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let _never = client.subscribe("never").await.unwrap();
    proxy.stall(Direction::ToClient);
    let begin = Instant::now();
    let cut = async {
        let sent = || {
            let now = client.statistics();
            now.out_messages == 1 && now.pending_bytes == 0
        };
        eventually(PATIENCE, "it is sent", sent).await;
        proxy.cut();
    };
    let request = client.request("never", "").timeout(PATIENCE).into_future();
    let flush = client.flush().timeout(PATIENCE).into_future();
    let (asked, flushed, ()) = tokio::join!(request, flush, cut);

    let asked = asked.unwrap_err();
    assert_eq!((asked.kind(), asked.maybe_executed()), (ErrorKind::Disconnected, true));
    assert_eq!(flushed.unwrap_err().kind(), ErrorKind::Disconnected);
    assert!(begin.elapsed() < PATIENCE / 2, "{:?}", begin.elapsed());
}

/// A request that no socket has taken yet goes to the next server, instead of failing with the one that is lost.
// spec: A40-24, A40-26
#[tokio::test]
async fn what_was_never_written_is_asked_at_the_next_server() {
    let server = ScriptedServer::with_receive_buffer(4096).unwrap();
    let (client, peer) = scripted(quick().outbox_bytes(64 << 20), &server).await;
    for _ in 0..800 {
        client.publish("n", vec![0; 10_000]).deadline(PATIENCE).await.unwrap();
    }
    let stuck = || {
        let now = client.statistics();
        now.out_bytes > 0 && now.pending_bytes > 0
    };
    eventually(PATIENCE, "the socket is full", stuck).await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("ask", "?").timeout(PATIENCE).await }
    });
    eventually(PATIENCE, "it waits", || client.statistics().requests_waiting == 1).await;
    peer.reset();
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    let asked = async {
        loop {
            let line = peer.line().await.unwrap();
            let size = line.rsplit(' ').next().unwrap();
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["PUB", "ask", ..] => return line,
                ["PUB", ..] => drop(peer.payload(size.parse().unwrap()).await.unwrap()),
                ["PING"] => peer.send("PONG\r\n").await.unwrap(),
                _ => {}
            }
        }
    };
    let line = within(PATIENCE, asked).await;
    let reply = line.split(' ').nth(2).unwrap();
    peer.send(format!("MSG {reply} 1 2\r\nok\r\n")).await.unwrap();
    assert_eq!(asking.await.unwrap().unwrap().payload(), b"ok");
}

/// 2.8: PONGs that the old connection owed are not owed by the new one.
// spec: CON-54, A40-13
#[tokio::test]
async fn regression_08_pongs_are_not_owed_by_the_next_connection() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let options = quick().ping_interval(Duration::from_millis(300)).max_pings_out(2);
    let client = options.connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    for epoch in 2..=4 {
        proxy.stall(Direction::ToClient);
        let flushes = (0..5).map(|_| client.flush().timeout(PATIENCE).into_future());
        let flushes = futures_util::future::join_all(flushes);
        let (failed, ()) = tokio::join!(flushes, async {
            let pending = || client.statistics().pending_bytes == 0;
            eventually(PATIENCE, "the PINGs are sent", pending).await;
            proxy.cut();
        });
        assert!(failed.iter().all(Result::is_err), "{failed:?}");
        proxy.unstall(Direction::ToClient);
        assert_eq!(connected(&mut events).await, epoch);
        // A PONG that is counted for another PING would let this one end too early or never.
        client.publish("a", "").await.unwrap();
        client.flush().timeout(PATIENCE).await.unwrap();
        assert_eq!(client.statistics().unconfirmed, 0);
    }
    // Time has to pass: several times the keep-alive, which would miss a PONG.
    tokio::time::sleep(Duration::from_millis(1000)).await;
    assert_eq!(client.statistics().reconnects, 3, "no flapping");
}

/// 2.8, e22: outgoing traffic does not hide that nothing comes back.
// spec: A40-13, CON-16, CON-65
#[tokio::test]
async fn regression_08_traffic_does_not_hide_a_dead_peer() {
    let server = Server::start().await.unwrap();
    let options = quick().ping_interval(Duration::from_millis(200)).max_pings_out(2);
    // By default the kernel gives up as late as the keep-alive does, and could be first.
    let options = options.tcp_user_timeout(PATIENCE);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    server.pause().unwrap();
    let begin = Instant::now();
    let publishing = tokio::spawn({
        let client = client.clone();
        async move {
            loop {
                let _ = client.publish("a", vec![0; 1000]).deadline(Duration::from_millis(1)).await;
            }
        }
    });
    let cause = event(&mut events, |event| match event {
        Event::Disconnected { cause, .. } => Some(cause),
        _ => None,
    });
    assert_eq!(cause.await, DisconnectCause::Stale);
    // Three intervals, and some for a machine that has more to do.
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    publishing.abort();
    server.resume().unwrap();
    connected(&mut events).await;
}

/// A server that answers keeps its client, however little else is said.
// spec: W-09, A40-13, CON-15
#[tokio::test]
async fn pings_are_answered_by_both_sides_while_nobody_polls() {
    let server = Server::builder().ping(Duration::from_millis(200), 2).start().await.unwrap();
    // Patient enough for a machine that has more to do.
    let options = quick().ping_interval(Duration::from_millis(100)).max_pings_out(9);
    let client = options.connect(server.url()).await.unwrap();
    let _unpolled = client.subscribe("a").await.unwrap();
    let before = client.statistics().in_bytes;
    let pongs = || client.statistics().in_bytes >= before + 20 * "PONG\r\n".len() as u64;
    eventually(PATIENCE, "twenty PINGs were answered", pongs).await;
    assert_eq!(client.statistics().reconnects, 0);
    assert!(!server.log().contains("Stale"));
}

/// A request that is not answered makes the client ask for a sign of life before its time.
#[tokio::test]
async fn an_overdue_reply_brings_the_end_of_a_dead_peer_forward() {
    let interval = Duration::from_secs(3);
    let server = ScriptedServer::start().unwrap();
    let options = quick().ping_interval(interval).max_pings_out(1);
    let (client, _silent) = scripted(options, &server).await;
    let mut events = client.events();
    let begin = Instant::now();
    let asked = client.request("a", "").timeout(Duration::from_millis(50)).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    disconnected(&mut events).await;
    // Without that, the first PING would be due after one interval and overdue after another one.
    assert!(begin.elapsed() < 2 * interval - interval / 6, "{:?}", begin.elapsed());
}

/// Every state is seen, also by who looks at them late, as the newest one.
// spec: CON-48, CON-61
#[tokio::test]
async fn the_states_of_a_life() {
    let nobody = nobody();
    let options = quick().initial_connect(InitialConnect::Background);
    let client = options.connect(nobody.url()).await.unwrap();
    assert_eq!(client.state(), ConnectionState::Connecting);
    let server = Server::start().await.unwrap();
    client.set_server_pool(server.url()).unwrap();
    let mut state = client.watch_state();
    assert_eq!(within(PATIENCE, state.connected()).await, Some(1));
    assert_eq!(client.state(), ConnectionState::Connected { epoch: 1 });

    let here = client.connected_server().unwrap();
    assert_eq!((here.epoch, here.remote_addr), (1, Some(server.addr())));
    assert!(here.local_addr.is_some_and(|local| local.ip().is_loopback()));
    server.stop().await.unwrap();
    eventually(PATIENCE, "lost", || client.state() == ConnectionState::Reconnecting).await;
    assert_eq!(client.connected_server(), None);

    client.publish("kept", "").await.unwrap();
    let draining = client.drain().timeout(Duration::from_millis(200)).into_future();
    let (_, ()) = tokio::join!(draining, async {
        let flushing = ConnectionState::DrainingPublishes { epoch: None };
        eventually(PATIENCE, "it drains", || client.state() == flushing).await;
    });
    assert_eq!(client.state(), ConnectionState::Closed);
    let again: Client = client.clone();
    assert_eq!(within(PATIENCE, again.watch_state().changed()).await, ConnectionState::Closed);
}
