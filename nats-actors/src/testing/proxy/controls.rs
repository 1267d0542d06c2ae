//! What a test has asked of a proxy, as its connections see it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

/// Which way bytes go through a [`Proxy`](crate::testing::Proxy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// From the server to the client.
    ToClient,
    /// From the client to the server.
    ToServer,
    /// Each of the two by itself.
    Both,
}

/// How one direction forwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) stalled: bool,
    pub(super) delay: Duration,
    pub(super) piece: usize,
}

/// One direction of all connections of a proxy.
#[derive(Debug)]
pub(super) struct Way {
    pace: watch::Sender<Pace>,
    injectors: Mutex<Vec<mpsc::UnboundedSender<Vec<u8>>>>,
    forwarded: AtomicU64,
}

#[derive(Debug)]
pub(super) struct Controls {
    pub(super) to_client: Way,
    pub(super) to_server: Way,
    /// Counts the cuts; a connection ends when it changes.
    pub(super) cuts: watch::Sender<u64>,
    pub(super) refusing: watch::Sender<bool>,
    pub(super) accepted: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) open: AtomicU64,
}

impl Controls {
    pub(super) fn new() -> Self {
        Self {
            to_client: Way::new(),
            to_server: Way::new(),
            cuts: watch::Sender::new(0),
            refusing: watch::Sender::new(false),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            open: AtomicU64::new(0),
        }
    }

    pub(super) fn ways(&self, direction: Direction) -> impl Iterator<Item = &Way> {
        let to_client = (direction != Direction::ToServer).then_some(&self.to_client);
        let to_server = (direction != Direction::ToClient).then_some(&self.to_server);
        to_client.into_iter().chain(to_server)
    }
}

impl Way {
    fn new() -> Self {
        let pace = Pace { stalled: false, delay: Duration::ZERO, piece: usize::MAX };
        Self {
            pace: watch::Sender::new(pace),
            injectors: Mutex::default(),
            forwarded: AtomicU64::new(0),
        }
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Pace)) {
        self.pace.send_modify(change);
    }

    pub(super) fn pace(&self) -> watch::Receiver<Pace> {
        self.pace.subscribe()
    }

    /// Hands the bytes to every open connection; how many those were.
    pub(super) fn inject(&self, bytes: &[u8]) -> usize {
        let mut injectors = self.injectors.lock().unwrap_or_else(PoisonError::into_inner);
        injectors.retain(|injector| injector.send(bytes.to_vec()).is_ok());
        injectors.len()
    }

    pub(super) fn injections(&self) -> mpsc::UnboundedReceiver<Vec<u8>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.injectors.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    pub(super) fn count(&self, bytes: usize) {
        self.forwarded.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn forwarded(&self) -> u64 {
        self.forwarded.load(Ordering::Relaxed)
    }
}
