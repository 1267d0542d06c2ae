//! A client ends by its deadline in every state, and leaves nothing behind.

use std::time::{Duration, Instant};

use nats_actors::testing::{Direction, Proxy, ScriptedServer, Server};
use nats_actors::{Client, CloseReason, ConnectOptions, ErrorKind, Event, InitialConnect};
use nats_actors::{ReconnectPolicy, ServerChoice};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, disconnected, nobody, quick, scripted, within};

/// Long enough for a loaded machine, short enough to show that nobody waits for a timeout of seconds.
const LIMIT: Duration = Duration::from_millis(100);
const SLACK: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug)]
enum End {
    Close,
    Drain,
    Drop,
}

const ENDS: [End; 3] = [End::Close, End::Drain, End::Drop];

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// Ends the client, which must be over in time, with all of its tasks.
async fn end(client: Client, how: End, before: usize) {
    let begin = Instant::now();
    let mut state = client.watch_state();
    match how {
        End::Close => drop(client.close().timeout(LIMIT).await),
        End::Drain => drop(client.drain().timeout(LIMIT).await),
        End::Drop => {}
    }
    drop(client);
    within(PATIENCE, state.closed()).await;
    let what = format!("no task is left of {before} after {how:?}");
    eventually(PATIENCE, &what, || tasks() <= before).await;
    assert!(begin.elapsed() < SLACK, "{how:?} took {:?}", begin.elapsed());
}

fn options() -> ConnectOptions {
    ConnectOptions::new()
        .initial_connect(InitialConnect::Background)
        .drain_timeout(LIMIT)
        .connect_timeout(PATIENCE)
}

/// e9, e9b: connecting to a peer that is silent.
// spec: CON-08, CON-56, CON-57, G-03
#[tokio::test]
async fn ending_while_a_login_is_under_way() {
    let silent = ScriptedServer::start().unwrap();
    for how in ENDS {
        let before = tasks();
        let client = options().connect(silent.url()).await.unwrap();
        let peer = silent.accept().await.unwrap();
        client.publish("kept", "").await.unwrap();
        end(client, how, before).await;
        drop(peer);
    }
}

/// e9, e9b: waiting for the next attempt, by a backoff or by the wish of the user.
// spec: CON-56, CON-57, G-03, ERR-03
#[tokio::test]
async fn ending_while_waiting_to_dial() {
    let nobody = nobody();
    let slow = ReconnectPolicy::new().delay_with(|_| PATIENCE);
    let wish = ReconnectPolicy::new().select_server(|candidates| {
        Some(ServerChoice::new(candidates.servers[0].address.clone()).after(PATIENCE))
    });
    for policy in [slow, wish] {
        for how in ENDS {
            let before = tasks();
            let client = options().reconnect(policy.clone()).connect(nobody.url()).await.unwrap();
            client.publish("kept", "").await.unwrap();
            end(client, how, before).await;
        }
    }
}

/// Connected to a peer that reads nothing, with more under way than the sockets hold.
// spec: CON-25, CON-56, CON-57, G-03
#[tokio::test]
async fn ending_while_the_peer_is_frozen() {
    let server = Server::start().await.unwrap();
    for how in ENDS {
        let before = tasks();
        let client = options().connect(server.url()).await.unwrap();
        let mut sub = client.subscribe("a").await.unwrap();
        server.pause().unwrap();
        while client.try_publish("a", vec![0; 100_000]).is_ok() {}
        let taking = tokio::spawn(async move { while sub.next().await.is_some() {} });
        // A subscription keeps the client: it is closed for the drop to count.
        if let End::Drop = how {
            taking.abort();
            let _ = taking.await;
        }
        end(client, how, before).await;
        server.resume().unwrap();
    }
}

