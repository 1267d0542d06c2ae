//! Which servers are tried, and when.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nats_actors::testing::{Cluster, Proxy, ScriptedServer, Server};
use nats_actors::{Client, CloseReason, ConnectOptions, ErrorKind, Event, InitialConnect};
use nats_actors::{IntoServers, ReconnectPolicy, ServerChoice};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, connected, event, nobody, quick, scripted, within};

fn pool(client: &Client) -> Vec<(String, bool)> {
    let servers = client.server_pool();
    servers.iter().map(|server| (server.address.to_string(), server.discovered)).collect()
}

/// Servers come and go with every INFO, without a reconnect.
// spec: A40-17, CON-19, CON-49, EVT-11
#[tokio::test]
async fn the_pool_follows_every_info() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick(), &server).await;
    let own = server.addr().to_string();
    let mut events = client.events();
    let told = |host: &str| (format!("{host}:4222"), true);

    peer.send_info(r#""connect_urls":["a:4222","b:4222"]"#).await.unwrap();
    let changed = |event| match event {
        Event::ServersChanged { added, removed } => Some((added, removed)),
        _ => None,
    };
    let (added, removed) = event(&mut events, changed).await;
    assert_eq!((added.len(), removed.len()), (2, 0));
    assert_eq!(pool(&client), [(own.clone(), false), told("a"), told("b")]);

    peer.send_info(r#""connect_urls":["b:4222","c:4222"]"#).await.unwrap();
    let change = event(&mut events, changed).await;
    assert_eq!(change, (vec!["c:4222".to_owned()], vec!["a:4222".to_owned()]));
    assert_eq!(pool(&client), [(own.clone(), false), told("b"), told("c")]);

    peer.send_info(r#""connect_urls":[],"cluster":"x""#).await.unwrap();
    eventually(PATIENCE, "the INFO came", || client.server_info().cluster == "x").await;
    assert_eq!(pool(&client).len(), 3, "a list of nothing changes nothing");
    assert_eq!(client.statistics().reconnects, 0);
}

/// A server that is told and was given is the one that was given, with the login that was given for it.
// spec: A40-17, A40-10, CON-19
#[tokio::test]
async fn a_server_that_is_told_is_not_known_twice() {
    let server = ScriptedServer::start().unwrap();
    let own = server.addr().to_string();
    let given = [format!("nats://ann:secret@{own}"), "nats://bob:other@b:4222".to_owned()];
    let connecting = quick().keep_server_order().connect(&given[..]).into_future();
    let (client, (_, mut peer)) = tokio::join!(connecting, async {
        let mut peer = server.accept().await.unwrap();
        (peer.handshake().await.unwrap(), peer)
    });
    let client = client.unwrap();
    let mut events = client.events();
    peer.send_info(&format!(r#""connect_urls":["{own}","B:4222","c:4222"]"#)).await.unwrap();
    event(&mut events, |event| matches!(event, Event::ServersChanged { .. }).then_some(())).await;
    let known = [(own, false), ("b:4222".to_owned(), false), ("c:4222".to_owned(), true)];
    assert_eq!(pool(&client), known);
}

// spec: A40-18, CON-20
#[tokio::test]
async fn told_servers_can_be_ignored_and_the_rest_of_an_info_is_not() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick().ignore_advertised_servers(), &server).await;
    let mut events = client.events();

    peer.send_info(r#""connect_urls":["a:4222"],"ldm":true,"cluster":"x""#).await.unwrap();
    event(&mut events, |event| (event == Event::LameDuck).then_some(())).await;
    assert_eq!(pool(&client), [(server.addr().to_string(), false)]);
    assert_eq!(client.server_info().cluster, "x");
}

/// The first attempt at another server is immediate.
// spec: A40-14, A40-19
#[tokio::test]
async fn a_lost_server_of_many_is_left_at_once() {
    let cluster = Cluster::start(3, Server::builder()).await.unwrap();
    let slow = ReconnectPolicy::new().delay(PATIENCE, PATIENCE);
    let client = ConnectOptions::new().reconnect(slow).connect(cluster.client_url()).await.unwrap();
    let mut events = client.events();
    let mut left = client.server_info().server_name.clone();
    for round in 1..=2 {
        let server = cluster.servers().iter().zip(["n1", "n2", "n3"]);
        let (server, _) = server.into_iter().find(|(_, name)| *name == left).unwrap();
        server.kill().unwrap();
        let begin = Instant::now();
        assert_eq!(connected(&mut events).await, round + 1);
        // Promised are 100 ms on a machine that has nothing else to do.
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        let now = client.server_info().server_name.clone();
        assert_ne!(now, left);
        left = now;
    }
    assert_eq!(client.statistics().reconnects, 2);
}

/// Many clients of one server that is gone do not come back in step.
// spec: A40-20, CON-11, CON-12
#[tokio::test]
async fn clients_of_one_server_do_not_dial_in_step() {
    let server = ScriptedServer::start().unwrap();
    let mut clients = Vec::new();
    let mut peers = Vec::new();
    let delay = Duration::from_millis(1000);
    for _ in 0..20 {
        let options = ConnectOptions::new().reconnect(ReconnectPolicy::new().delay(delay, delay));
        let (client, peer) = scripted(options, &server).await;
        clients.push(client);
        peers.push(peer);
    }
    let begin = Instant::now();
    drop(peers);
    let mut dials = Vec::new();
    let mut again = Vec::new();
    for _ in 0..20 {
        again.push(server.accept().await.unwrap());
        dials.push(begin.elapsed());
    }
    // In step, they would come together, however late the machine lets them.
    let spread = dials[19] - dials[0];
    assert!(spread > delay / 4 && dials[19] < PATIENCE, "{dials:?}");
}

/// Two servers that are dead leave; the one that lives keeps its budget.
// spec: A40-21, CON-10
#[tokio::test]
async fn dead_servers_leave_the_pool() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let dead = [nobody(), nobody()];
    let addresses = [dead[0].url(), proxy.url(), dead[1].url()];
    let policy = ReconnectPolicy::new().max_reconnects(2);
    let policy = policy.delay(Duration::from_millis(5), Duration::from_millis(20));
    let options = ConnectOptions::new().reconnect(policy).keep_server_order();
    let client = options.connect(addresses).await.unwrap();
    let mut events = client.events();
    for round in 2..=4 {
        proxy.cut();
        // The loss itself is no failure, but the dead servers are tried before the same one again.
        assert_eq!(connected(&mut events).await, round);
    }
    let known = client.server_pool();
    assert_eq!(known.len(), 1, "{known:?}");
    assert_eq!((known[0].failures, known[0].discovered), (0, false));
    assert_eq!(client.connected_server().unwrap().address, known[0].address);
}

/// An empty pool closes the client, once, with the last error.
// spec: A40-22, CON-58, CON-64, ERR-01, ERR-06
#[tokio::test]
async fn an_empty_pool_closes_the_client_with_the_last_error() {
    let server = Server::start().await.unwrap();
    let delay = Duration::from_millis(5);
    let policy = ReconnectPolicy::new().max_reconnects(2).delay(delay, delay);
    let client = ConnectOptions::new().reconnect(policy).connect(server.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    let mut events = client.events();
    server.stop().await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.request("nobody", "").timeout(PATIENCE).await }
    });
    let reason = within(PATIENCE, client.closed()).await;

    let CloseReason::NoServers(last) = &reason else { panic!("{reason:?}") };
    assert!(matches!(last.kind, ErrorKind::Connect(_)), "{last:?}");
    assert_eq!(client.last_error().as_ref(), Some(last));
    assert!(reason.is_fault());
    assert!(within(PATIENCE, sub.next()).await.is_none());
    let failed = within(PATIENCE, waiting).await.unwrap().unwrap_err();
    assert!(matches!(failed.kind(), ErrorKind::Closed | ErrorKind::Disconnected), "{failed}");
    assert_eq!(client.publish("a", "").await.unwrap_err().kind(), ErrorKind::Closed);
    let mut closed = 0;
    while let Some(event) = within(PATIENCE, events.next()).await {
        closed += usize::from(event == Event::Closed { reason: reason.clone() });
    }
    assert_eq!(closed, 1);
}

