//! How a stream's configuration is put together.

use std::time::Duration;

use crate::jetstream::{
    Compression, ConsumerLimits, DiscardPolicy, PersistMode, RetentionPolicy, StorageType,
    StreamConfig,
};

/// Each sets the field of its name, which says more.
impl StreamConfig {
    /// A stream of this name, everything else at its default.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A line for people.
    ///
    /// Default and bounds: [the field](Self#structfield.description).
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// The subjects it stores, wildcards allowed.
    ///
    /// Default and bounds: [the field](Self#structfield.subjects).
    #[must_use]
    pub fn subjects(mut self, subjects: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subjects = subjects.into_iter().map(Into::into).collect();
        self
    }

    /// When a stored message may go.
    ///
    /// Default and bounds: [the field](Self#structfield.retention).
    #[must_use]
    pub fn retention(mut self, policy: RetentionPolicy) -> Self {
        self.retention = policy;
        self
    }

    /// Consumers that it may have.
    ///
    /// Default and bounds: [the field](Self#structfield.max_consumers).
    #[must_use]
    pub fn max_consumers(mut self, consumers: u64) -> Self {
        self.max_consumers = Some(consumers);
        self
    }

    /// Messages that it may hold.
    ///
    /// Default and bounds: [the field](Self#structfield.max_messages).
    #[must_use]
    pub fn max_messages(mut self, messages: u64) -> Self {
        self.max_messages = Some(messages);
        self
    }

    /// Bytes that it may hold.
    ///
    /// Default and bounds: [the field](Self#structfield.max_bytes).
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Age at which a message goes; zero for no limit.
    ///
    /// Default and bounds: [the field](Self#structfield.max_age).
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Messages that it may hold for one subject.
    ///
    /// Default and bounds: [the field](Self#structfield.max_messages_per_subject).
    #[must_use]
    pub fn max_messages_per_subject(mut self, messages: u64) -> Self {
        self.max_messages_per_subject = Some(messages);
        self
    }

    /// Bytes that one message, with its headers, may have.
    ///
    /// Default and bounds: [the field](Self#structfield.max_message_size).
    #[must_use]
    pub fn max_message_size(mut self, bytes: u64) -> Self {
        self.max_message_size = Some(bytes);
        self
    }

    /// What happens at a limit.
    ///
    /// Default and bounds: [the field](Self#structfield.discard).
    #[must_use]
    pub fn discard(mut self, policy: DiscardPolicy) -> Self {
        self.discard = policy;
        self
    }

    /// Whether [`DiscardPolicy::New`] also holds for the limit per subject.
    ///
    /// Default and bounds: [the field](Self#structfield.discard_new_per_subject).
    #[must_use]
    pub fn discard_new_per_subject(mut self, yes: bool) -> Self {
        self.discard_new_per_subject = yes;
        self
    }

    /// Where messages are kept.
    ///
    /// Default and bounds: [the field](Self#structfield.storage).
    #[must_use]
    pub fn storage(mut self, storage: StorageType) -> Self {
        self.storage = storage;
        self
    }

    /// Copies that the cluster keeps, 1 to 5.
    ///
    /// Default and bounds: [the field](Self#structfield.replicas).
    #[must_use]
    pub fn replicas(mut self, copies: u32) -> Self {
        self.replicas = copies;
        self
    }

    /// Whether the server leaves publishes unanswered.
    ///
    /// Default and bounds: [the field](Self#structfield.no_ack).
    #[must_use]
    pub fn no_ack(mut self, yes: bool) -> Self {
        self.no_ack = yes;
        self
    }

    /// For how long a message id is remembered.
    ///
    /// Default and bounds: [the field](Self#structfield.duplicate_window).
    #[must_use]
    pub fn duplicate_window(mut self, window: Duration) -> Self {
        self.duplicate_window = Some(window);
        self
    }

    /// How stored messages are compressed.
    ///
    /// Default and bounds: [the field](Self#structfield.compression).
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The sequence of the first message.
    ///
    /// Default and bounds: [the field](Self#structfield.first_sequence).
    #[must_use]
    pub fn first_sequence(mut self, sequence: u64) -> Self {
        self.first_sequence = Some(sequence);
        self
    }

