//! Servers with routes between them.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Index;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::sleep;

use super::config::{Seat, ServerConfig};
use super::error::{ServerError, ServerErrorKind};
use super::server::Server;

/// A JetStream cluster elects its first leader within seconds; the rest is for slow machines.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(25);

/// Several [`Server`]s that route to each other, called `n1`, `n2`, ….
///
/// Each is a server of its own: it can be killed, paused and restarted, and comes back to its place.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use nats_actors::Client;
/// use nats_actors::testing::{Cluster, ServerConfig};
///
/// let cluster = Cluster::start(3, ServerConfig::new().jetstream()).await?;
/// let client = Client::connect(cluster.client_url()).await?;
/// cluster[0].lame_duck()?; // the client moves to another one
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Cluster {
    servers: Vec<Server>,
    jetstream: bool,
}

impl Cluster {
    /// Starts this many servers with one configuration and waits until they have
    /// [formed](Self::formed) a cluster.
    ///
    /// # Errors
    ///
    /// As [`Server::start`], for the first server that fails, and as [`formed`](Self::formed).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the servers that have been started.
    pub async fn start(size: usize, config: ServerConfig) -> Result<Self, ServerError> {
        let jetstream = config.has_jetstream();
        let held = reserve(size).map_err(|error| ServerError::system("no free ports", error))?;
        let routes: Vec<_> = held.iter().map(|(port, _)| *port).collect();
        let mut servers = Vec::with_capacity(size);
        for (number, (port, listener)) in (1..).zip(held) {
            let seat = Seat { name: "testing".to_owned(), port, routes: routes.clone() };
            drop(listener); // As late as possible: from here on the port is anybody's.
            let config = config.clone().name(format!("n{number}"));
            servers.push(Server::seated(config, Some(seat)).await?);
        }
        let cluster = Self { servers, jetstream };
        cluster.formed().await?;
        Ok(cluster)
    }

    /// The servers, in the order of their names.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The URLs of all servers with credentials, separated by commas.
    #[must_use]
    pub fn client_url(&self) -> String {
        let urls: Vec<_> = self.servers.iter().map(Server::client_url).collect();
        urls.join(",")
    }

    /// Waits until every running server has a route to every other running one and, with JetStream,
    /// until they agree on a meta leader that has them all up to date.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](ServerErrorKind::TimedOut) after 60 seconds, with what is missing.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn formed(&self) -> Result<(), ServerError> {
        let deadline = Instant::now() + PATIENCE;
        while let Some((server, missing)) = self.missing().await {
            if Instant::now() >= deadline {
                return Err(server.fail(ServerErrorKind::TimedOut, &missing));
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// The server that leads JetStream's meta group.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](ServerErrorKind::TimedOut) when there is none after 60 seconds, as in a cluster
    /// without JetStream or without a majority.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn meta_leader(&self) -> Result<&Server, ServerError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for server in self.running() {
                if meta(server).await.is_some_and(|meta| leads(server, &meta)) {
                    return Ok(server);
                }
            }
            if Instant::now() >= deadline {
                let what = "no server of the cluster leads JetStream";
                return Err(ServerError::new(ServerErrorKind::TimedOut, what));
            }
            sleep(POLL).await;
        }
    }

    fn running(&self) -> impl Iterator<Item = &Server> {
        self.servers.iter().filter(|server| server.is_running())
    }

    /// The first server that is not there yet, and what it lacks.
    async fn missing(&self) -> Option<(&Server, String)> {
        let peers = self.running().count().saturating_sub(1);
        for server in self.running() {
            let routes = routed_to(server).await;
            if routes < peers {
                return Some((server, format!("has routes to {routes} of {peers} servers")));
            }
        }
        if self.jetstream { self.missing_in_jetstream(peers).await } else { None }
    }

    async fn missing_in_jetstream(&self, peers: usize) -> Option<(&Server, String)> {
        let mut leaders = BTreeSet::new();
        for server in self.running() {
            let meta = meta(server).await.unwrap_or_default();
            let Some(leader) = text(&meta, "/leader").filter(|name| !name.is_empty()) else {
                return Some((server, "knows no meta leader".to_owned()));
            };
            if leads(server, &meta) && up_to_date(&meta) < peers {
                return Some((server, "leads servers that are not up to date".to_owned()));
            }
            leaders.insert(leader);
        }
        match (leaders.len(), self.running().next()) {
            (0 | 1, _) | (_, None) => None,
            (_, Some(server)) => Some((server, "disagrees about the meta leader".to_owned())),
        }
    }
}

/// The server of this number, from 0.
///
/// # Panics
///
/// If there are not so many.
impl Index<usize> for Cluster {
    type Output = Server;

    fn index(&self, index: usize) -> &Server {
        self.servers.get(index).expect("a cluster is indexed below its size")
    }
}

/// Free ports, held so that nobody gets them twice. Routes must be known before a server starts.
fn reserve(count: usize) -> std::io::Result<Vec<(u16, TcpListener)>> {
    let hold = |_| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok((listener.local_addr()?.port(), listener))
    };
    (0..count).map(hold).collect()
}

/// How many other servers this one has routes to; each pair has several routes.
async fn routed_to(server: &Server) -> usize {
    let Ok(document) = server.monitor("/routez").await else {
        return 0;
    };
    let routes = document.get("routes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let others: BTreeSet<_> = routes.iter().filter_map(|route| text(route, "/remote_id")).collect();
    others.len()
}

async fn meta(server: &Server) -> Option<Value> {
    server.monitor("/jsz").await.ok()?.get("meta_cluster").cloned()
}

fn leads(server: &Server, meta: &Value) -> bool {
    text(meta, "/leader").is_some_and(|leader| server.is_named(&leader))
}

fn up_to_date(meta: &Value) -> usize {
    let replicas = meta.get("replicas").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let current = |replica: &&Value| replica.get("current").and_then(Value::as_bool) == Some(true);
    replicas.iter().filter(current).count()
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}
