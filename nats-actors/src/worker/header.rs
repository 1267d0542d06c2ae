//! The headers of dead letters. [`MESSAGE_ID`] makes storing one twice the same as storing it once.

pub use crate::protocol::header_name::MESSAGE_ID;

/// What the names of all headers here begin with, but for [`MESSAGE_ID`].
pub const PREFIX: &str = "Dead-Letter-";
/// The stream that the message was read from.
pub const STREAM: &str = "Dead-Letter-Stream";
/// Its sequence in that stream.
pub const SEQUENCE: &str = "Dead-Letter-Sequence";
/// Its subject in that stream.
pub const SUBJECT: &str = "Dead-Letter-Subject";
/// The durable consumer that gave it up.
pub const CONSUMER: &str = "Dead-Letter-Consumer";
/// How often it was delivered.
pub const DELIVERIES: &str = "Dead-Letter-Deliveries";
/// Attempts made by the worker that gave it up.
pub const ATTEMPTS: &str = "Dead-Letter-Attempts";
/// Why it was given up, in one line.
pub const REASON: &str = "Dead-Letter-Reason";
/// When it was given up, as RFC 3339 in UTC.
pub const TIME: &str = "Dead-Letter-Time";
/// When its stream had stored it, as RFC 3339 in UTC.
pub const PUBLISHED: &str = "Dead-Letter-Published";
/// The `Nats-Msg-Id` that it had.
pub const ORIGINAL_MESSAGE_ID: &str = "Dead-Letter-Message-Id";
/// Its header block, escaped, if that could not be read.
pub const MALFORMED_HEADERS: &str = "Dead-Letter-Malformed-Headers";
