//! Replacing the servers of a cluster.

use std::time::Duration;

use nats_actors::Client;
use nats_actors::testing::{Cluster, Server};

use crate::eventually_async;

const PATIENCE: Duration = Duration::from_secs(30);

/// Puts a server in lame duck mode and waits until none of these clients is connected to it.
///
/// # Panics
///
/// When that takes more than half a minute.
pub async fn leave(server: &Server, clients: &[Client]) {
    let id = server.varz().await.unwrap().get("server_id").cloned();
    server.lame_duck().unwrap();
    eventually_async(PATIENCE, "all have left the server", async || {
        let gone = clients
            .iter()
            .all(|client| id.as_ref().is_some_and(|id| *id != client.server_info().server_id));
        let connections = server.connz().await.map(|connz| connz.get("num_connections").cloned());
        gone && connections.is_ok_and(|left| left == Some(0.into()))
    })
    .await;
}

/// Replaces every server, one after the other: lame duck, gone, back, and the next one when the cluster is whole again.
///
/// With `patient`, a server ends by itself, as it does in an orderly shutdown; else it is stopped as soon as its clients
/// have left it.
///
/// # Panics
///
/// When a server does not do as it is told.
pub async fn rolling_restart(cluster: &Cluster, clients: &[Client], patient: bool) {
    for server in cluster.servers() {
        leave(server, clients).await;
        if patient {
            let ended = async || !server.is_running();
            eventually_async(Duration::from_secs(180), "the server has ended", ended).await;
        } else {
            server.kill().unwrap();
        }
        server.restart().await.unwrap();
        cluster.formed().await.unwrap();
    }
}
