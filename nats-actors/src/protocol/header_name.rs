//! Every header that NATS gives a meaning, once.

/// Publishing to a stream (ADR-4, ADR-22): identifies a message for the stream's duplicate window.
pub const MESSAGE_ID: &str = "Nats-Msg-Id";
/// The stream that must store the message.
pub const EXPECTED_STREAM: &str = "Nats-Expected-Stream";
/// The stream's last sequence at the time of storing.
pub const EXPECTED_LAST_SEQUENCE: &str = "Nats-Expected-Last-Sequence";
/// The subject's last sequence at the time of storing.
pub const EXPECTED_LAST_SUBJECT_SEQUENCE: &str = "Nats-Expected-Last-Subject-Sequence";
/// The subject, or pattern, that the expected subject sequence speaks of.
pub const EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT: &str =
    "Nats-Expected-Last-Subject-Sequence-Subject";
/// The message id of the stream's last message.
pub const EXPECTED_LAST_MESSAGE_ID: &str = "Nats-Expected-Last-Msg-Id";
/// Replaces older messages by this one: `sub` those of its subject, `all` those of the stream.
pub const ROLLUP: &str = "Nats-Rollup";
/// How long the message lives: a Go duration, seconds, or `never` (ADR-43).
pub const TTL: &str = "Nats-TTL";
/// How much a counter changes (ADR-49).
pub const INCREMENT: &str = "Nats-Incr";
/// The API level that the server must have for a request.
pub const REQUIRED_API_LEVEL: &str = "Nats-Required-Api-Level";

/// The batch that a message belongs to (ADR-50).
pub const BATCH_ID: &str = "Nats-Batch-Id";
/// The message's place in its batch, from 1.
pub const BATCH_SEQUENCE: &str = "Nats-Batch-Sequence";
/// Ends a batch: `1` with this message, `eob` without it.
pub const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// When a scheduled message is due (ADR-51).
pub const SCHEDULE: &str = "Nats-Schedule";
/// The subject that a scheduled message goes to.
pub const SCHEDULE_TARGET: &str = "Nats-Schedule-Target";
/// The subject whose last message is sent when the schedule is due.
pub const SCHEDULE_SOURCE: &str = "Nats-Schedule-Source";
/// The TTL of a message that a schedule made.
pub const SCHEDULE_TTL: &str = "Nats-Schedule-TTL";
/// The rollup of a message that a schedule made.
pub const SCHEDULE_ROLLUP: &str = "Nats-Schedule-Rollup";
/// The time zone of a schedule.
pub const SCHEDULE_TIME_ZONE: &str = "Nats-Schedule-Time-Zone";
/// On a message that a schedule made: the subject that holds the schedule.
pub const SCHEDULER: &str = "Nats-Scheduler";
/// On a message that a schedule made: when the next one comes, or `purge`.
pub const SCHEDULE_NEXT: &str = "Nats-Schedule-Next";

/// On a stored message: the stream that holds it.
pub const STREAM: &str = "Nats-Stream";
/// On a stored message its subject; on a status of no responders, the subject that was asked.
pub const SUBJECT: &str = "Nats-Subject";
/// On a stored message: its sequence.
pub const SEQUENCE: &str = "Nats-Sequence";
/// On a stored message: when it was stored, as RFC 3339.
pub const TIME_STAMP: &str = "Nats-Time-Stamp";
/// On a stored message: the sequence of the one before it with the same subject.
pub const LAST_SEQUENCE: &str = "Nats-Last-Sequence";
/// On an answer of a batch of direct gets: how many messages follow.
pub const NUM_PENDING: &str = "Nats-Num-Pending";
/// On an answer of a batch of direct gets: up to which sequence it reads.
pub const UP_TO_SEQUENCE: &str = "Nats-UpTo-Sequence";
/// On a headers-only delivery: the size of the payload that was left out.
pub const MESSAGE_SIZE: &str = "Nats-Msg-Size";
/// On a message from a mirror or a source: where it came from.
pub const STREAM_SOURCE: &str = "Nats-Stream-Source";
/// On a message of a stream with sources: what identifies the stream it came from.
pub const STREAM_IDENTITY: &str = "Nats-Stream-Identity";
/// On a delete marker: why it was made.
pub const MARKER_REASON: &str = "Nats-Marker-Reason";
/// On a counter: what each source has added.
pub const COUNTER_SOURCES: &str = "Nats-Counter-Sources";
/// On an answer of the JetStream API: the type of its body.
pub const RESPONSE_TYPE: &str = "Nats-Response-Type";

/// On an idle heartbeat: the consumer's last sequence.
pub const LAST_CONSUMER: &str = "Nats-Last-Consumer";
/// On an idle heartbeat: the stream's last sequence.
pub const LAST_STREAM: &str = "Nats-Last-Stream";
/// On an idle heartbeat: where to send the flow control answer that the consumer waits for.
pub const CONSUMER_STALLED: &str = "Nats-Consumer-Stalled";
/// On a pull status: messages of the pull that were not delivered.
pub const PENDING_MESSAGES: &str = "Nats-Pending-Messages";
/// On a pull status: bytes of the pull that were not delivered.
pub const PENDING_BYTES: &str = "Nats-Pending-Bytes";
/// On a delivery of a pinned consumer: the pin that pulls must name.
pub const PIN_ID: &str = "Nats-Pin-Id";

/// What happened to a key: `DEL` or `PURGE` (ADR-8).
pub const KV_OPERATION: &str = "KV-Operation";

/// The text of a service's error reply (ADR-32).
pub const SERVICE_ERROR: &str = "Nats-Service-Error";
/// The code of a service's error reply, a number (ADR-32).
pub const SERVICE_ERROR_CODE: &str = "Nats-Service-Error-Code";
/// On a request through a service import: who asks, as JSON, if the export shares it.
pub const REQUEST_INFO: &str = "Nats-Request-Info";

/// Asks every server on the way to report to this subject (ADR-41).
pub const TRACE_DEST: &str = "Nats-Trace-Dest";
/// `true`: only reports are made, the message is delivered to nobody (ADR-41).
pub const TRACE_ONLY: &str = "Nats-Trace-Only";
/// Set by servers: which way a traced message took to here (ADR-41).
pub const TRACE_HOP: &str = "Nats-Trace-Hop";
/// The trace that a message belongs to (W3C Trace Context); accounts may let servers report on it (ADR-41).
pub const TRACEPARENT: &str = "traceparent";
/// What tracing systems keep with the trace (W3C Trace Context).
pub const TRACESTATE: &str = "tracestate";
/// How reports may be compressed: `gzip` or `snappy` (ADR-41).
pub const ACCEPT_ENCODING: &str = "Accept-Encoding";

#[cfg(test)]
mod tests {
    // spec: UTL-10, HDR-10
    #[test]
    fn every_name_is_legal_and_none_stands_here_twice() {
        let source = include_str!("header_name.rs");
        let code = source.split("#[cfg(test)]").next().unwrap();
        let mut names: Vec<&str> = code.split('"').skip(1).step_by(2).collect();
        assert!(names.iter().all(|name| crate::protocol::headers::is_name(name.as_bytes())));
        let constants = code.matches("pub const").count();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), constants);
    }
}
