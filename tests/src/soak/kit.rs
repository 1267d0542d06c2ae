//! What the scenarios share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, ErrorKind, Message};
use nats_actors::{PendingLimits, ReconnectPolicy, Subscription};

use crate::eventually_async;

pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// No limit that a scenario could reach.
pub(super) const BOUNDLESS: PendingLimits = PendingLimits::new(100_000_000, 4 << 30);

/// Reconnects soon.
pub(super) fn eager() -> ConnectOptions {
    let soon = Duration::from_millis(10);
    ConnectOptions::new().reconnect(ReconnectPolicy::new().delay(soon, 10 * soon))
}

pub(super) async fn connect(server: &Server) -> Client {
    eager().connect(server.url()).await.unwrap()
}

pub(super) async fn within<T>(future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("nothing within {PATIENCE:?}"),
    }
}

/// Waits until everything is confirmed, over as many connections as that takes.
pub(super) async fn settle(client: &Client) {
    loop {
        match client.flush().timeout(PATIENCE).await {
            Ok(()) => return,
            Err(error) if error.kind() == ErrorKind::Disconnected => {}
            Err(error) => panic!("nothing is confirmed: {error}"),
        }
    }
}

pub(super) fn number(message: &Message) -> u64 {
    let text = str::from_utf8(message.payload()).unwrap();
    text.split(' ').next().unwrap_or_default().parse().unwrap()
}

/// What was sent to a connection, as the server counts it, open or closed.
pub(super) async fn sent_to(server: &Server, connection: u64) -> u64 {
    let path = format!("/connz?state=all&cid={connection}");
    let sent = AtomicU64::new(0);
    // A connection that is closing is in neither list for a moment.
    eventually_async(PATIENCE, "the server knows the connection", || async {
        let connz = server.monitor(&path).await.unwrap();
        let count = connz.pointer("/connections/0/out_msgs").and_then(serde_json::Value::as_u64);
        sent.store(count.unwrap_or_default(), Ordering::SeqCst);
        count.is_some()
    })
    .await;
    sent.into_inner()
}

/// Takes everything until the stream ends.
pub(super) async fn rest(subscription: &mut Subscription) -> u64 {
    let mut count = 0;
    while within(subscription.next()).await.is_some() {
        count += 1;
    }
    count
}
