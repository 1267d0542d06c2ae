//! What an endpoint says about itself.

use std::time::Duration;

use super::info::Queue;

/// Name, subject and limits of an endpoint; all of it constant.
///
/// ```
/// use nats_actors::service::EndpointSpec;
///
/// const SPEC: EndpointSpec = EndpointSpec::new("cancel", "{id}.cancel").concurrency(16);
/// assert_eq!(SPEC.concurrency_limit(), 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointSpec {
    name: &'static str,
    subject: &'static str,
    queue: Queue,
    concurrency: usize,
    timeout: Duration,
    metadata: &'static [(&'static str, &'static str)],
    description: &'static str,
}

impl EndpointSpec {
    /// Requests that run at once if nothing else is said.
    pub const DEFAULT_CONCURRENCY: usize = 64;
    /// The time that a request has if neither the caller nor the endpoint says otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

    /// An endpoint that answers `subject`: tokens, `{placeholders}` and wildcards, relative to the
    /// prefix of the service unless it begins with `/`.
    #[must_use]
    pub const fn new(name: &'static str, subject: &'static str) -> Self {
        Self {
            name,
            subject,
            queue: Queue::Inherit,
            concurrency: Self::DEFAULT_CONCURRENCY,
            timeout: Self::DEFAULT_TIMEOUT,
            metadata: &[],
            description: "",
        }
    }

    /// Sets the queue group. Default: that of the service.
    #[must_use]
    pub const fn queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// Sets how many requests run at once. Default: [`DEFAULT_CONCURRENCY`](Self::DEFAULT_CONCURRENCY).
    /// An [`EndpointMut`](super::EndpointMut) runs one, whatever this says.
    #[must_use]
    pub const fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// Sets the time that a request has. Default: [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT).
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the metadata that INFO answers with. Default: none.
    #[must_use]
    pub const fn metadata(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        self.metadata = pairs;
        self
    }

    /// Sets the text that describes the endpoint. Default: empty.
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The subject as it was given, with its placeholders.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        self.subject
    }

    /// The endpoint's own choice of a queue group.
    #[must_use]
    pub const fn queue_choice(&self) -> Queue {
        self.queue
    }

    /// How many requests run at once.
    #[must_use]
    pub const fn concurrency_limit(&self) -> usize {
        self.concurrency
    }

    /// The time that a request has if the caller does not say otherwise.
    #[must_use]
    pub const fn default_timeout(&self) -> Duration {
        self.timeout
    }

    /// The metadata, in the order in which it was given.
    #[must_use]
    pub const fn metadata_pairs(&self) -> &'static [(&'static str, &'static str)] {
        self.metadata
    }

    /// The text that describes the endpoint.
    #[must_use]
    pub const fn description_text(&self) -> &'static str {
        self.description
    }
}