/// Draining already: whoever ends it first ends it for all, and all hear the same.
// spec: CON-56, G-03
#[tokio::test]
async fn ends_that_meet_agree() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    let mut events = client.events();
    let _untaken = client.subscribe("a").await.unwrap();
    client.publish("a", "1").await.unwrap();
    client.flush().await.unwrap();
    server.pause().unwrap();
    client.publish("b", "").await.unwrap();
    let (drained, closed, again) = within(SLACK, async {
        tokio::join!(
            client.drain().timeout(PATIENCE).into_future(),
            client.close().timeout(LIMIT).into_future(),
            client.drain().timeout(2 * PATIENCE).into_future(),
        )
    })
    .await;

    assert_eq!((drained.unconfirmed, closed.unconfirmed, again), (1, 1, drained));
    let late = within(SLACK, client.close().into_future()).await;
    assert_eq!((late, client.closed().await), (closed, CloseReason::Requested));
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event);
    }
    let count = |wanted: &Event| seen.iter().filter(|event| *event == wanted).count();
    let end = Event::Closed { reason: CloseReason::Requested };
    assert_eq!((count(&Event::Draining), count(&end)), (1, 1), "{seen:?}");
    server.resume().unwrap();
}

/// Everybody who waits for the client is woken: requests, flushes, publishes without room, subscriptions, observers.
// spec: G-03, CON-56, ERR-01
#[tokio::test]
async fn closing_wakes_every_waiting_future() {
    let server = Server::start().await.unwrap();
    let client = quick().outbox_bytes(1000).connect(server.url()).await.unwrap();
    let before = tasks();
    let mut sub = client.subscribe("a").await.unwrap();
    server.pause().unwrap();
    let mut waiting = Vec::new();
    for n in 0..100 {
        let client = client.clone();
        waiting.push(tokio::spawn(async move {
            match n % 3 {
                0 => client.request("a", "").timeout(PATIENCE).await.map(drop),
                1 => client.flush().timeout(PATIENCE).await,
                _ => client.publish("a", vec![0; 800]).deadline(PATIENCE).await,
            }
        }));
    }
    let taking = tokio::spawn(async move { sub.next().await.is_none() });
    let full = || client.try_publish("a", vec![0; 800]).is_err();
    eventually(PATIENCE, "the outbox is full", full).await;
    let begin = Instant::now();
    within(PATIENCE, client.close().timeout(LIMIT).into_future()).await;

    for waiting in waiting {
        if let Err(error) = within(PATIENCE, waiting).await.unwrap() {
            let known = [ErrorKind::Closed, ErrorKind::Draining, ErrorKind::Disconnected];
            assert!(known.contains(&error.kind()), "{error}");
        }
    }
    assert!(within(PATIENCE, taking).await.unwrap());
    assert!(begin.elapsed() < SLACK, "{:?}", begin.elapsed());
    eventually(PATIENCE, "its tasks are gone", || tasks() < before).await;
    server.resume().unwrap();
}

/// A future that is dropped does not stop the end that it began.
// spec: G-03
#[tokio::test]
async fn a_close_that_nobody_waits_for_goes_on() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    server.pause().unwrap();
    client.publish("a", "").await.unwrap();
    let cut = tokio::time::timeout(LIMIT / 4, client.close().timeout(LIMIT).into_future());
    assert!(cut.await.is_err());

    within(SLACK, client.closed()).await;
    server.resume().unwrap();
}

/// e1, while disconnected: the last handle waits for the next server, and what it had is delivered.
// spec: CON-59
#[tokio::test]
async fn what_a_dropped_client_had_reaches_the_next_server() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let receiver = Client::connect(server.url()).await.unwrap();
    let mut sub = receiver.subscribe("kept").await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    proxy.refuse(true);
    proxy.cut();
    disconnected(&mut events).await;
    for n in 0..10 {
        client.publish("kept", n.to_string()).await.unwrap();
    }
    drop(client);
    proxy.refuse(false);
    for n in 0..10 {
        let message = within(PATIENCE, sub.next()).await.unwrap();
        assert_eq!(message.payload(), n.to_string().as_bytes());
    }
    let mut last = None;
    while let Some(event) = within(PATIENCE, events.next()).await {
        last = Some(event);
    }
    assert_eq!(last, Some(Event::Closed { reason: CloseReason::Dropped }));
}

