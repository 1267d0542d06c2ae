//! How a consumer's configuration is put together.

use std::time::Duration;
use std::time::SystemTime;

use crate::jetstream::{AckPolicy, ConsumerConfig, DeliverPolicy, PriorityPolicy, ReplayPolicy};

/// Each sets the field of its name, which says more.
impl ConsumerConfig {
    /// A consumer that lives until it is deleted.
    #[must_use]
    pub fn durable(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { durable: Some(name.clone()), name: Some(name), ..Self::default() }
    }

    /// A consumer that the server deletes when nobody has pulled for a while.
    #[must_use]
    pub fn ephemeral(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The name it has, or will have; empty if none was given.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().or(self.durable.as_deref()).unwrap_or_default()
    }

    /// Whether the server sends without being asked; such a consumer cannot be pulled from.
    #[must_use]
    pub fn is_push(&self) -> bool {
        self.extra.get("deliver_subject").and_then(|subject| subject.as_str()).is_some()
    }

    /// A line for people.
    ///
    /// Default and bounds: [the field](Self#structfield.description).
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Where in the stream it begins.
    ///
    /// Default and bounds: [the field](Self#structfield.deliver).
    #[must_use]
    pub fn deliver(mut self, policy: DeliverPolicy) -> Self {
        self.deliver = policy;
        self
    }

    /// Which messages are owed an acknowledgement.
    ///
    /// Default and bounds: [the field](Self#structfield.ack_policy).
    #[must_use]
    pub fn ack_policy(mut self, policy: AckPolicy) -> Self {
        self.ack_policy = policy;
        self
    }

    /// How long a delivered message may stay unacknowledged.
    ///
    /// Default and bounds: [the field](Self#structfield.ack_wait).
    #[must_use]
    pub fn ack_wait(mut self, wait: Duration) -> Self {
        self.ack_wait = Some(wait);
        self
    }

    /// How often a message is delivered before the server gives up on it.
    ///
    /// Default and bounds: [the field](Self#structfield.max_deliver).
    #[must_use]
    pub fn max_deliver(mut self, deliveries: u64) -> Self {
        self.max_deliver = Some(deliveries);
        self
    }

    /// Waits before the second, third, … delivery of a message not acknowledged in time.
    ///
    /// Default and bounds: [the field](Self#structfield.backoff).
    #[must_use]
    pub fn backoff(mut self, waits: impl IntoIterator<Item = Duration>) -> Self {
        self.backoff = waits.into_iter().collect();
        self
    }

    /// The subjects it delivers, wildcards allowed, without overlap.
    ///
    /// Default and bounds: [the field](Self#structfield.filter_subjects).
    #[must_use]
    pub fn filter_subjects(
        mut self,
        subjects: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.filter_subjects = subjects.into_iter().map(Into::into).collect();
        self
    }

    /// How fast stored messages come.
    ///
    /// Default and bounds: [the field](Self#structfield.replay).
    #[must_use]
    pub fn replay(mut self, policy: ReplayPolicy) -> Self {
        self.replay = policy;
        self
    }

    /// Share of acknowledgements that the server publishes a metric of.
    ///
    /// Default and bounds: [the field](Self#structfield.sample_frequency).
    #[must_use]
    pub fn sample_frequency(mut self, share: impl Into<String>) -> Self {
        self.sample_frequency = Some(share.into());
        self
    }

    /// Pulls that may wait at the server.
    ///
    /// Default and bounds: [the field](Self#structfield.max_waiting).
    #[must_use]
    pub fn max_waiting(mut self, pulls: u32) -> Self {
        self.max_waiting = Some(pulls);
        self
    }

    /// Delivered messages that may be unacknowledged, over all clients; -1 for no limit.
    ///
    /// Default and bounds: [the field](Self#structfield.max_ack_pending).
    #[must_use]
    pub fn max_ack_pending(mut self, messages: i64) -> Self {
        self.max_ack_pending = Some(messages);
        self
    }

    /// Whether messages come without their payload.
    ///
    /// Default and bounds: [the field](Self#structfield.headers_only).
    #[must_use]
    pub fn headers_only(mut self, yes: bool) -> Self {
        self.headers_only = yes;
        self
    }

    /// The most that one pull may ask for.
    ///
    /// Default and bounds: [the field](Self#structfield.max_batch).
    #[must_use]
    pub fn max_batch(mut self, messages: u32) -> Self {
        self.max_batch = Some(messages);
        self
    }

    /// The longest that one pull may wait.
    ///
    /// Default and bounds: [the field](Self#structfield.max_expires).
    #[must_use]
    pub fn max_expires(mut self, wait: Duration) -> Self {
        self.max_expires = Some(wait);
        self
    }

    /// The most bytes that one pull may ask for.
    ///
    /// Default and bounds: [the field](Self#structfield.max_bytes).
    #[must_use]
    pub fn max_bytes(mut self, bytes: u32) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How long nobody may pull before the server deletes the consumer.
    ///
    /// Default and bounds: [the field](Self#structfield.inactive_threshold).
    #[must_use]
    pub fn inactive_threshold(mut self, silence: Duration) -> Self {
        self.inactive_threshold = Some(silence);
        self
    }

    /// Copies of its state that the cluster keeps.
    ///
    /// Default and bounds: [the field](Self#structfield.replicas).
    #[must_use]
    pub fn replicas(mut self, copies: u32) -> Self {
        self.replicas = copies;
        self
    }

    /// Whether its state is kept in memory.
    ///
    /// Default and bounds: [the field](Self#structfield.memory_storage).
    #[must_use]
    pub fn memory_storage(mut self, yes: bool) -> Self {
        self.memory_storage = yes;
        self
    }

    /// Until when it delivers nothing.
    ///
    /// Default and bounds: [the field](Self#structfield.pause_until).
    #[must_use]
    pub fn pause_until(mut self, end: SystemTime) -> Self {
        self.pause_until = Some(end);
        self
    }

    /// Groups of pulling clients.
    ///
    /// Default and bounds: [the field](Self#structfield.priority_groups).
    #[must_use]
    pub fn priority_groups(mut self, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.priority_groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Which client of a group is served first.
    ///
    /// Default and bounds: [the field](Self#structfield.priority_policy).
    #[must_use]
    pub fn priority_policy(mut self, policy: PriorityPolicy) -> Self {
        self.priority_policy = Some(policy);
        self
    }

    /// How long a pinned client may be silent.
    ///
    /// Default and bounds: [the field](Self#structfield.priority_timeout).
    #[must_use]
    pub fn priority_timeout(mut self, silence: Duration) -> Self {
        self.priority_timeout = Some(silence);
        self
    }

    /// Adds an entry for programs.
    ///
    /// Default and bounds: [the field](Self#structfield.metadata).
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }
}
