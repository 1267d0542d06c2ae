//! A server that goes away and comes back.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nats_actors::testing::Server;

use crate::Failure;
use crate::wire::Socket;

/// How long the server is away, at least, and how much longer at most: another time in each run, because clients try
/// again at times of their own.
const AWAY: u64 = 300;
const LONGER: u64 = 600;

/// A server of the run's own.
#[derive(Debug)]
pub(crate) struct Outage {
    server: Server,
}

impl Outage {
    pub(crate) async fn prepare() -> Result<Self, Failure> {
        Ok(Self { server: Server::start().await? })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Stops the server, starts it again, and says since when it takes connections. From then on, somebody else publishes
    /// to `subject` every millisecond.
    pub(crate) async fn over(&self, subject: String) -> Result<Instant, Failure> {
        self.server.kill()?;
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos();
        tokio::time::sleep(Duration::from_millis(AWAY + u64::from(nanos) % LONGER)).await;
        self.server.restart().await?;
        let up = Instant::now();
        let mut socket = Socket::connect(&self.server.url())?;
        let frame = format!("PUB {subject} 1\r\nx\r\n");
        // It ends with the server.
        thread::spawn(move || {
            while socket.write(frame.as_bytes()).is_ok() {
                thread::park_timeout(Duration::from_millis(1));
            }
        });
        Ok(up)
    }
}
