//! A peer that says what a test tells it to, for what no real server would say.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// Every wait on the client under test ends, so that a test fails and does not hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// A listener whose connections do what the test says, and nothing by themselves.
///
/// ```
/// # use nats_actors::testing::ScriptedServer;
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = ScriptedServer::start()?;
/// let mut client = tokio::net::TcpStream::connect(server.addr()).await?;
/// client.write_all(b"CONNECT {}\r\nPING\r\n").await?;
///
/// let mut peer = server.accept().await?;
/// assert_eq!(peer.handshake().await?, "CONNECT {}");
/// peer.send("MSG no.such.sid 99 0\r\n\r\n").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ScriptedServer {
    listener: TcpListener,
    addr: SocketAddr,
}

/// One accepted connection of a [`ScriptedServer`].
///
/// It reads only when a method reads: a test stops reading by not calling one. Reads have a
/// deadline of ten seconds. Dropping it closes the connection.
#[derive(Debug)]
pub struct Peer {
    stream: BufReader<TcpStream>,
    port: u16,
}

impl ScriptedServer {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When there is no free port, or no runtime around the call.
    pub fn start() -> io::Result<Self> {
        Self::listen(TcpSocket::new_v4()?)
    }

    /// Listens with a small receive buffer for each connection, so that a client soon notices that
    /// nobody reads. The kernel rounds the bytes up to what it can do.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn with_receive_buffer(bytes: u32) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(bytes)?;
        Self::listen(socket)
    }

    /// The address to connect to.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `nats://` and the address to connect to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://{}", self.addr)
    }

    /// The next connection.
    ///
    /// # Errors
    ///
    /// `TimedOut` when none comes within ten seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no connection.
    pub async fn accept(&self) -> io::Result<Peer> {
        let (stream, _) = timeout(PATIENCE, self.listener.accept()).await??;
        stream.set_nodelay(true)?;
        Ok(Peer { stream: BufReader::new(stream), port: self.addr.port() })
    }

    fn listen(socket: TcpSocket) -> io::Result<Self> {
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(64)?;
        let addr = listener.local_addr()?;
        Ok(Self { listener, addr })
    }
}

impl Peer {
    /// Writes bytes as they are: line ends are the caller's.
    ///
    /// # Errors
    ///
    /// When the client has closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may have sent a part.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref()).await
    }

    /// Sends an INFO with these JSON members added to the few that every server has.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may have sent a part.
    pub async fn send_info(&mut self, members: &str) -> io::Result<()> {
        let comma = if members.is_empty() { "" } else { "," };
        let info = format!(
            "INFO {{\"server_id\":\"SCRIPTED\",\"server_name\":\"scripted\",\
             \"version\":\"2.15.1\",\"proto\":1,\"host\":\"127.0.0.1\",\"port\":{},\
             \"headers\":true,\"max_payload\":1048576,\"client_id\":1{comma}{members}}}\r\n",
            self.port
        );
        self.send(info).await
    }

    /// Plays the server's part of a connect: INFO, then CONNECT and PING from the client, then
    /// PONG. Returns the CONNECT line.
    ///
    /// # Errors
    ///
    /// When the client says anything else, or nothing for ten seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may lose what it has read.
    pub async fn handshake(&mut self) -> io::Result<String> {
        self.send_info("").await?;
        let connect = self.expect("CONNECT").await?;
        self.expect("PING").await?;
        self.send("PONG\r\n").await?;
        Ok(connect)
    }

    /// The next line, without its end.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` when the client has closed, `TimedOut` after ten seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may lose what it has read.
    pub async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        match timeout(PATIENCE, self.stream.read_until(b'\n', &mut line)).await?? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
        }
    }

    /// The next line, which must begin with this operation.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line), and when it is another operation.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may lose what it has read.
    pub async fn expect(&mut self, operation: &str) -> io::Result<String> {
        let line = self.line().await?;
        match line.split_ascii_whitespace().next() {
            Some(verb) if verb.eq_ignore_ascii_case(operation) => Ok(line),
            _ => Err(io::Error::other(format!("expected {operation}, the client sent {line:?}"))),
        }
    }

    /// A payload of this many bytes, and the line end after it.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may lose what it has read.
    pub async fn payload(&mut self, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; size.saturating_add(2)];
        timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await??;
        bytes.truncate(size);
        Ok(bytes)
    }

    /// Closes with RST: what was sent and not yet read is lost, the client sees a reset.
    pub fn reset(self) {
        // A socket that refuses is closing anyway.
        let _ = self.stream.get_ref().set_zero_linger();
    }
}
