//! What the tests of a connection's life share.

use std::net::Ipv4Addr;
use std::time::Duration;

use nats_actors::testing::{Peer, ScriptedServer};
use nats_actors::{Client, ConnectOptions, Event, Events, ReconnectPolicy};
use tokio::net::TcpSocket;

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

/// An address at which nobody listens: while this lives the port is taken, so that no other server can get it.
pub(crate) struct Nobody {
    _socket: TcpSocket,
    port: u16,
}

impl Nobody {
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
}

/// Somewhere else than every other one.
pub(crate) fn nobody() -> Nobody {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    Nobody { _socket: socket, port }
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
