//! What a service says about itself while it runs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::value::RawValue;

use crate::protocol::Nuid;
use crate::service::{MountedEndpoint, ServiceInfo};
use crate::supervisor::Slot;

use super::counters::Counters;
use super::endpoint::EndpointMsg;
use super::lock::lock;
use super::options::{ServiceOptions, StatsData};
use super::report::{EndpointInfo, EndpointStats, InfoReport, PingReport, StatsReport};

/// Identity and statistics of an instance; outlives every child.
pub(super) struct Roster {
    info: ServiceInfo,
    id: String,
    metadata: BTreeMap<String, String>,
    started: Mutex<SystemTime>,
    stats_data: Option<StatsData>,
    pub(super) entries: Vec<Entry>,
}

/// One endpoint.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) info: EndpointInfo,
    pub(super) counters: Arc<Counters>,
    /// What is set here counts for the next lives; the slot tells the present one.
    pub(super) concurrency: Arc<AtomicUsize>,
    pub(super) slot: Slot<EndpointMsg>,
}

impl Roster {
    pub(super) fn new(info: ServiceInfo, options: &ServiceOptions, entries: Vec<Entry>) -> Self {
        let mut metadata = map_of(info.metadata_pairs());
        metadata.extend(options.metadata.clone());
        Self {
            info,
            id: Nuid::new(|| fastrand::u64(..)).next_name().to_owned(),
            metadata,
            started: Mutex::new(SystemTime::now()),
            stats_data: options.stats_data.clone(),
            entries,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.info.name()
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn ping(&self) -> PingReport {
        PingReport {
            kind: Cow::Borrowed("io.nats.micro.v1.ping_response"),
            name: self.info.name().to_owned(),
            id: self.id.clone(),
            version: self.info.version().to_owned(),
            metadata: self.metadata.clone(),
        }
    }

    pub(super) fn info(&self) -> InfoReport {
        let PingReport { name, id, version, metadata, .. } = self.ping();
        InfoReport {
            kind: Cow::Borrowed("io.nats.micro.v1.info_response"),
            name,
            id,
            version,
            metadata,
            description: self.info.description_text().to_owned(),
            endpoints: self.entries.iter().map(|entry| entry.info.clone()).collect(),
        }
    }

    pub(super) fn stats(&self) -> StatsReport {
        let PingReport { name, id, version, metadata, .. } = self.ping();
        StatsReport {
            kind: Cow::Borrowed("io.nats.micro.v1.stats_response"),
            name,
            id,
            version,
            metadata,
            started: *lock(&self.started),
            endpoints: self.entries.iter().map(|entry| self.stats_of(entry)).collect(),
        }
    }

    pub(super) fn stats_of(&self, entry: &Entry) -> EndpointStats {
        let counted = entry.counters.read();
        let EndpointInfo { name, subject, queue_group, .. } = entry.info.clone();
        let average = counted.processing_time.as_nanos().checked_div(counted.requests.into());
        EndpointStats {
            data: self.data_of(&name),
            name,
            subject,
            queue_group,
            num_requests: counted.requests,
            num_errors: counted.errors,
            last_error: counted.last_error,
            processing_time: counted.processing_time,
            average_processing_time: Duration::from_nanos(
                average.and_then(|nanoseconds| u64::try_from(nanoseconds).ok()).unwrap_or(0),
            ),
        }
    }

    pub(super) fn reset(&self) {
        self.entries.iter().for_each(|entry| entry.counters.reset());
        *lock(&self.started) = SystemTime::now();
    }

    fn data_of(&self, endpoint: &str) -> Option<Box<RawValue>> {
        let data = self.stats_data.as_ref()?;
        std::panic::catch_unwind(AssertUnwindSafe(|| data(endpoint))).ok().flatten()
    }
}

impl EndpointInfo {
    pub(super) fn of<S>(endpoint: &MountedEndpoint<S>) -> Self {
        Self {
            name: endpoint.spec().name().to_owned(),
            subject: endpoint.subject().to_owned(),
            queue_group: endpoint.queue_group().unwrap_or_default().to_owned(),
            metadata: map_of(endpoint.spec().metadata_pairs()),
        }
    }
}

fn map_of(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster")
            .field("name", &self.name())
            .field("id", &self.id)
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}
