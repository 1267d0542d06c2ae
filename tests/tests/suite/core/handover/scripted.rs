//! The order of events of a move, with servers that say what a test tells them to.

use std::time::Duration;

use nats_actors::testing::ScriptedServer;
use nats_actors::{ConnectionState, Event, HandoverPolicy};
use nats_actors_tests::eventually;

use super::kit::{connected, introduced, lame_duck, moved, moving};
use crate::core::kit::{PATIENCE, next, options, within};

const OVERLAP: Duration = Duration::from_millis(200);

// spec: A05-01, A05-02, CON-35, EVT-12, A40-24, CON-18
/// Both connections stand at once: subscriptions first, then publishes, and the old one is left last.
#[tokio::test]
async fn a_move_makes_before_it_breaks() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(&old, &urls, moving(OVERLAP)).await;
    let mut events = client.events();
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    let mut some = client.subscribe("b").max_messages(3).unconfirmed().await.unwrap();
    for line in ["SUB a 1", "SUB b 2", "UNSUB 2 3"] {
        assert_eq!(left.line().await.unwrap(), line);
    }
    left.send("MSG b 2 1\r\n1\r\n").await.unwrap();
    next(&mut some).await;
    left.send_info("\"ldm\":true").await.unwrap();

    let mut joined = introduced(&new, "NEW").await;
    for line in ["SUB a 1", "SUB b 2", "UNSUB 2 2", "PING"] {
        assert_eq!(joined.line().await.unwrap(), line);
    }
    lame_duck(&mut events).await;
    client.publish("x", "1").await.unwrap();
    assert_eq!(left.line().await.unwrap(), "PUB x 1");
    left.payload(1).await.unwrap();
    // What the new server brings meanwhile waits for the old one to bring it too.
    joined.send("MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\nPONG\r\n").await.unwrap();
    left.send("MSG a 1 1\r\n1\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"1");
    left.expect("PING").await.unwrap();
    client.publish("x", "2").await.unwrap();
    assert_eq!(client.state(), ConnectionState::Connected { epoch: 1 });
    left.send("PONG\r\n").await.unwrap();
    assert_eq!(joined.line().await.unwrap(), "PUB x 1");
    assert_eq!(joined.payload(1).await.unwrap(), b"2");
    assert_eq!(moved(&mut events).await, (2, new.addr().to_string()));
    assert_eq!(client.state(), ConnectionState::Connected { epoch: 2 });

    for line in ["UNSUB 1", "UNSUB 2", "PING"] {
        assert_eq!(left.line().await.unwrap(), line);
    }
    left.send("PONG\r\n").await.unwrap();
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"2", "only the new server brought it");
    assert!(left.line().await.is_err(), "the old connection is closed");
    let event = tokio::time::timeout(OVERLAP, events.next()).await;
    assert!(event.is_err(), "{event:?}");
    let twice = tokio::time::timeout(OVERLAP, sub.next()).await;
    assert!(twice.is_err(), "{twice:?}");
}

// spec: A05-01, A05-03
/// With one server there is nowhere to go: the event is raised, and nobody dials until the server closes.
#[tokio::test]
async fn a_lonely_server_is_kept_until_it_closes() {
    let server = ScriptedServer::start().unwrap();
    let options = moving(OVERLAP).ignore_advertised_servers();
    let (client, mut peer) = connected(&server, &server.url(), options).await;
    let mut events = client.events();
    for _ in 0..2 {
        peer.send_info("\"ldm\":true,\"connect_urls\":[\"127.0.0.1:1\"]").await.unwrap();
        lame_duck(&mut events).await;
    }
    let event = tokio::time::timeout(Duration::from_millis(500), events.next()).await;
    assert!(event.is_err(), "each notification is one event, and nothing follows: {event:?}");
    drop(peer);
    assert!(matches!(events.next().await, Some(Event::Disconnected { epoch: 1, .. })));
    let mut again = server.accept().await.unwrap();
    again.handshake().await.unwrap();
    eventually(PATIENCE, "it is connected again", || client.state().epoch() == Some(2)).await;
}

// spec: A05-01
/// Who does not want to move sees the event all the same.
#[tokio::test]
async fn a_client_may_stay() {
    let (server, other) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", server.url(), other.url());
    let options = options().keep_server_order().handover(HandoverPolicy::new().stay());
    let (client, mut peer) = connected(&server, &urls, options).await;
    let mut events = client.events();
    peer.send_info("\"ldm\":true").await.unwrap();
    lame_duck(&mut events).await;

    let dialled = tokio::time::timeout(Duration::from_millis(300), other.accept()).await;
    assert!(dialled.is_err());
    assert_eq!(client.state().epoch(), Some(1));
}

