//! What the tests of moves share.

use std::time::Duration;

use nats_actors::testing::{Peer, ScriptedServer};
use nats_actors::{Client, ConnectOptions, Event, Events, HandoverPolicy};

use crate::core::kit::{PATIENCE, within};

/// Moves at once; both servers deliver for so long.
pub(super) fn moving(overlap: Duration) -> ConnectOptions {
    let policy = HandoverPolicy::new().delay(Duration::ZERO).overlap(overlap);
    ConnectOptions::new().handover(policy).keep_server_order()
}

/// The next event that `wanted` takes; the ones before are skipped, but must not be a disconnect.
pub(super) async fn event<T>(events: &mut Events, wanted: impl Fn(&Event) -> Option<T>) -> T {
    within(PATIENCE, async {
        loop {
            let event = events.next().await.expect("the client is open");
            if let Some(found) = wanted(&event) {
                return found;
            }
            assert!(!matches!(event, Event::Disconnected { .. }), "{event:?}");
        }
    })
    .await
}

pub(super) async fn moved(events: &mut Events) -> (u64, String) {
    event(events, |event| match event {
        Event::Moved { epoch, server } => Some((*epoch, server.clone())),
        _ => None,
    })
    .await
}

pub(super) async fn lame_duck(events: &mut Events) {
    event(events, |event| (*event == Event::LameDuck).then_some(())).await;
}

/// A client that is connected to `server` alone.
pub(super) async fn connected(
    server: &ScriptedServer,
    url: &str,
    options: ConnectOptions,
) -> (Client, Peer) {
    let connect = tokio::spawn(options.connect(url).into_future());
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    (within(PATIENCE, connect).await.unwrap().unwrap(), peer)
}

/// A server with a name of its own, in the middle of its handshake.
pub(super) async fn introduced(server: &ScriptedServer, name: &str) -> Peer {
    introduced_with(server, name, "\"headers\":true,\"max_payload\":1048576").await
}

/// The same with these members of its INFO.
pub(super) async fn introduced_with(server: &ScriptedServer, name: &str, members: &str) -> Peer {
    let mut peer = server.accept().await.unwrap();
    let info = format!(
        "INFO {{\"server_id\":\"{name}\",\"server_name\":\"{name}\",\"version\":\"2.15.1\",\
         \"proto\":1,{members}}}\r\n"
    );
    peer.send(info).await.unwrap();
    peer.expect("CONNECT").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();
    peer
}

/// A move at the time at which the new server knows all, and the old one has not confirmed the last PING yet.
pub(super) async fn holding(
    old: &ScriptedServer,
    new: &ScriptedServer,
    options: ConnectOptions,
    members: &str,
) -> (Client, Events, Peer, Peer) {
    let urls = format!("{},{}", old.url(), new.url());
    let (client, mut left) = connected(old, &urls, options).await;
    let events = client.events();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced_with(new, "NEW", members).await;
    joined.expect("PING").await.unwrap();
    joined.send("PONG\r\n").await.unwrap();
    left.expect("PING").await.unwrap();
    (client, events, left, joined)
}
