//! Every header that JetStream reads or writes and this crate names, once.

/// Identifies a message for the duplicate window.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";
/// The stream that must store the message.
pub(crate) const EXPECTED_STREAM: &str = "Nats-Expected-Stream";
/// The stream's last sequence at the time of storing.
pub(crate) const EXPECTED_LAST_SEQUENCE: &str = "Nats-Expected-Last-Sequence";
/// The subject's last sequence at the time of storing.
pub(crate) const EXPECTED_LAST_SUBJECT_SEQUENCE: &str = "Nats-Expected-Last-Subject-Sequence";
/// The subject, or pattern, that the expected subject sequence speaks of.
pub(crate) const EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT: &str =
    "Nats-Expected-Last-Subject-Sequence-Subject";
/// The message id of the stream's last message.
pub(crate) const EXPECTED_LAST_MESSAGE_ID: &str = "Nats-Expected-Last-Msg-Id";
/// How long the message lives, in seconds.
pub(crate) const TTL: &str = "Nats-TTL";

/// On a pull status: messages of the pull that were not delivered.
pub(crate) const PENDING_MESSAGES: &str = "Nats-Pending-Messages";