// spec: CON-09
#[tokio::test]
async fn without_reconnects_the_first_loss_is_the_end() {
    let server = Server::start().await.unwrap();
    let options = ConnectOptions::new().reconnect(ReconnectPolicy::never());
    let client = options.connect(server.url()).await.unwrap();
    server.stop().await.unwrap();

    let reason = within(PATIENCE, client.closed()).await;
    assert!(matches!(reason, CloseReason::NoReconnect(_)), "{reason:?}");
    assert_eq!(client.statistics().reconnects, 0);
}

/// One pass over the only server is one attempt: the callback hears 1, 2, 3, and from 1 again after a success.
// spec: A40-23, CON-14
#[tokio::test]
async fn the_users_delays_are_taken() {
    let server = Server::start().await.unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let policy = ReconnectPolicy::new().delay_with(move |attempt| {
        heard.lock().unwrap().push(attempt);
        assert!(attempt != 2, "a panic of the user is the user's");
        Duration::from_millis(1)
    });
    let client = ConnectOptions::new().reconnect(policy).connect(server.url()).await.unwrap();
    let mut events = client.events();
    for _ in 0..2 {
        server.stop().await.unwrap();
        let many = || asked.lock().unwrap().len() >= 4;
        eventually(PATIENCE, "it is asked several times", many).await;
        server.restart().await.unwrap();
        connected(&mut events).await;
        let numbers = std::mem::take(&mut *asked.lock().unwrap());
        assert_eq!(numbers[..4], [1, 2, 3, 4]);
    }
}