    /// Whether every replica answers reads.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_direct).
    #[must_use]
    pub fn allow_direct(mut self, yes: bool) -> Self {
        self.allow_direct = yes;
        self
    }

    /// Whether a mirror answers reads for its origin.
    ///
    /// Default and bounds: [the field](Self#structfield.mirror_direct).
    #[must_use]
    pub fn mirror_direct(mut self, yes: bool) -> Self {
        self.mirror_direct = yes;
        self
    }

    /// Whether nothing may be stored, deleted or expire any more; only by an update.
    ///
    /// Default and bounds: [the field](Self#structfield.sealed).
    #[must_use]
    pub fn sealed(mut self, yes: bool) -> Self {
        self.sealed = yes;
        self
    }

    /// Whether deleting a message is refused.
    ///
    /// Default and bounds: [the field](Self#structfield.deny_delete).
    #[must_use]
    pub fn deny_delete(mut self, yes: bool) -> Self {
        self.deny_delete = yes;
        self
    }

    /// Whether a purge is refused.
    ///
    /// Default and bounds: [the field](Self#structfield.deny_purge).
    #[must_use]
    pub fn deny_purge(mut self, yes: bool) -> Self {
        self.deny_purge = yes;
        self
    }

    /// Whether a publish may replace all earlier messages by its header.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_rollup).
    #[must_use]
    pub fn allow_rollup(mut self, yes: bool) -> Self {
        self.allow_rollup = yes;
        self
    }

    /// Bounds for the consumers' own settings.
    ///
    /// Default and bounds: [the field](Self#structfield.consumer_limits).
    #[must_use]
    pub fn consumer_limits(mut self, limits: ConsumerLimits) -> Self {
        self.consumer_limits = limits;
        self
    }

    /// Whether a message may name its own age limit.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_message_ttl).
    #[must_use]
    pub fn allow_message_ttl(mut self, yes: bool) -> Self {
        self.allow_message_ttl = yes;
        self
    }

    /// Life of the marker left where a subject's last message expired.
    ///
    /// Default and bounds: [the field](Self#structfield.subject_delete_marker_ttl).
    #[must_use]
    pub fn subject_delete_marker_ttl(mut self, life: Duration) -> Self {
        self.subject_delete_marker_ttl = Some(life);
        self
    }

    /// Whether every message is an increment of its subject's counter.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_counter).
    #[must_use]
    pub fn allow_counter(mut self, yes: bool) -> Self {
        self.allow_counter = yes;
        self
    }

    /// Whether a batch may be stored whole or not at all.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_atomic_publish).
    #[must_use]
    pub fn allow_atomic_publish(mut self, yes: bool) -> Self {
        self.allow_atomic_publish = yes;
        self
    }

    /// Whether a message may be scheduled for later.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_schedules).
    #[must_use]
    pub fn allow_schedules(mut self, yes: bool) -> Self {
        self.allow_schedules = yes;
        self
    }

    /// Whether the fast batch ingest is open.
    ///
    /// Default and bounds: [the field](Self#structfield.allow_batch_publish).
    #[must_use]
    pub fn allow_batch_publish(mut self, yes: bool) -> Self {
        self.allow_batch_publish = yes;
        self
    }

    /// When the server answers a publish.
    ///
    /// Default and bounds: [the field](Self#structfield.persist_mode).
    #[must_use]
    pub fn persist_mode(mut self, mode: PersistMode) -> Self {
        self.persist_mode = Some(mode);
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

impl ConsumerLimits {
    /// No bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Default and upper bound of a consumer's inactivity threshold.
    ///
    /// Default and bounds: [the field](Self#structfield.inactive_threshold).
    #[must_use]
    pub fn inactive_threshold(mut self, threshold: Duration) -> Self {
        self.inactive_threshold = Some(threshold);
        self
    }

    /// Default and upper bound of a consumer's unacknowledged messages.
    ///
    /// Default and bounds: [the field](Self#structfield.max_ack_pending).
    #[must_use]
    pub fn max_ack_pending(mut self, messages: i64) -> Self {
        self.max_ack_pending = Some(messages);
        self
    }
}
