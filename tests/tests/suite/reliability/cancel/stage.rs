//! A client behind a proxy, and what must not change about it.

use std::time::Duration;

use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, ConnectOptions};
use nats_actors_tests::{drop_after, drop_at_each_poll, eventually, eventually_async};
use tokio::runtime::Handle;

use crate::core::kit::{PATIENCE, connect, options, within};

/// How long a future that nothing wakes is waited for.
pub(super) const STUCK: Duration = Duration::from_millis(60);

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Up,
    /// Bytes go nowhere, and nobody says so.
    Stalled,
    /// There is no connection, and none can be made.
    Down,
}

pub(super) const NETWORKS: [Network; 3] = [Network::Up, Network::Stalled, Network::Down];

pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) proxy: Proxy,
    pub(super) client: Client,
    /// Somebody else, past the proxy.
    pub(super) other: Client,
    subscriptions: u64,
    tasks: usize,
}

impl Stage {
    pub(super) async fn new() -> Self {
        Self::with(options()).await
    }

    pub(super) async fn with(options: ConnectOptions) -> Self {
        Self::on(Server::start().await.unwrap(), options).await
    }

    pub(super) async fn on(server: Server, options: ConnectOptions) -> Self {
        let proxy = Proxy::start(server.addr()).await.unwrap();
        let other = connect(&server).await;
        let slow_peer = options.ping_interval(Duration::from_secs(30));
        let client = slow_peer.connect(proxy.url()).await.unwrap();
        // The first request subscribes to the replies, for good.
        let _ = client.request("nobody", "").await;
        let mut stage = Self { server, proxy, client, other, subscriptions: 0, tasks: 0 };
        stage.remember();
        stage
    }

    /// From now on this is how it has to be after each drop.
    pub(super) fn remember(&mut self) {
        self.subscriptions = self.client.statistics().subscriptions;
        self.tasks = Handle::current().metrics().num_alive_tasks();
    }

    pub(super) async fn network(&self, network: Network) {
        match network {
            Network::Up => {}
            Network::Stalled => self.proxy.stall(Direction::Both),
            Network::Down => {
                self.proxy.refuse(true);
                self.proxy.cut();
                let noticed = || !self.client.state().is_connected();
                eventually(PATIENCE, "it is disconnected", noticed).await;
            }
        }
    }

    /// Drops what `begin` begins at each of its polls, in each of these states of the network: nothing is left of it.
    pub(super) async fn leaves_nothing<T>(
        &self,
        networks: &[Network],
        what: &str,
        mut begin: impl AsyncFnMut() -> T,
    ) {
        for network in networks {
            self.network(*network).await;
            let attempt = async |polls| drop_after(polls, STUCK, begin()).await;
            drop(drop_at_each_poll(attempt).await);
            self.recover(&format!("{what}, {network:?}")).await;
        }
    }

    /// The network is well again: the client works, and nothing is left of what was dropped.
    pub(super) async fn recover(&self, what: &str) {
        self.proxy.refuse(false);
        self.proxy.unstall(Direction::Both);
        let connected = within(PATIENCE, self.client.watch_state().connected()).await;
        assert!(connected.is_some(), "{what}: the client is closed");
        self.client.flush().timeout(PATIENCE).await.unwrap();
        self.is_as_before(what).await;
    }

    /// Nothing is left: no subscription here or there, no request, no task.
    pub(super) async fn is_as_before(&self, what: &str) {
        let left = || {
            let now = self.client.statistics();
            (now.subscriptions, now.requests_waiting) == (self.subscriptions, 0)
        };
        eventually(PATIENCE, &format!("{what}: nothing is left in the client"), left).await;
        let ended = || Handle::current().metrics().num_alive_tasks() <= self.tasks;
        eventually(PATIENCE, &format!("{what}: all tasks ended"), ended).await;
        let expected = self.subscriptions;
        let known = async || self.known_to_the_server().await == Some(expected);
        eventually_async(PATIENCE, &format!("{what}: nothing is left in the server"), known).await;
    }

    async fn known_to_the_server(&self) -> Option<u64> {
        let connz = self.server.connz().await.ok()?;
        let id = self.client.server_info().client_id;
        let connections = connz["connections"].as_array()?;
        let own = connections.iter().find(|connection| connection["cid"] == id)?;
        own["subscriptions"].as_u64()
    }
}
