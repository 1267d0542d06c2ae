//! Connecting, in all its stages.

use std::time::Duration;

use nats_actors::auth::Credentials;
use nats_actors::context::{self, Context};
use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{Client, Error, InitialConnect, ServerAddr};
use nats_actors_tests::TunnelProxy;
use nats_actors_tests::{Progress, drop_after, drop_at_each_poll, eventually, eventually_async};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use super::stage::STUCK;
use crate::core::kit::{PATIENCE, options};
use crate::transport::kit::tls_server;

/// As far as a connect comes that nobody wakes for `patience`.
async fn connect(
    polls: usize,
    patience: Duration,
    url: String,
    initial: InitialConnect,
) -> Progress<Result<Client, Error>> {
    let connect = options().initial_connect(initial).connect_timeout(PATIENCE).connect(url);
    drop_after(polls, patience, connect.into_future()).await
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn all_tasks_end(before: usize) {
    eventually(PATIENCE, "all tasks ended", || alive() <= before).await;
}

async fn nobody_is_left(server: &Server) {
    let left = async || server.connz().await.unwrap()["num_connections"] == 0;
    eventually_async(PATIENCE, "the server knows nobody", left).await;
}

/// Nothing is left of a connect that was dropped, here or at the server.
// spec: G-03, CON-08
#[tokio::test]
async fn connect_dropped_at_each_poll() {
    let server = Server::start().await.unwrap();
    let before = alive();
    for initial in
        [InitialConnect::FailFast, InitialConnect::WaitFor(PATIENCE), InitialConnect::Background]
    {
        let attempt = async |polls| {
            let progress = connect(polls, PATIENCE, server.url(), initial).await;
            if let Progress::Ended(Ok(client)) = &progress {
                client.close().await;
            }
            all_tasks_end(before).await;
            progress
        };
        let (_, made) = drop_at_each_poll(attempt).await;
        assert!(made.unwrap().is_ok());
        nobody_is_left(&server).await;
    }
}

/// Drops what `begin` begins at each of its polls, until it has connected.
async fn leaves_nothing(server: &Server, mut begin: impl AsyncFnMut() -> Result<Client, Error>) {
    let before = alive();
    let attempt = async |polls| {
        let progress = drop_after(polls, PATIENCE, begin()).await;
        if let Progress::Ended(Ok(client)) = &progress {
            client.close().await;
        }
        all_tasks_end(before).await;
        progress
    };
    let (dropped, made) = drop_at_each_poll(attempt).await;
    assert!(dropped > 0 && made.unwrap().is_ok());
    nobody_is_left(server).await;
}

/// The same by all ways.
// spec: G-03, TRN-04, TRN-05, TRN-11
#[tokio::test]
async fn connect_by_each_way_dropped_at_each_poll() {
    let server = Server::builder().websocket().start().await.unwrap();
    let websocket = server.websocket_url().unwrap();
    leaves_nothing(&server, async || options().connect(&websocket).await).await;
    let http = TunnelProxy::http(None).await.unwrap();
    let socks = TunnelProxy::socks5(None).await.unwrap();
    for proxy in [format!("http://{}", http.addr()), format!("socks5://{}", socks.addr())] {
        let through = options().proxy(proxy);
        leaves_nothing(&server, async || through.clone().connect(server.url()).await).await;
    }
    let own = options().connector(|server: ServerAddr| async move {
        TcpStream::connect((server.host(), server.port())).await
    });
    leaves_nothing(&server, async || own.clone().connect(server.url()).await).await;

    let (server, _authority, trusting) = tls_server().await;
    leaves_nothing(&server, async || trusting.clone().connect(server.url()).await).await;
}

/// A context is read, and connected as it says; one that is not there is an error.
// spec: G-03, A21-01
#[tokio::test]
async fn contexts_dropped_at_each_poll() {
    let server = Server::start().await.unwrap();
    let text = format!(r#"{{"url":"{}"}}"#, server.url());
    let context: Context = serde_json::from_str(&text).unwrap();
    leaves_nothing(&server, async || context.connect().await).await;

    let missing = "a context that nobody has";
    let before = alive();
    let load = async |polls| drop_after(polls, PATIENCE, Context::load(missing)).await;
    assert!(drop_at_each_poll(load).await.1.unwrap().is_err());
    let connect = async |polls| {
        drop_after(polls, PATIENCE, context::connect(missing, |options| options)).await
    };
    assert!(drop_at_each_poll(connect).await.1.unwrap().is_err());
    let resolve = async |polls| drop_after(polls, PATIENCE, context.clone().resolve()).await;
    assert!(drop_at_each_poll(resolve).await.1.unwrap().is_ok());
    let read = async |polls| {
        drop_after(polls, PATIENCE, Credentials::read_creds("/no/such/file.creds")).await
    };
    assert!(drop_at_each_poll(read).await.1.unwrap().is_err());
    all_tasks_end(before).await;
}

/// Neither when the peer stalls, before its INFO or before its PONG, nor when there is none.
// spec: G-03, A40-02
#[tokio::test]
async fn connect_to_a_peer_that_stalls_dropped_at_each_poll() {
    let server = ScriptedServer::start().unwrap();
    let before = alive();
    for info in ["", "INFO {\"proto\":1,\"max_payload\":9}\r\n", "INFO {\"proto\":1"] {
        let attempt = async |polls| {
            let connecting =
                tokio::spawn(connect(polls, STUCK, server.url(), InitialConnect::FailFast));
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
        let attempt = async |polls| connect(polls, STUCK, "127.0.0.1:1".to_owned(), initial).await;
        drop(drop_at_each_poll(attempt).await);
        all_tasks_end(before).await;
    }
}
