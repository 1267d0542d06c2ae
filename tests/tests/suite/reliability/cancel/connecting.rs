//! Connecting, in all its stages.

use std::time::Duration;

use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{Client, Error, InitialConnect};
use nats_actors_tests::{Progress, drop_after, drop_at_each_poll, eventually, eventually_async};
use tokio::runtime::Handle;

use super::stage::STUCK;
use crate::core::kit::{PATIENCE, options};

async fn connect(
    polls: usize,
    url: String,
    initial: InitialConnect,
) -> Progress<Result<Client, Error>> {
    let connect = options().initial_connect(initial).connect_timeout(PATIENCE).connect(url);
    drop_after(polls, STUCK, connect.into_future()).await
}

async fn all_tasks_end(before: usize) {
    let ended = || Handle::current().metrics().num_alive_tasks() <= before;
    eventually(Duration::from_secs(5), "all tasks ended", ended).await;
}

/// Nothing is left of a connect that was dropped, here or at the server.
// spec: G-03, CON-08
#[tokio::test]
async fn connect_dropped_at_each_poll() {
    let server = Server::start().await.unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    for initial in
        [InitialConnect::FailFast, InitialConnect::WaitFor(PATIENCE), InitialConnect::Background]
    {
        let attempt = async |polls| {
            let progress = connect(polls, server.url(), initial).await;
            if let Progress::Ended(Ok(client)) = &progress {
                client.close().await;
            }
            all_tasks_end(before).await;
            progress
        };
        let (_, made) = drop_at_each_poll(attempt).await;
        assert!(made.unwrap().is_ok());
        let left = async || server.connz().await.unwrap()["num_connections"] == 0;
        eventually_async(PATIENCE, "the server knows nobody", left).await;
    }
}

/// Neither when the peer stalls, before its INFO or before its PONG, nor when there is none.
// spec: G-03, A40-02
#[tokio::test]
async fn connect_to_a_peer_that_stalls_dropped_at_each_poll() {
    let server = ScriptedServer::start().unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    for info in ["", "INFO {\"proto\":1,\"max_payload\":9}\r\n", "INFO {\"proto\":1"] {
        let attempt = async |polls| {
            let connecting = tokio::spawn(connect(polls, server.url(), InitialConnect::FailFast));
            if let Ok(Ok(mut peer)) = tokio::time::timeout(STUCK / 2, server.accept()).await {
                let _ = peer.send(info).await;
                let progress = connecting.await.unwrap();
                while peer.line().await.is_ok() {}
                return progress;
            }
            connecting.await.unwrap()
        };
        let (_, made) = drop_at_each_poll(attempt).await;
        assert!(made.is_none(), "{made:?}");
        all_tasks_end(before).await;
    }
    for initial in [InitialConnect::WaitFor(PATIENCE), InitialConnect::Background] {
        let attempt = async |polls| connect(polls, "127.0.0.1:1".to_owned(), initial).await;
        drop(drop_at_each_poll(attempt).await);
        all_tasks_end(before).await;
    }
}
