//! The proxy as a test holds it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::controls::{Controls, Direction, Way};
use super::link;

/// A TCP proxy in front of a server that cuts, stalls, delays, splits and injects.
///
/// What is set holds for open and for later connections. It runs on the runtime that started it;
/// dropping it closes its port and its connections.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use nats_actors::Client;
/// use nats_actors::testing::{Direction, Proxy, Server};
///
/// let server = Server::start().await?;
/// let proxy = Proxy::start(server.addr()).await?;
/// let client = Client::connect(proxy.url()).await?;
/// proxy.stall(Direction::Both); // the server seems frozen
/// proxy.unstall(Direction::Both);
/// proxy.cut(); // the client reconnects
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    controls: Arc<Controls>,
    accepting: AbortHandle,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and forwards to the target. The target need not be
    /// there: a connection that cannot be forwarded is reset.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future starts nothing.
    pub async fn start(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let controls = Arc::new(Controls::new());
        let task = tokio::spawn(link::accept(listener, target, Arc::clone(&controls)));
        Ok(Self { addr, controls, accepting: task.abort_handle() })
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

    /// Resets every open connection, on both sides. Bytes under way are lost. New connections are
    /// still taken. It has happened when [`open`](Self::open) counts none of them.
    pub fn cut(&self) {
        self.controls.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Resets new connections at once, until called with `false`. Open ones stay.
    pub fn refuse(&self, refuse: bool) {
        self.controls.refusing.send_replace(refuse);
    }

    /// Stops forwarding, and reading once 16 KiB are held: the sender's writes fill its buffers and
    /// then wait. The end of a connection is not forwarded either.
    pub fn stall(&self, direction: Direction) {
        self.each(direction, |way| way.set(|pace| pace.stalled = true));
    }

    /// Forwards again, first what was held.
    pub fn unstall(&self, direction: Direction) {
        self.each(direction, |way| way.set(|pace| pace.stalled = false));
    }

    /// Forwards every byte this much later than it came, in order. At most 1 MiB of a connection
    /// is under way. Default: zero. Bytes that are under way keep their delay.
    pub fn delay(&self, direction: Direction, delay: Duration) {
        self.each(direction, |way| way.set(|pace| pace.delay = delay));
    }

    /// Writes at most this many bytes at a time. The kernel joins pieces for a receiver that is
    /// slow to read. Default: `usize::MAX`, as they were read; zero counts as one.
    pub fn split(&self, direction: Direction, at_most: usize) {
        self.each(direction, |way| way.set(|pace| pace.piece = at_most));
    }

    /// Puts bytes into the stream of every open connection, between two operations: after the line
    /// or payload that is being forwarded, at once if there is none. Returns how many streams that
    /// are. Only plain NATS has such places: over TLS, or after malformed bytes, it is undefined.
    pub fn inject(&self, direction: Direction, bytes: impl AsRef<[u8]>) -> usize {
        self.controls.ways(direction).map(|way| way.inject(bytes.as_ref())).sum()
    }

    /// Connections taken since the start, without the refused ones.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.controls.accepted.load(Ordering::Relaxed)
    }

    /// Connections [refused](Self::refuse) since the start.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.controls.refused.load(Ordering::Relaxed)
    }

    /// Connections that are open now.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.controls.open.load(Ordering::Relaxed)
    }

    /// Bytes written since the start, injected ones too.
    #[must_use]
    pub fn forwarded(&self, direction: Direction) -> u64 {
        self.controls.ways(direction).map(Way::forwarded).sum()
    }

    fn each(&self, direction: Direction, change: impl Fn(&Way)) {
        self.controls.ways(direction).for_each(change);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
