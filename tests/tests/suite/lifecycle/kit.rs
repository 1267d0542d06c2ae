//! What the tests of a connection's life share.

use std::time::Duration;

use nats_actors::testing::{Peer, ScriptedServer, Server};
use nats_actors::{Client, ConnectOptions, Event, Events, ReconnectPolicy};

pub(crate) use crate::core::kit::{PATIENCE, within};

/// The first event from here on for which `pick` has an answer.
pub(crate) async fn event<T>(events: &mut Events, pick: impl Fn(Event) -> Option<T>) -> T {
    within(PATIENCE, async {
        loop {
            let event = events.next().await.expect("the events ended");
            if let Some(picked) = pick(event) {
                return picked;
            }
        }
    })
    .await
}

/// Waits for the next connection; returns its epoch.
pub(crate) async fn connected(events: &mut Events) -> u64 {
    let pick = |event| match event {
        Event::Connected { epoch, .. } => Some(epoch),
        _ => None,
    };
    event(events, pick).await
}

/// Waits until the connection is lost.
pub(crate) async fn disconnected(events: &mut Events) {
    event(events, |event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
}

/// Reconnects quickly, so that tests are quick.
pub(crate) fn quick() -> ConnectOptions {
    let delay = Duration::from_millis(5);
    ConnectOptions::new().reconnect(ReconnectPolicy::new().delay(delay, 4 * delay))
}

/// An address at which nobody listens.
pub(crate) async fn nobody() -> String {
    let server = Server::start().await.unwrap();
    let url = server.url();
    server.stop().await.unwrap();
    url
}

/// A client of a scripted server, and its connection there.
pub(crate) async fn scripted(options: ConnectOptions, server: &ScriptedServer) -> (Client, Peer) {
    let (client, peer) = tokio::join!(options.connect(server.url()).into_future(), async {
        let mut peer = server.accept().await.unwrap();
        peer.handshake().await.unwrap();
        peer
    });
    (client.unwrap(), peer)
}
