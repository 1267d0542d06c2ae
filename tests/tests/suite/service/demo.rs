//! The services under test.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nats_actors::handler::{Deadline, Raw};
use nats_actors::service::Fault;
use nats_actors::{ServiceError, SubjectParam, handlers, service};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// What the handlers did, and a gate that they may wait at.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) built: Arc<AtomicUsize>,
    pub(crate) calls: Arc<AtomicUsize>,
    pub(crate) running: Arc<AtomicUsize>,
    pub(crate) most: Arc<AtomicUsize>,
    pub(crate) dropped: Arc<AtomicUsize>,
    pub(crate) gate: Arc<Semaphore>,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            built: Arc::default(),
            calls: Arc::default(),
            running: Arc::default(),
            most: Arc::default(),
            dropped: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }
}

impl Probe {
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// Counts a call until it is dropped.
    pub(crate) fn enter(&self) -> Inside {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Inside(self.clone())
    }
}

pub(crate) struct Inside(Probe);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, SubjectParam)]
pub(crate) struct Id(pub(crate) u64);

#[derive(Debug, PartialEq, ServiceError)]
pub(crate) enum DemoError {
    #[service(code = 404)]
    NotFound { id: Id },
    #[service(code = 503, retry_after = "1500ms")]
    Busy,
    #[service(code = 500, opaque)]
    Internal(String),
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { id } => write!(f, "no {} here", id.0),
            Self::Busy => f.write_str("busy"),
            Self::Internal(secret) => f.write_str(secret),
        }
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("the bomb went off");
        }
    }
}

/// Shows what a service can do.
#[service(name = "demo", version = "1.2.3", prefix = "demo.v1", metadata(team = "tests"))]
pub(crate) struct Demo {
    probe: Probe,
}

impl Demo {
    pub(crate) fn new(probe: &Probe) -> Self {
        probe.built.fetch_add(1, Ordering::SeqCst);
        Self { probe: probe.clone() }
    }
}

#[handlers(client = pub(crate))]
impl Demo {
    #[endpoint(metadata(kind = "mirror"))]
    async fn echo(&self, payload: Raw) -> Raw {
        self.probe.calls.fetch_add(1, Ordering::SeqCst);
        payload
    }

    #[endpoint("{left}.{right}.add")]
    async fn add(&self, left: u64, right: u64) -> u64 {
        left + right
    }

    #[endpoint("{id}.find")]
    async fn find(&self, id: Id) -> Result<String, DemoError> {
        self.probe.enter();
        match id.0 {
            404 => Err(DemoError::NotFound { id }),
            500 => Err(DemoError::Internal("the password is hunter2".into())),
            503 => Err(DemoError::Busy),
            found => Ok(format!("found {found}")),
        }
    }

    #[endpoint]
    async fn panics(&self, after: String) {
        if after == "await" {
            tokio::task::yield_now().await;
        }
        panic!("told to panic");
    }

    #[endpoint]
    async fn two_lines(&self) -> Result<(), Fault> {
        Err(Fault::new(422, "line one\nline two\r\nNats-Injected: 1"))
    }

    /// Waits at the gate.
    #[endpoint(concurrency = 4, timeout = "60s")]
    async fn gated(&self, payload: Raw) -> Raw {
        let _inside = self.probe.enter();
        let _passed = self.probe.gate.acquire().await;
        payload
    }

    #[endpoint(timeout = "100ms")]
    async fn forever(&self) {
        let _inside = self.probe.enter();
        std::future::pending::<()>().await;
    }

    #[endpoint(timeout = "50ms")]
    async fn bomb(&self) {
        let _bomb = Bomb;
        std::future::pending::<()>().await;
    }

    #[endpoint]
    async fn milliseconds_left(&self, deadline: Deadline) -> u64 {
        u64::try_from(deadline.remaining().as_millis()).unwrap()
    }

    #[endpoint]
    async fn zeros(&self, bytes: usize) -> Raw {
        Raw::new(vec![0; bytes])
    }

    #[endpoint(queue = none)]
    async fn everybody(&self) -> String {
        "here".to_owned()
    }
}

/// Counts, and notices when two do it at once.
#[service(name = "counter", version = "0.1.0")]
pub(crate) struct Counter {
    count: u64,
    probe: Probe,
}

impl Counter {
    pub(crate) fn new(probe: &Probe) -> Self {
        probe.built.fetch_add(1, Ordering::SeqCst);
        Self { count: 0, probe: probe.clone() }
    }
}

#[handlers(client = pub(crate))]
impl Counter {
    #[endpoint]
    async fn next(&mut self) -> u64 {
        let _inside = self.probe.enter();
        let seen = self.count;
        tokio::task::yield_now().await;
        self.count = seen + 1;
        self.count
    }

    #[endpoint]
    async fn now(&self) -> u64 {
        let _inside = self.probe.enter();
        tokio::task::yield_now().await;
        self.count
    }

    #[endpoint]
    async fn breaks(&mut self) {
        self.count = 666;
        panic!("half changed");
    }

    #[endpoint(timeout = "50ms")]
    async fn too_slow(&mut self) {
        self.count += 100;
        std::future::pending::<()>().await;
    }
}

/// Two endpoints of one name.
#[service(name = "twins", version = "0.1.0")]
pub(crate) struct Twins;

#[handlers(client = none)]
impl Twins {
    #[endpoint("left", name = "x")]
    async fn left(&self) -> u8 {
        1
    }

    #[endpoint("right", name = "x")]
    async fn right(&self) -> u8 {
        2
    }
}
