//! The settings of a running service.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

/// What gives the `data` of an endpoint in STATS.
pub(super) type StatsData = Arc<dyn Fn(&str) -> Option<Box<RawValue>> + Send + Sync>;

/// The settings of a service that is started; every one has a default.
#[derive(Clone)]
#[must_use = "options do nothing until a service is started with them"]
pub struct ServiceOptions {
    pub(super) prefix: String,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) backlog_requests: usize,
    pub(super) backlog_bytes: usize,
    pub(super) retry_after: Duration,
    pub(super) start_timeout: Duration,
    pub(super) drain_timeout: Duration,
    pub(super) stats_data: Option<StatsData>,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            prefix: "$SRV".to_owned(),
            metadata: BTreeMap::new(),
            backlog_requests: 4096,
            backlog_bytes: 32 * 1024 * 1024,
            retry_after: Duration::from_millis(250),
            start_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(30),
            stats_data: None,
        }
    }
}

impl ServiceOptions {
    /// The defaults, each named at its setter.
    pub fn new() -> Self {
        Self::default()
    }

    /// The subject under which PING, INFO and STATS are answered. Default: `$SRV`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Adds metadata of this instance to that of the service; the same key replaces. Default: none.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// How much may wait at each endpoint while as many requests run as its concurrency allows. Default: 4096 requests,
    /// 32 MiB. What comes beyond either bound is answered with code 503 at once.
    pub fn backlog(mut self, requests: usize, bytes: usize) -> Self {
        self.backlog_requests = requests.max(1);
        self.backlog_bytes = bytes.max(1);
        self
    }

    /// The `Retry-After-Ms` of a 503. Default: 250 ms.
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = delay;
        self
    }

    /// How long [`start`](super::start) waits for all endpoints. Default: 10 s.
    pub fn start_timeout(mut self, within: Duration) -> Self {
        self.start_timeout = within;
        self
    }

    /// How long a drain may take that nobody gives another deadline: when the [`RunningService`](super::RunningService)
    /// is dropped, or the supervisor above stops a [`child`](super::child). Default: 30 s. Requests that are not
    /// answered then get code 503.
    pub fn drain_timeout(mut self, within: Duration) -> Self {
        self.drain_timeout = within;
        self
    }

    /// Gives the `data` of each endpoint in STATS, by its name. Default: no `data`. Where it panics or its value is not
    /// JSON, there is no `data` either.
    pub fn stats_data<T: Serialize>(
        mut self,
        data: impl Fn(&str) -> T + Send + Sync + 'static,
    ) -> Self {
        self.stats_data =
            Some(Arc::new(move |name| serde_json::value::to_raw_value(&data(name)).ok()));
        self
    }
}

impl fmt::Debug for ServiceOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceOptions")
            .field("prefix", &self.prefix)
            .field("metadata", &self.metadata)
            .field("backlog_requests", &self.backlog_requests)
            .field("backlog_bytes", &self.backlog_bytes)
            .field("retry_after", &self.retry_after)
            .field("start_timeout", &self.start_timeout)
            .field("drain_timeout", &self.drain_timeout)
            .field("stats_data", &self.stats_data.is_some())
            .finish()
    }
}
