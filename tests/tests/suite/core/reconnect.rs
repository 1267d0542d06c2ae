//! A reconnect is never a crash.

use nats_actors::{Client, ConnectStage, ErrorKind, Event, InitialConnect};
use nats_actors_tests::eventually;
use std::time::Duration;

use super::kit::{PATIENCE, next, options, within};
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        subscriptions_survive_kill_and_restart,
        a_client_may_wait_for_its_first_server,
        ending_while_disconnected_is_final,
        bytes_may_come_in_any_pieces;
}

async fn subscriptions_survive_kill_and_restart(over: Over) {
    let (server, client) = over.server_and_client().await;
    let mut sub = client.subscribe("a").await.unwrap();
    let mut limited = client.subscribe("a").max_messages(3).await.unwrap();
    client.publish("a", "1").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"1");
    let mut events = client.events();
    server.kill().unwrap();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
    client.publish("a", "kept").await.unwrap();
    server.restart().await.unwrap();

    assert_eq!(next(&mut sub).await.payload(), b"kept");
    client.publish("a", "3").await.unwrap();
    client.publish("a", "4").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"3");
    for expected in ["1", "kept", "3"] {
        assert_eq!(next(&mut limited).await.payload(), expected.as_bytes());
    }
    assert!(within(PATIENCE, limited.next()).await.is_none(), "the maximum counts over reconnects");
    assert!(matches!(events.next().await, Some(Event::Disconnected { epoch: 1, .. })));
    let connected = within(PATIENCE, async {
        loop {
            if let Some(Event::Connected { epoch, .. }) = events.next().await {
                return epoch;
            }
        }
    });
    assert_eq!((connected.await, client.statistics().reconnects), (2, 1));
}

#[tokio::test]
async fn nothing_there_is_a_prompt_and_clear_error() {
    let error = Client::connect("nats://127.0.0.1:1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Dial));
    assert_eq!(error.subject(), Some("127.0.0.1:1"));

    let name = Client::connect("nats://does-not-exist.invalid").await.unwrap_err();
    assert_eq!(name.kind(), ErrorKind::Connect(ConnectStage::Resolve));
    let bad = Client::connect("http://x").await.unwrap_err();
    assert_eq!(bad.kind(), ErrorKind::BadOptions);
}

async fn a_client_may_wait_for_its_first_server(over: Over) {
    let server = over.server().await;
    server.kill().unwrap();
    let waiting = options().initial_connect(InitialConnect::WaitFor(PATIENCE));
    let background = options().initial_connect(InitialConnect::Background);
    let early = background.connect(over.url(&server)).await.unwrap();
    early.publish("early", "").await.unwrap();
    let late = tokio::spawn(waiting.connect(over.url(&server)).into_future());
    server.restart().await.unwrap();

    let client = within(PATIENCE, late).await.unwrap().unwrap();
    assert!(client.state().is_connected());
    early.flush().timeout(PATIENCE).await.unwrap();
}

/// e9, e9b: close and drain end by their deadline while disconnected, and nobody dials afterwards.
async fn ending_while_disconnected_is_final(over: Over) {
    let server = over.server().await;
    let (proxy, url) = over.proxy(&server).await;
    for how in 0..3 {
        let client = Client::connect(&url).await.unwrap();
        let tasks = client.watch_state();
        proxy.refuse(true);
        proxy.cut();
        eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
        client.publish("kept", "").await.unwrap();
        let limit = Duration::from_millis(100);
        let mut watch = tasks;
        match how {
            0 => assert_eq!(client.drain().timeout(limit).await.unconfirmed, 1),
            1 => assert_eq!(client.close().timeout(limit).await.unconfirmed, 1),
            _ => drop(client),
        }
        within(PATIENCE, async { while watch.connected().await.is_some() {} }).await;
        // The proxy takes connections in turn: what was dialled before this one is refused by now.
        let (refused, _) = (proxy.refused(), tokio::net::TcpStream::connect(proxy.addr()).await);
        eventually(PATIENCE, "it is refused", || proxy.refused() > refused).await;
        proxy.refuse(false);
        assert_eq!(proxy.open(), 0);
    }
    assert_eq!(proxy.accepted(), 3);
}

async fn bytes_may_come_in_any_pieces(over: Over) {
    let server = over.server().await;
    let (proxy, url) = over.proxy(&server).await;
    for direction in
        [nats_actors::testing::Direction::ToClient, nats_actors::testing::Direction::ToServer]
    {
        proxy.split(direction, 1);
    }
    let client = Client::connect(&url).await.unwrap();
    let mut sub = client.subscribe("pieces").await.unwrap();
    for n in 0..50_usize {
        client.publish("pieces", vec![b'x'; n]).header("N", n.to_string()).await.unwrap();
    }
    for n in 0..50_usize {
        let message = next(&mut sub).await;
        assert_eq!(message.payload().len(), n);
        assert_eq!(message.headers().unwrap().get("N"), Some(n.to_string().as_str()));
    }
}