// spec: A05-02
/// A second name of the server that is about to shut down is no other server.
#[tokio::test]
async fn the_same_server_by_another_name_is_not_moved_to() {
    let (server, alias) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let other = ScriptedServer::start().unwrap();
    let urls = format!("{},{},{}", server.url(), alias.url(), other.url());
    let (client, mut peer) = connected(&server, &urls, moving(OVERLAP)).await;
    let mut events = client.events();
    peer.send_info("\"ldm\":true").await.unwrap();
    // The same id as the first one.
    alias.accept().await.unwrap().handshake().await.unwrap();
    let mut joined = introduced(&other, "OTHER").await;
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();

    assert_eq!(moved(&mut events).await.1, other.addr().to_string());
}

// spec: A05-02
/// A new server that fails leaves everything as it was, and the next one is tried.
#[tokio::test]
async fn a_new_server_that_fails_is_replaced() {
    let (old, bad) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), bad.url());
    let (client, mut peer) = connected(&old, &urls, moving(OVERLAP)).await;
    let mut events = client.events();
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    peer.expect("SUB").await.unwrap();
    peer.send_info("\"ldm\":true").await.unwrap();
    let mut first = introduced(&bad, "NEW").await;
    first.expect("SUB").await.unwrap();
    first.send("MSG a 1 1\r\n1\r\n").await.unwrap();
    first.reset();
    peer.send("MSG a 1 1\r\n1\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"1");

    let mut second = introduced(&bad, "NEW").await;
    second.expect("SUB").await.unwrap();
    second.expect("PING").await.unwrap();
    second.send("PONG\r\n").await.unwrap();
    peer.expect("PING").await.unwrap();
    second.reset();
    client.publish("x", "1").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();
    assert_eq!(peer.line().await.unwrap(), "PUB x 1", "the stream returns to the old server");
    peer.payload(1).await.unwrap();
    let flush = tokio::spawn({
        let client = client.clone();
        async move { client.flush().await }
    });
    peer.expect("PING").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();
    within(PATIENCE, flush).await.unwrap().unwrap();

    let mut third = introduced(&bad, "NEW").await;
    third.expect("SUB").await.unwrap();
    third.expect("PING").await.unwrap();
    third.send("PONG\r\n").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();
    moved(&mut events).await;
    assert_eq!(client.statistics().unconfirmed, 0);
    let twice = tokio::time::timeout(OVERLAP, sub.next()).await;
    assert!(twice.is_err(), "the one that failed has brought it, too: {twice:?}");
}

// spec: A05-02
/// The old server dies in the middle: what it had is accounted for, and the new connection takes over at once.
#[tokio::test]
async fn a_loss_in_the_middle_is_taken_over() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut peer) = connected(&old, &urls, moving(OVERLAP)).await;
    let mut events = client.events();
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    peer.expect("SUB").await.unwrap();
    peer.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced(&new, "NEW").await;
    joined.expect("SUB").await.unwrap();
    joined.expect("PING").await.unwrap();
    client.publish("x", "1").await.unwrap();
    peer.expect("PUB").await.unwrap();
    peer.payload(1).await.unwrap();
    joined.send("PONG\r\nMSG a 1 1\r\n1\r\n").await.unwrap();
    peer.expect("PING").await.unwrap();
    client.publish("x", "2").await.unwrap();
    drop(peer);

    let mut seen = Vec::new();
    within(PATIENCE, async {
        while let Some(event) = events.next().await {
            let last = matches!(event, Event::PublishLoss(_));
            seen.push(event);
            if last {
                break;
            }
        }
    })
    .await;
    assert!(matches!(
        seen.last(),
        Some(Event::PublishLoss(loss)) if (loss.first, loss.last) == (1, 1)
    ));
    assert_eq!(joined.line().await.unwrap(), "PUB x 1");
    assert_eq!(joined.payload(1).await.unwrap(), b"2");
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"1", "what the new server brought is not lost");
    eventually(PATIENCE, "it took over", || client.state().epoch() == Some(2)).await;
    assert!(new_is_alone(&new).await);
}

