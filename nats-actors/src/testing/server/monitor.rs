//! What the server itself counts, from its monitoring endpoint.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::handle::Server;
use crate::testing::error::{ServerError, ServerErrorKind};

const PATIENCE: Duration = Duration::from_secs(10);

impl Server {
    /// A document of the monitoring endpoint, such as `monitor("/connz?subs=true&state=all")`.
    ///
    /// # Errors
    ///
    /// [`Monitoring`](ServerErrorKind::Monitoring) if there is no such document or no server;
    /// [`TimedOut`](ServerErrorKind::TimedOut) after ten seconds, as of a paused server.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn monitor(&self, path: &str) -> Result<Value, ServerError> {
        let answer = timeout(PATIENCE, get(self.monitoring_port(), path))
            .await
            .map_err(|_| self.fail(ServerErrorKind::TimedOut, &format!("did not serve {path}")))?;
        answer.map_err(|error| {
            let what = format!("did not serve {path}");
            self.fail(ServerErrorKind::Monitoring, &what).because(error)
        })
    }

    /// Totals of the server: connections, messages and bytes, JetStream, memory.
    ///
    /// # Errors
    ///
    /// See [`monitor`](Self::monitor).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn varz(&self) -> Result<Value, ServerError> {
        self.monitor("/varz").await
    }

    /// The open client connections, each with its messages, bytes, pending bytes and subscriptions.
    ///
    /// # Errors
    ///
    /// See [`monitor`](Self::monitor).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn connz(&self) -> Result<Value, ServerError> {
        self.monitor("/connz?subs=true&limit=100000").await
    }

    /// JetStream: streams, consumers, and in a cluster the meta leader.
    ///
    /// # Errors
    ///
    /// See [`monitor`](Self::monitor).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn jsz(&self) -> Result<Value, ServerError> {
        self.monitor("/jsz?consumers=true&config=true").await
    }
}

/// HTTP/1.0, so that the answer is neither chunked nor followed by another.
pub(super) async fn get(port: u16, path: &str) -> io::Result<Value> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", Ipv4Addr::LOCALHOST);
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    body(&answer).map_or_else(|| Err(unexpected(&answer)), |json| Ok(serde_json::from_slice(json)?))
}

fn body(answer: &[u8]) -> Option<&[u8]> {
    const BLANK: &[u8] = b"\r\n\r\n";
    let status = answer.get(..12)?;
    let head = answer.windows(BLANK.len()).position(|window| window == BLANK)?;
    status.ends_with(b" 200").then(|| answer.get(head + BLANK.len()..)).flatten()
}

fn unexpected(answer: &[u8]) -> io::Error {
    let text = String::from_utf8_lossy(answer);
    io::Error::other(text.lines().next().unwrap_or("an empty answer").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_success_has_a_body() {
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n{}"), Some(&b"{}"[..]));
        assert_eq!(body(b"HTTP/1.0 404 Not Found\r\n\r\n{}"), None);
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nA: b"), None);
    }
}
