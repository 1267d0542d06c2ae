//! From a configuration to a server that answers.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::home::Home;
use super::monitor::get;
use super::process::Process;
use crate::testing::binary;
use crate::testing::config::{Place, Ports, ServerConfig, render};
use crate::testing::error::{ServerError, ServerErrorKind};
use crate::testing::wait::until;

/// A server is up in 50 ms; the rest is for machines that run many tests at once.
const PATIENCE: Duration = Duration::from_secs(30);
const RETRY: Duration = Duration::from_millis(50);
const POLL: Duration = Duration::from_millis(2);

/// Starts a process and waits until it greets clients.
///
/// A port that was free a moment ago may be taken now: as long as that is the reason, it tries
/// again. Dropping the future kills what was started.
pub(super) async fn launch(
    home: &Home,
    config: &ServerConfig,
    place: &Place,
) -> Result<(Process, Ports), ServerError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let start_of_log = home.log_len();
        match attempt(home, config, place, deadline).await {
            Err(error) if port_is_taken(home, start_of_log) && Instant::now() < deadline => {
                drop(error);
                sleep(RETRY).await;
            }
            outcome => return outcome.map_err(|error| error.with_log(home.log_tail())),
        }
    }
}

fn port_is_taken(home: &Home, start_of_log: u64) -> bool {
    home.log_since(start_of_log).contains("address already in use")
}

async fn attempt(
    home: &Home,
    config: &ServerConfig,
    place: &Place,
    deadline: Instant,
) -> Result<(Process, Ports), ServerError> {
    let mut process = spawn(home, config, place).await?;
    let ports = ports(home, &mut process, deadline).await?;
    if config.greets_in_clear() {
        greeted(ports, deadline).await?;
    }
    Ok((process, ports))
}

async fn spawn(home: &Home, config: &ServerConfig, place: &Place) -> Result<Process, ServerError> {
    let binary = binary::find().await?;
    let start = || {
        fs::write(home.config(), render(config, place))?;
        let log = home.log_for_append()?;
        let file = home.config();
        let args = [Path::new("--config"), &file, Path::new("--ports_file_dir"), home.path()];
        Process::spawn(binary, &args, log)
    };
    start().map_err(|error| ServerError::system("nats-server could not be started", error))
}

/// The server writes its ports to a file when it accepts connections on all of them.
async fn ports(
    home: &Home,
    process: &mut Process,
    deadline: Instant,
) -> Result<Ports, ServerError> {
    let suffix = format!("_{}.ports", process.pid());
    let (mut found, mut ended) = (None, None);
    until(deadline.saturating_duration_since(Instant::now()), || {
        ended = process.exited();
        found = ports_file(home.path(), &suffix).and_then(|file| read_ports(&file));
        ended.is_some() || found.is_some()
    })
    .await;
    match (ended, found) {
        (Some(status), _) => {
            let what = format!("nats-server ended while starting ({status})");
            Err(ServerError::new(ServerErrorKind::Exited, what))
        }
        (None, Some(ports)) => Ok(ports),
        (None, None) => Err(late("nats-server did not report its ports")),
    }
}

/// The file is named for the binary, which need not be called `nats-server`.
fn ports_file(dir: &Path, suffix: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(dir).ok()?;
    let ends_right = |path: &PathBuf| path.to_str().is_some_and(|name| name.ends_with(suffix));
    entries.filter_map(Result::ok).map(|entry| entry.path()).find(ends_right)
}

/// `None` also while the file is half written.
fn read_ports(file: &Path) -> Option<Ports> {
    let document: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let port = |name: &str| {
        let url = document.get(name)?.get(0)?.as_str()?;
        url.rsplit(':').next()?.parse().ok()
    };
    let websocket = port("websocket").unwrap_or_default();
    Some(Ports { client: port("nats")?, monitoring: port("monitoring")?, websocket })
}

/// Waits for an INFO, and until the server has forgotten the connection that got it: a test that
/// counts connections is to find its own alone.
async fn greeted(ports: Ports, deadline: Instant) -> Result<(), ServerError> {
    let greeting = async {
        let client = loop {
            match greeting(ports.client).await {
                Some(client) => break client,
                None => sleep(RETRY).await,
            }
        };
        while is_connected(ports.monitoring, client).await {
            sleep(POLL).await;
        }
    };
    timeout(deadline.saturating_duration_since(Instant::now()), greeting)
        .await
        .map_err(|_| late("nats-server did not greet a client and see it go"))
}

/// Connects and leaves; the id that the server gave to the connection.
async fn greeting(port: u16) -> Option<u64> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
    let mut line = Vec::new();
    BufReader::new(stream).read_until(b'\n', &mut line).await.ok()?;
    let info: Value = serde_json::from_slice(line.strip_prefix(b"INFO ")?).ok()?;
    info.get("client_id")?.as_u64()
}

async fn is_connected(monitoring: u16, client: u64) -> bool {
    let open = get(monitoring, &format!("/connz?cid={client}")).await;
    // No answer says nothing about the connection.
    open.map_or(true, |open| open.pointer("/connections/0").is_some())
}

fn late(what: &str) -> ServerError {
    let what = format!("{what} within {} s", PATIENCE.as_secs());
    ServerError::new(ServerErrorKind::TimedOut, what)
}
