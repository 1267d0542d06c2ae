//! A client that is nothing but a socket.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// A socket to a server (or a proxy) that sends and expects protocol lines.
///
/// Every read has a deadline of ten seconds, so that a test fails and does not hang.
#[derive(Debug)]
pub struct RawClient {
    stream: BufReader<TcpStream>,
    info: String,
}

impl RawClient {
    /// Connects and reads INFO, nothing more.
    ///
    /// # Errors
    ///
    /// When the socket cannot be opened, or the first line is not INFO.
    pub async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let stream = BufReader::new(TcpStream::connect(addr).await?);
        let mut client = Self { stream, info: String::new() };
        client.info = client.line().await?;
        match client.info.starts_with("INFO ") {
            true => Ok(client),
            false => Err(io::Error::other(format!("greeted with {:?}", client.info))),
        }
    }

    /// Connects and logs in without credentials.
    ///
    /// # Errors
    ///
    /// As [`log_in_with`](Self::log_in_with).
    pub async fn log_in(addr: SocketAddr) -> io::Result<Self> {
        Self::log_in_with(addr, "").await
    }

    /// Connects, sends CONNECT with these JSON members (`"user":"ann","pass":"x"`), not verbose,
    /// and waits for the answer to a PING.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect), and with the server's line when it answers anything but PONG.
    pub async fn log_in_with(addr: SocketAddr, members: &str) -> io::Result<Self> {
        let mut client = Self::connect(addr).await?;
        let comma = if members.is_empty() { "" } else { "," };
        let hello = format!("CONNECT {{\"verbose\":false{comma}{members}}}\r\nPING\r\n");
        client.send(&hello).await?;
        match client.line().await?.as_str() {
            "PONG" => Ok(client),
            refusal => Err(io::Error::other(refusal.to_owned())),
        }
    }

    /// The INFO line the server greeted with.
    #[must_use]
    pub fn info(&self) -> &str {
        &self.info
    }

    /// Sends these bytes as they are.
    ///
    /// # Errors
    ///
    /// When the socket fails.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes).await
    }

    /// Writes text as it is: line ends are the caller's.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn send(&mut self, text: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(text.as_bytes()).await
    }

    /// The next line, without its end.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` when the peer has closed, `TimedOut` after ten seconds.
    pub async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.stream.read_line(&mut line)).await??;
        match read {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end_matches("\r\n").to_owned()),
        }
    }

    /// The next line that has this text in it; the ones before are skipped.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line).
    pub async fn line_with(&mut self, text: &str) -> io::Result<String> {
        loop {
            let line = self.line().await?;
            if line.contains(text) {
                return Ok(line);
            }
        }
    }

    /// The next line, or `None` when none comes within this time.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line).
    pub async fn line_within(&mut self, patience: Duration) -> io::Result<Option<String>> {
        match timeout(patience, self.stream.fill_buf()).await {
            Ok(filled) => {
                filled?;
                self.line().await.map(Some)
            }
            Err(_) => Ok(None),
        }
    }

    /// What one `read` of the socket brings, at most this many bytes; empty at the end.
    ///
    /// # Errors
    ///
    /// `TimedOut` after ten seconds, or what the socket says.
    pub async fn read(&mut self, at_most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; at_most];
        let read = timeout(PATIENCE, self.stream.read(&mut bytes)).await??;
        bytes.truncate(read);
        Ok(bytes)
    }
}