/// A client with nothing to flush does not wait for a server to end.
#[tokio::test]
async fn a_dropped_client_with_nothing_to_say_ends_at_once() {
    let nobody = nobody();
    let before = tasks();
    let client = options().drain_timeout(PATIENCE).connect(nobody.url()).await.unwrap();
    end(client, End::Drop, before).await;
}

/// Waiting for the first server ends with the reason why there was none.
// spec: A40-09, CON-08
#[tokio::test]
async fn a_wait_for_the_first_server_tells_why_there_was_none() {
    let (before, nobody) = (tasks(), nobody());
    let wait = InitialConnect::WaitFor(LIMIT);
    let error = quick().initial_connect(wait).connect(nobody.url()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let cause = std::error::Error::source(&error).expect("there is a cause").to_string();
    assert!(cause.contains("cannot be reached"), "{cause}");
    eventually(PATIENCE, "its tasks are gone", || tasks() <= before).await;
}

/// A connect that is dropped at any time leaves nothing.
#[tokio::test]
async fn a_connect_that_is_dropped_leaves_nothing() {
    let silent = ScriptedServer::start().unwrap();
    let before = tasks();
    for wait in [0, 5, 20] {
        let connect = ConnectOptions::new().connect(silent.url()).into_future();
        assert!(tokio::time::timeout(Duration::from_millis(wait), connect).await.is_err());
    }
    eventually(PATIENCE, "its tasks are gone", || tasks() <= before).await;
}

/// 2.20: handlers that end their client, while others do so too, and the connection comes and goes.
// spec: CON-57, G-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_20_ending_from_a_handler_does_not_deadlock() {
    let server = Server::start().await.unwrap();
    for how in 0..4 {
        let client = quick().drain_timeout(PATIENCE).connect(server.url()).await.unwrap();
        let inner = client.clone();
        let handler = move |_| {
            let client = inner.clone();
            async move {
                client.force_reconnect();
                match how {
                    0 => drop(client.close().await),
                    1 => client.drain().begin(),
                    2 => drop(client.drain().timeout(LIMIT).await),
                    _ => client.close().begin(),
                }
            }
        };
        let _handler = client.subscribe("end").for_each(4, handler).await.unwrap();
        for _ in 0..4 {
            // A handler may have begun the end already.
            let _ = client.publish("end", "").await;
        }
        let others = async { tokio::join!(client.flush().into_future(), client.closed()).1 };
        assert_eq!(within(PATIENCE / 2, others).await, CloseReason::Requested);
    }
}

/// 2.20: drops and reconnects at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_20_a_drop_in_the_middle_of_a_reconnect_does_not_deadlock() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    for n in 0..20 {
        let client = quick().connect(proxy.url()).await.unwrap();
        let mut state = client.watch_state();
        proxy.cut();
        // Time has to pass: each round drops it at another moment of the reconnect.
        tokio::time::sleep(Duration::from_millis(n % 7)).await;
        drop(client);
        within(PATIENCE, state.closed()).await;
    }
    eventually(PATIENCE, "no connection is left", || proxy.open() == 0).await;
}

/// A peer that stalls while the last handle goes: the socket is closed at the deadline.
#[tokio::test]
async fn the_socket_of_a_client_that_ended_is_closed() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick().drain_timeout(LIMIT), &server).await;
    client.publish("a", "x").await.unwrap();
    drop(client);
    assert_eq!(peer.expect("PUB").await.unwrap(), "PUB a 1");
    let closed = within(PATIENCE, async { while peer.line().await.is_ok() {} });
    closed.await;
}

/// The stalled direction of a proxy, to be sure that a close does not need an answer.
#[tokio::test]
async fn a_close_reports_what_nobody_confirmed() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    proxy.stall(Direction::Both);
    for _ in 0..7 {
        client.publish("a", "").await.unwrap();
    }
    let report = within(SLACK, client.close().timeout(LIMIT).into_future()).await;
    assert_eq!(report.unconfirmed, 7);
}