/// The callback pins one server, then names one that is not in the pool.
// spec: A40-32, CON-33, ERR-24
#[tokio::test]
async fn the_user_may_choose_the_server() {
    let cluster = Cluster::start(3, Server::builder()).await.unwrap();
    let wish = Arc::new(Mutex::new(Some(cluster.servers()[2].url())));
    let (wanted, seen) = (Arc::clone(&wish), Arc::new(Mutex::new((0, String::new()))));
    let noted = Arc::clone(&seen);
    let policy = ReconnectPolicy::new().select_server(move |candidates| {
        *noted.lock().unwrap() = (candidates.servers.len(), candidates.info.server_name.clone());
        let url = wanted.lock().unwrap().clone()?;
        let server = url.into_servers().unwrap().remove(0);
        Some(ServerChoice::new(server).after(Duration::from_millis(1)))
    });
    let options = ConnectOptions::new().reconnect(policy).ignore_advertised_servers();
    let client = options.connect(cluster.client_url()).await.unwrap();
    let mut events = client.events();
    for round in 2..=4 {
        assert_eq!(client.server_info().server_name, "n3");
        client.force_reconnect();
        assert_eq!(connected(&mut events).await, round);
    }
    assert_eq!(*seen.lock().unwrap(), (3, "n3".to_owned()));

    *wish.lock().unwrap() = Some("nats://foreign:4222".to_owned());
    client.force_reconnect();
    let foreign = event(&mut events, |event| match event {
        Event::ServerNotInPool { server } => Some(server),
        _ => None,
    });
    assert_eq!(foreign.await, "foreign:4222");
    assert_eq!(connected(&mut events).await, 5);
    assert_ne!(client.server_info().server_name, "n3", "the server just left comes last");
}

/// A new pool counts from the next attempt on.
// spec: A40-31, CON-32
#[tokio::test]
async fn the_pool_can_be_replaced() {
    let [first, second] = [Server::start().await.unwrap(), Server::start().await.unwrap()];
    let client = quick().connect(first.url()).await.unwrap();
    let mut events = client.events();
    let none: [&str; 0] = [];
    assert_eq!(client.set_server_pool(none).unwrap_err().kind(), ErrorKind::BadOptions);
    assert_eq!(client.set_server_pool("http://x").unwrap_err().kind(), ErrorKind::BadOptions);
    assert_eq!(pool(&client), [(first.addr().to_string(), false)]);

    client.set_server_pool(second.url()).unwrap();
    client.flush().await.unwrap();
    assert_eq!(client.connected_server().unwrap().epoch, 1, "the connection stays");
    client.force_reconnect();
    assert_eq!(connected(&mut events).await, 2);
    assert_eq!(client.connected_server().unwrap().address.to_string(), second.addr().to_string());
}

/// Every server is tried once before the first connect fails; the others are tried when one refuses.
// spec: A40-03, A40-09, CON-22
#[tokio::test]
async fn the_first_connect_tries_every_server() {
    let dead = [nobody(), nobody()];
    let error = quick().connect([dead[0].url(), dead[1].url()]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");

    let server = Server::start().await.unwrap();
    let all = [dead[0].url(), dead[1].url(), server.url()];
    let client = quick().keep_server_order().connect(all).await.unwrap();
    assert_eq!(client.connected_server().unwrap().address.port(), server.port());
    let failures: Vec<u32> = client.server_pool().iter().map(|server| server.failures).collect();
    assert_eq!(failures, [1, 1, 0]);
}

/// Connecting in the background reports every failure.
// spec: A40-09, CON-23, EVT-09
#[tokio::test]
async fn failures_of_a_connect_in_the_background_are_events() {
    let server = Server::start().await.unwrap();
    server.stop().await.unwrap();
    let client = quick().initial_connect(InitialConnect::Background).connect(server.url()).await;
    let client = client.unwrap();
    let mut events = client.events();
    assert_eq!((client.max_payload(), client.connected_server()), (None, None));
    client.publish("early", vec![0; 2 << 20]).await.unwrap();
    for _ in 0..2 {
        let failed = event(&mut events, |event| match event {
            Event::ConnectFailed { server, kind, .. } => Some((server, kind)),
            _ => None,
        });
        let (failed, kind) = failed.await;
        assert_eq!(failed, server.addr().to_string());
        assert!(matches!(kind, ErrorKind::Connect(_)));
    }
    assert!(client.last_error().is_some());
    assert!(client.server_pool()[0].failures >= 2);
    server.restart().await.unwrap();
    assert_eq!(connected(&mut events).await, 1);
    let known = &client.server_pool()[0];
    assert_eq!((known.failures, &known.last_error), (0, &None), "a success forgets them");
}