// spec: A05-02, G-01
/// A drain in the middle of a move asks both servers, and what only one of them has brought is delivered.
#[tokio::test]
async fn a_drain_in_the_middle_asks_both() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(&old, &urls, moving(Duration::from_secs(20))).await;
    let mut events = client.events();
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    left.expect("SUB").await.unwrap();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced(&new, "NEW").await;
    joined.expect("SUB").await.unwrap();
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    left.expect("PING").await.unwrap();
    left.send("PONG\r\n").await.unwrap();
    moved(&mut events).await;

    let drained = tokio::spawn(async move {
        sub.drain().await.unwrap();
        let mut payloads = Vec::new();
        while let Some(message) = sub.next().await {
            payloads.push(message.payload().to_vec());
        }
        payloads
    });
    joined.expect("UNSUB").await.unwrap();
    joined.expect("PING").await.unwrap();
    left.expect("UNSUB").await.unwrap();
    joined.send("MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\nPONG\r\n").await.unwrap();
    left.expect("PING").await.unwrap();
    left.send("MSG a 1 1\r\n1\r\nPONG\r\n").await.unwrap();
    assert_eq!(within(PATIENCE, drained).await.unwrap(), [b"1", b"2"]);
}

// spec: A05-02, CON-18
/// A maximum counts what is delivered, not what two servers bring; then both are told that it is over.
#[tokio::test]
async fn a_maximum_counts_each_message_once() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(&old, &urls, moving(Duration::from_secs(20))).await;
    let mut sub = client.subscribe("a").max_messages(3).unconfirmed().await.unwrap();
    left.expect("SUB").await.unwrap();
    left.expect("UNSUB").await.unwrap();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced(&new, "NEW").await;
    for line in ["SUB a 1", "UNSUB 1 3", "PING"] {
        assert_eq!(joined.line().await.unwrap(), line);
    }
    let messages = "MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\n";
    left.send(messages).await.unwrap();
    joined.send(messages).await.unwrap();
    for payload in [b"1", b"2"] {
        assert_eq!(next(&mut sub).await.payload(), payload);
    }
    left.send("MSG a 1 1\r\n3\r\nMSG a 1 1\r\n4\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"3");
    assert!(within(PATIENCE, sub.next()).await.is_none(), "the maximum is the end");
    for peer in [&mut left, &mut joined] {
        assert_eq!(peer.line().await.unwrap(), "UNSUB 1");
    }
}

// spec: A05-02
/// Replies may come on either connection: each counts once, and none waits for the slower one.
#[tokio::test]
async fn a_reply_counts_once() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(&old, &urls, moving(Duration::from_secs(20))).await;
    let mut responses = client.request_many("ask", "").max_messages(3).await.unwrap();
    let announced = left.expect("SUB").await.unwrap();
    let sid = announced.rsplit(' ').next().unwrap().to_owned();
    let asked = left.expect("PUB").await.unwrap();
    let reply = asked.split(' ').nth(2).unwrap().to_owned();
    left.payload(0).await.unwrap();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced(&new, "NEW").await;
    joined.expect("SUB").await.unwrap();
    joined.expect("PING").await.unwrap();

    let answer = |text: &str| format!("MSG {reply} {sid} 1\r\n{text}\r\n");
    for (first, second, text) in [(0, 1, "a"), (1, 0, "b"), (1, 0, "c")] {
        let peers = [&mut left, &mut joined];
        peers.into_iter().nth(first).unwrap().send(answer(text)).await.unwrap();
        let response = within(PATIENCE, responses.next()).await.unwrap();
        assert_eq!(response.payload(), text.as_bytes());
        let peers = [&mut left, &mut joined];
        peers.into_iter().nth(second).unwrap().send(answer(text)).await.unwrap();
    }
}

// spec: A05-02, CON-06
/// Without echo nothing is published while both connections listen: each server would deliver what goes to the other one.
#[tokio::test]
async fn without_echo_publishes_wait_until_one_connection_listens() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(&old, &urls, moving(OVERLAP).no_echo()).await;
    let mut events = client.events();
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    left.expect("SUB").await.unwrap();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced(&new, "NEW").await;
    left.expect("PING").await.unwrap();
    left.send("PONG\r\n").await.unwrap();
    assert_eq!(joined.line().await.unwrap(), "SUB a 1");
    client.publish("a", "own").await.unwrap();
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\nMSG a 1 5\r\nother\r\n").await.unwrap();
    assert_eq!(left.line().await.unwrap(), "UNSUB 1");
    left.expect("PING").await.unwrap();
    left.send("PONG\r\n").await.unwrap();
    assert_eq!(joined.line().await.unwrap(), "PUB a 3");
    joined.payload(3).await.unwrap();
    moved(&mut events).await;
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"other");
}

/// Nobody dials again.
async fn new_is_alone(server: &ScriptedServer) -> bool {
    tokio::time::timeout(Duration::from_millis(200), server.accept()).await.is_err()
}
