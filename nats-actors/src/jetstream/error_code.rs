//! The JetStream API's error codes, by name.

use std::fmt;

/// The number the server gives to one reason for refusing a JetStream request.
///
/// The server adds codes with every release, so this is a number with names and not an enum:
/// a code that has no name here compares, prints and travels like any other.
///
/// ```
/// use nats_actors::jetstream::ErrorCode;
///
/// assert_eq!(ErrorCode::STREAM_NOT_FOUND.get(), 10059);
/// assert_eq!(ErrorCode::new(10059).name(), Some("STREAM_NOT_FOUND"));
/// assert_eq!(ErrorCode::new(1).name(), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u16);

impl ErrorCode {
    /// The code with this number; 0 stands for an error that came without one.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number, as in the `err_code` field.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whether the message was refused because the stream or subject has moved on since the
    /// sequence that the publisher expected. Replicated streams use a code of their own.
    #[must_use]
    pub fn is_wrong_last_sequence(self) -> bool {
        self == Self::STREAM_WRONG_LAST_SEQUENCE
            || self == Self::STREAM_WRONG_LAST_SEQUENCE_CONSTANT
    }

    /// Whether what was asked for is not there: a stream, a consumer or a message.
    #[must_use]
    pub fn is_not_found(self) -> bool {
        NOT_FOUND.contains(&self)
    }

    /// Whether something else is there already: a name with another configuration, or a newer message than expected.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        CONFLICT.contains(&self)
    }

    /// Whether the server says that it could not do this now and did not do it in part.
    #[must_use]
    pub fn is_transient(self) -> bool {
        TRANSIENT.contains(&self)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "ErrorCode({})", self.0),
        }
    }
}

const NOT_FOUND: &[ErrorCode] = &[
    ErrorCode::STREAM_NOT_FOUND,
    ErrorCode::CONSUMER_NOT_FOUND,
    ErrorCode::CONSUMER_DOES_NOT_EXIST,
    ErrorCode::NO_MESSAGE_FOUND,
    ErrorCode::SEQUENCE_NOT_FOUND,
];

const CONFLICT: &[ErrorCode] = &[
    ErrorCode::STREAM_NAME_EXIST,
    ErrorCode::CONSUMER_NAME_EXIST,
    ErrorCode::CONSUMER_ALREADY_EXISTS,
    ErrorCode::STREAM_WRONG_LAST_SEQUENCE,
    ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT,
];

/// Refusals that pass by themselves: no leader yet, a peer restarting, a full queue.
const TRANSIENT: &[ErrorCode] = &[
    ErrorCode::CLUSTER_INCOMPLETE,
    ErrorCode::CLUSTER_NOT_AVAILABLE,
    ErrorCode::CLUSTER_NOT_LEADER,
    ErrorCode::INSUFFICIENT_RESOURCES,
    ErrorCode::NOT_ENABLED,
    ErrorCode::NOT_ENABLED_FOR_ACCOUNT,
    ErrorCode::PEER_REMAP,
    ErrorCode::STREAM_OFFLINE,
    ErrorCode::CONSUMER_OFFLINE,
    ErrorCode::STREAM_DUPLICATE_MESSAGE_CONFLICT,
    ErrorCode::STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_NOT_READY,
    ErrorCode::STREAM_TOO_MANY_REQUESTS,
    ErrorCode::ATOMIC_PUBLISH_TOO_MANY_INFLIGHT,
    ErrorCode::BATCH_PUBLISH_TOO_MANY_INFLIGHT,
];

macro_rules! codes {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        impl ErrorCode {
            $(#[doc = $text] pub const $name: Self = Self($number);)*

            /// The name of the code's constant here, if it has one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    ACCOUNT_RESOURCES_EXCEEDED = 10002, "Resource limits exceeded for account (400).";
    BAD_REQUEST = 10003, "Bad request (400).";
    CLUSTER_INCOMPLETE = 10004, "Incomplete results (503).";
    CLUSTER_NO_PEERS = 10005, "The text gives the reason (400).";
    CLUSTER_NOT_ACTIVE = 10006, "JetStream not in clustered mode (500).";
    CLUSTER_NOT_ASSIGNED = 10007, "JetStream cluster not assigned to this server (500).";
    CLUSTER_NOT_AVAILABLE = 10008, "JetStream system temporarily unavailable (503).";
    CLUSTER_NOT_LEADER = 10009, "JetStream cluster can not handle request (500).";
    CLUSTER_REQUIRED = 10010, "JetStream clustering support required (503).";
    CLUSTER_TAGS = 10011, "Tags placement not supported for operation (400).";
    CONSUMER_CREATE = 10012, "The text gives the reason (500).";
    CONSUMER_NAME_EXIST = 10013, "Consumer name already in use (400).";
    CONSUMER_NOT_FOUND = 10014, "Consumer not found (404).";
    SNAPSHOT_DELIVER_SUBJECT_INVALID = 10015, "Deliver subject not valid (400).";
    CONSUMER_DURABLE_NAME_NOT_IN_SUBJECT = 10016, "Consumer expected to be durable but no durable name set in subject (400).";
    CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT = 10017, "Consumer name in subject does not match durable name in request (400).";
    CONSUMER_DURABLE_NAME_NOT_SET = 10018, "Consumer expected to be durable but a durable name was not set (400).";
    CONSUMER_EPHEMERAL_WITH_DURABLE_IN_SUBJECT = 10019, "Consumer expected to be ephemeral but detected a durable name set in subject (400).";
    CONSUMER_EPHEMERAL_WITH_DURABLE_NAME = 10020, "Consumer expected to be ephemeral but a durable name was set in request (400).";
    STREAM_EXTERNAL_API_OVERLAP = 10021, "Stream external api prefix … must not overlap with … (400).";
    STREAM_EXTERNAL_DELIVERY_PREFIX_OVERLAPS = 10022, "Stream external delivery prefix … overlaps with stream subject … (400).";
    INSUFFICIENT_RESOURCES = 10023, "Insufficient resources (503).";
    STREAM_INVALID_EXTERNAL_DELIVERY_SUBJECT = 10024, "Stream external delivery prefix … must not contain wildcards (400).";
    INVALID_JSON = 10025, "Invalid JSON: … (400).";
    MAXIMUM_CONSUMERS_LIMIT = 10026, "Maximum consumers limit reached (400).";
    MAXIMUM_STREAMS_LIMIT = 10027, "Maximum number of streams reached (400).";
    MEMORY_RESOURCES_EXCEEDED = 10028, "Insufficient memory resources available (500).";
    MIRROR_CONSUMER_SETUP_FAILED = 10029, "The text gives the reason (500).";
    MIRROR_MAX_MESSAGE_SIZE_TOO_BIG = 10030, "Stream mirror must have max message size >= source (400).";
    MIRROR_WITH_SOURCES = 10031, "Stream mirrors can not also contain other sources (400).";
    MIRROR_WITH_START_SEQ_AND_TIME = 10032, "Stream mirrors can not have both start seq and start time configured (400).";
    MIRROR_WITH_SUBJECT_FILTERS = 10033, "Stream mirrors can not contain filtered subjects (400).";
    MIRROR_WITH_SUBJECTS = 10034, "Stream mirrors can not contain subjects (400).";
    NO_ACCOUNT = 10035, "Account not found (503).";
    CLUSTER_UNSUPPORTED_FEATURE = 10036, "Not currently supported in clustered mode (503).";
    NO_MESSAGE_FOUND = 10037, "No message found (404).";
    NOT_EMPTY_REQUEST = 10038, "Expected an empty request payload (400).";
    NOT_ENABLED_FOR_ACCOUNT = 10039, "JetStream not enabled for account (503).";
    CLUSTER_PEER_NOT_MEMBER = 10040, "Peer not a member (400).";
    RAFT_GENERAL = 10041, "The text gives the reason (500).";
    RESTORE_SUBSCRIBE_FAILED = 10042, "JetStream unable to subscribe to restore snapshot …: … (500).";
    SEQUENCE_NOT_FOUND = 10043, "Sequence … not found (400).";
    CLUSTER_SERVER_NOT_MEMBER = 10044, "Server is not a member of the cluster (400).";
    SOURCE_CONSUMER_SETUP_FAILED = 10045, "The text gives the reason (500).";
    SOURCE_MAX_MESSAGE_SIZE_TOO_BIG = 10046, "Stream source must have max message size >= target (400).";
    STORAGE_RESOURCES_EXCEEDED = 10047, "Insufficient storage resources available (500).";
    STREAM_ASSIGNMENT = 10048, "The text gives the reason (500).";
    STREAM_CREATE = 10049, "The text gives the reason (500).";
    STREAM_DELETE = 10050, "The text gives the reason (500).";
    STREAM_GENERAL_ERROR = 10051, "The text gives the reason (500).";
    STREAM_INVALID_CONFIG = 10052, "The text gives the reason (500).";
    STREAM_LIMITS = 10053, "The text gives the reason (500).";
    STREAM_MESSAGE_EXCEEDS_MAXIMUM = 10054, "Message size exceeds maximum allowed (400).";
    STREAM_MIRROR_NOT_UPDATABLE = 10055, "Stream mirror configuration can not be updated (400).";
    STREAM_MISMATCH = 10056, "Stream name in subject does not match request (400).";
    STREAM_MSG_DELETE_FAILED = 10057, "The text gives the reason (500).";
    STREAM_NAME_EXIST = 10058, "Stream name already in use with a different configuration (400).";
    STREAM_NOT_FOUND = 10059, "Stream not found (404).";
    STREAM_NOT_MATCH = 10060, "Expected stream does not match (400).";
    STREAM_REPLICAS_NOT_UPDATABLE = 10061, "Replicas configuration can not be updated (400).";
    STREAM_RESTORE = 10062, "Restore failed: … (500).";
    STREAM_SEQUENCE_NOT_MATCH = 10063, "Expected stream sequence does not match (503).";
    STREAM_SNAPSHOT = 10064, "Snapshot failed: … (500).";
    STREAM_SUBJECT_OVERLAP = 10065, "Subjects overlap with an existing stream (400).";
    STREAM_TEMPLATE_CREATE = 10066, "The text gives the reason (500).";
    STREAM_TEMPLATE_DELETE = 10067, "The text gives the reason (500).";
    STREAM_TEMPLATE_NOT_FOUND = 10068, "Template not found (404).";
    STREAM_UPDATE = 10069, "The text gives the reason (500).";
    STREAM_WRONG_LAST_MSG_ID = 10070, "Wrong last msg ID: … (400).";
    STREAM_WRONG_LAST_SEQUENCE = 10071, "Wrong last sequence: … (400).";
    TEMP_STORAGE_FAILED = 10072, "JetStream unable to open temp storage for restore (500).";
    TEMPLATE_NAME_NOT_MATCH_SUBJECT = 10073, "Template name in subject does not match request (400).";
    STREAM_REPLICAS_NOT_SUPPORTED = 10074, "Replicas > 1 not supported in non-clustered mode (500).";
    PEER_REMAP = 10075, "Peer remap failed (503).";
    NOT_ENABLED = 10076, "JetStream not enabled (503).";
    STREAM_STORE_FAILED = 10077, "The text gives the reason (503).";
    CONSUMER_CONFIG_REQUIRED = 10078, "Consumer config required (400).";
    CONSUMER_DELIVER_TO_WILDCARDS = 10079, "Consumer deliver subject has wildcards (400).";
    CONSUMER_PUSH_MAX_WAITING = 10080, "Consumer in push mode can not set max waiting (400).";
    CONSUMER_DELIVER_CYCLE = 10081, "Consumer deliver subject forms a cycle (400).";
    CONSUMER_MAX_PENDING_ACK_POLICY_REQUIRED = 10082, "Consumer requires ack policy for max ack pending (400).";
    CONSUMER_SMALL_HEARTBEAT = 10083, "Consumer idle heartbeat needs to be >= 100ms (400).";
    CONSUMER_PULL_REQUIRES_ACK = 10084, "Consumer in pull mode requires explicit ack policy on workqueue stream (400).";
    CONSUMER_PULL_NOT_DURABLE = 10085, "Consumer in pull mode requires a durable name (400).";
    CONSUMER_PULL_WITH_RATE_LIMIT = 10086, "Consumer in pull mode can not have rate limit set (400).";
    CONSUMER_MAX_WAITING_NEGATIVE = 10087, "Consumer max waiting needs to be positive (400).";
    CONSUMER_HEARTBEAT_REQUIRES_PUSH = 10088, "Consumer idle heartbeat requires a push based consumer (400).";
    CONSUMER_FLOW_CONTROL_REQUIRES_PUSH = 10089, "Consumer flow control requires a push based consumer (400).";
    CONSUMER_DIRECT_REQUIRES_PUSH = 10090, "Consumer direct requires a push based consumer (400).";
    CONSUMER_DIRECT_REQUIRES_EPHEMERAL = 10091, "Consumer direct requires an ephemeral consumer (400).";
    CONSUMER_ON_MAPPED = 10092, "Consumer direct on a mapped consumer (400).";
    CONSUMER_FILTER_NOT_SUBSET = 10093, "Consumer filter subject is not a valid subset of the interest subjects (400).";
    CONSUMER_INVALID_POLICY = 10094, "The text gives the reason (400).";
    CONSUMER_INVALID_SAMPLING = 10095, "Failed to parse consumer sampling configuration: … (400).";
    STREAM_INVALID = 10096, "Stream not valid (500).";
    STREAM_HEADER_EXCEEDS_MAXIMUM = 10097, "Header size exceeds maximum allowed of 64k (400).";
    CONSUMER_WORK_QUEUE_REQUIRES_EXPLICIT_ACK = 10098, "Workqueue stream requires explicit ack (400).";
    CONSUMER_WORK_QUEUE_MULTIPLE_UNFILTERED = 10099, "Multiple non-filtered consumers not allowed on workqueue stream (400).";
    CONSUMER_WORK_QUEUE_CONSUMER_NOT_UNIQUE = 10100, "Filtered consumer not unique on workqueue stream (400).";
    CONSUMER_WORK_QUEUE_CONSUMER_NOT_DELIVER_ALL = 10101, "Consumer must be deliver all on workqueue stream (400).";
    CONSUMER_NAME_TOO_LONG = 10102, "Consumer name is too long, maximum allowed is … (400).";
    CONSUMER_BAD_DURABLE_NAME = 10103, "Durable name can not contain '.', '*', '>' (400).";
    CONSUMER_STORE_FAILED = 10104, "Error creating store for consumer: … (500).";
    CONSUMER_EXISTING_ACTIVE = 10105, "Consumer already exists and is still active (400).";
    CONSUMER_REPLACEMENT_WITH_DIFFERENT_NAME = 10106, "Consumer replacement durable config not the same (400).";
    CONSUMER_DESCRIPTION_TOO_LONG = 10107, "Consumer description is too long, maximum allowed is … (400).";
    CONSUMER_WITH_FLOW_CONTROL_NEEDS_HEARTBEATS = 10108, "Consumer with flow control also needs heartbeats (400).";
    STREAM_SEALED = 10109, "Invalid operation on sealed stream (400).";
    STREAM_PURGE_FAILED = 10110, "The text gives the reason (500).";
    STREAM_ROLLUP_FAILED = 10111, "The text gives the reason (500).";
    CONSUMER_INVALID_DELIVER_SUBJECT = 10112, "Invalid push consumer deliver subject (400).";
    STREAM_MAX_BYTES_REQUIRED = 10113, "Account requires a stream config to have max bytes set (400).";
    CONSUMER_MAX_REQUEST_BATCH_NEGATIVE = 10114, "Consumer max request batch needs to be > 0 (400).";
    CONSUMER_MAX_REQUEST_EXPIRES_TOO_SMALL = 10115, "Consumer max request expires needs to be >= 1ms (400).";
    CONSUMER_MAX_DELIVER_BACKOFF = 10116, "Max deliver is required to be > length of backoff values (400).";
    STREAM_INFO_MAX_SUBJECTS = 10117, "Subject details would exceed maximum allowed (500).";
    STREAM_OFFLINE = 10118, "Stream is offline (500).";
    CONSUMER_OFFLINE = 10119, "Consumer is offline (500).";
    NO_LIMITS = 10120, "No JetStream default or applicable tiered limit present (400).";
    CONSUMER_MAX_PENDING_ACK_EXCESS = 10121, "Consumer max ack pending exceeds system limit of … (400).";
    STREAM_MAX_STREAM_BYTES_EXCEEDED = 10122, "Stream max bytes exceeds account limit max stream bytes (400).";
    STREAM_MOVE_AND_SCALE = 10123, "Can not move and scale a stream in a single update (400).";
    STREAM_MOVE_IN_PROGRESS = 10124, "Stream move already in progress (400).";
    CONSUMER_MAX_REQUEST_BATCH_EXCEEDED = 10125, "Consumer max request batch exceeds server limit of … (400).";
    CONSUMER_REPLICAS_EXCEEDS_STREAM = 10126, "Consumer config replica count exceeds parent stream (400).";
    CONSUMER_NAME_CONTAINS_PATH_SEPARATORS = 10127, "Consumer name can not contain path separators (400).";
    STREAM_NAME_CONTAINS_PATH_SEPARATORS = 10128, "Stream name can not contain path separators (400).";
    STREAM_RECONFIGURE_NOT_IN_PROGRESS = 10129, "Stream reconfiguration not in progress (400).";
    STREAM_NAME_EXIST_RESTORE_FAILED = 10130, "Stream name already in use, cannot restore (400).";
    CONSUMER_CREATE_FILTER_SUBJECT_MISMATCH = 10131, "Consumer create request did not match filtered subject from create subject (400).";
    CONSUMER_CREATE_DURABLE_AND_NAME_MISMATCH = 10132, "Consumer Durable and Name have to be equal if both are provided (400).";
    REPLICAS_COUNT_CANNOT_BE_NEGATIVE = 10133, "Replicas count cannot be negative (400).";
    CONSUMER_REPLICAS_SHOULD_MATCH_STREAM = 10134, "Consumer config replicas must match interest retention stream's replicas (400).";
    CONSUMER_METADATA_LENGTH = 10135, "Consumer metadata exceeds maximum size of … (400).";
    CONSUMER_DUPLICATE_FILTER_SUBJECTS = 10136, "Consumer cannot have both FilterSubject and FilterSubjects specified (400).";
    CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED = 10137, "Consumer with multiple subject filters cannot use subject based API (400).";
    CONSUMER_OVERLAPPING_SUBJECT_FILTERS = 10138, "Consumer subject filters cannot overlap (400).";
    CONSUMER_EMPTY_FILTER = 10139, "Consumer filter in FilterSubjects cannot be empty (400).";
    SOURCE_DUPLICATE_DETECTED = 10140, "Duplicate source configuration detected (400).";
    SOURCE_INVALID_STREAM_NAME = 10141, "Sourced stream name is invalid (400).";
    MIRROR_INVALID_STREAM_NAME = 10142, "Mirrored stream name is invalid (400).";
    MIRROR_WITH_FIRST_SEQ = 10143, "Stream mirrors can not have first sequence configured (400).";
    SOURCE_MULTIPLE_FILTERS_NOT_ALLOWED = 10144, "Source with multiple subject transforms cannot also have a single subject filter (400).";
    SOURCE_INVALID_SUBJECT_FILTER = 10145, "Source transform source: … (400).";
    SOURCE_INVALID_TRANSFORM_DESTINATION = 10146, "Source transform: … (400).";
    SOURCE_OVERLAPPING_SUBJECT_FILTERS = 10147, "Source filters can not overlap (400).";
    CONSUMER_ALREADY_EXISTS = 10148, "Consumer already exists (400).";
    CONSUMER_DOES_NOT_EXIST = 10149, "Consumer does not exist (400).";
    MIRROR_MULTIPLE_FILTERS_NOT_ALLOWED = 10150, "Mirror with multiple subject transforms cannot also have a single subject filter (400).";
    MIRROR_INVALID_SUBJECT_FILTER = 10151, "Mirror transform source: … (400).";
    MIRROR_OVERLAPPING_SUBJECT_FILTERS = 10152, "Mirror subject filters can not overlap (400).";
    CONSUMER_INACTIVE_THRESHOLD_EXCESS = 10153, "Consumer inactive threshold exceeds system limit of … (400).";
    MIRROR_INVALID_TRANSFORM_DESTINATION = 10154, "Mirror transform: … (400).";
    STREAM_TRANSFORM_INVALID_SOURCE = 10155, "Stream transform source: … (400).";
    STREAM_TRANSFORM_INVALID_DESTINATION = 10156, "Stream transform: … (400).";
    PEDANTIC = 10157, "Pedantic mode: … (400).";
    STREAM_DUPLICATE_MESSAGE_CONFLICT = 10158, "Duplicate message id is in process (409).";
    CONSUMER_PRIORITY_POLICY_WITHOUT_GROUP = 10159, "Setting PriorityPolicy requires at least one PriorityGroup to be set (400).";
    CONSUMER_INVALID_PRIORITY_GROUP = 10160, "Provided priority group does not exist for this consumer (400).";
    CONSUMER_EMPTY_GROUP_NAME = 10161, "Group name cannot be an empty string (400).";
    CONSUMER_INVALID_GROUP_NAME = 10162, "Valid priority group name must match A-Z, a-z, 0-9, -_/=)+ and may not exceed 16 characters (400).";
    STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_NOT_READY = 10163, "Expected last sequence per subject temporarily unavailable (503).";
    STREAM_WRONG_LAST_SEQUENCE_CONSTANT = 10164, "Wrong last sequence (400).";
    MESSAGE_TTL_INVALID = 10165, "Invalid per-message TTL (400).";
    MESSAGE_TTL_DISABLED = 10166, "Per-message TTL is disabled (400).";
    STREAM_TOO_MANY_REQUESTS = 10167, "Too many requests (429).";
    MESSAGE_INCR_DISABLED = 10168, "Message counters is disabled (400).";
    MESSAGE_INCR_MISSING = 10169, "Message counter increment is missing (400).";
    MESSAGE_INCR_PAYLOAD = 10170, "Message counter has payload (400).";
    MESSAGE_INCR_INVALID = 10171, "Message counter increment is invalid (400).";
    MESSAGE_COUNTER_BROKEN = 10172, "Message counter is broken (400).";
    MIRROR_WITH_COUNTERS = 10173, "Stream mirrors can not also calculate counters (400).";
    ATOMIC_PUBLISH_DISABLED = 10174, "Atomic publish is disabled (400).";
    ATOMIC_PUBLISH_MISSING_SEQ = 10175, "Atomic publish sequence is missing (400).";
    ATOMIC_PUBLISH_INCOMPLETE_BATCH = 10176, "Atomic publish batch is incomplete (400).";
    ATOMIC_PUBLISH_UNSUPPORTED_HEADER_BATCH = 10177, "Atomic publish unsupported header used: … (400).";
    CONSUMER_PUSH_WITH_PRIORITY_GROUP = 10178, "Priority groups can not be used with push consumers (400).";
    ATOMIC_PUBLISH_INVALID_BATCH_ID = 10179, "Atomic publish batch ID is invalid (400).";
    STREAM_MIN_LAST_SEQ = 10180, "Min last sequence (412).";
    CONSUMER_ACK_POLICY_INVALID = 10181, "Consumer ack policy invalid (400).";
    CONSUMER_REPLAY_POLICY_INVALID = 10182, "Consumer replay policy invalid (400).";
    CONSUMER_ACK_WAIT_NEGATIVE = 10183, "Consumer ack wait needs to be positive (400).";
    CONSUMER_BACKOFF_NEGATIVE = 10184, "Consumer backoff needs to be positive (400).";
    REQUIRED_API_LEVEL = 10185, "JetStream minimum api level required (412).";
    MIRROR_WITH_MSG_SCHEDULES = 10186, "Stream mirrors can not also schedule messages (400).";
    SOURCE_WITH_MSG_SCHEDULES = 10187, "Stream source can not also schedule messages (400).";
    MESSAGE_SCHEDULES_DISABLED = 10188, "Message schedules is disabled (400).";
    MESSAGE_SCHEDULES_PATTERN_INVALID = 10189, "Message schedules pattern is invalid (400).";
    MESSAGE_SCHEDULES_TARGET_INVALID = 10190, "Message schedules target is invalid (400).";
    MESSAGE_SCHEDULES_TTL_INVALID = 10191, "Message schedules invalid per-message TTL (400).";
    MESSAGE_SCHEDULES_ROLLUP_INVALID = 10192, "Message schedules invalid rollup (400).";
    STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID = 10193, "Missing sequence for expected last sequence per subject (400).";
    STREAM_OFFLINE_REASON = 10194, "Stream is offline: … (500).";
    CONSUMER_OFFLINE_REASON = 10195, "Consumer is offline: … (500).";
    CONSUMER_PRIORITY_GROUP_WITH_POLICY_NONE = 10196, "Consumer can not have priority groups when policy is none (400).";
    CONSUMER_PINNED_TTL_WITHOUT_PRIORITY_POLICY_NONE = 10197, "PinnedTTL cannot be set when PriorityPolicy is none (400).";
    MIRROR_WITH_ATOMIC_PUBLISH = 10198, "Stream mirrors can not also use atomic publishing (400).";
    ATOMIC_PUBLISH_TOO_LARGE_BATCH = 10199, "Atomic publish batch is too large: … (400).";
    ATOMIC_PUBLISH_INVALID_BATCH_COMMIT = 10200, "Atomic publish batch commit is invalid (400).";
    ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE = 10201, "Atomic publish batch contains duplicate message id (400).";
    CLUSTER_SERVER_MEMBER_CHANGE_INFLIGHT = 10202, "Cluster member change is in progress (400).";
    MESSAGE_SCHEDULES_SOURCE_INVALID = 10203, "Message schedules source is invalid (400).";
    CONSUMER_INVALID_RESET = 10204, "Invalid reset: … (400).";
    BATCH_PUBLISH_DISABLED = 10205, "Batch publish is disabled (400).";
    BATCH_PUBLISH_INVALID_PATTERN = 10206, "Batch publish pattern is invalid (400).";
    BATCH_PUBLISH_INVALID_BATCH_ID = 10207, "Batch publish ID is invalid (400).";
    BATCH_PUBLISH_UNKNOWN_BATCH_ID = 10208, "Batch publish ID unknown (400).";
    MIRROR_WITH_BATCH_PUBLISH = 10209, "Stream mirrors can not also use batch publishing (400).";
    ATOMIC_PUBLISH_TOO_MANY_INFLIGHT = 10210, "Atomic publish too many inflight (429).";
    BATCH_PUBLISH_TOO_MANY_INFLIGHT = 10211, "Batch publish too many inflight (429).";
    MESSAGE_SCHEDULES_SCHEDULER_INVALID = 10212, "Message schedules invalid scheduler (400).";
    MIRROR_DURABLE_CONSUMER_CONFIG_INVALID = 10213, "Stream mirror consumer config is invalid (400).";
    MIRROR_CONSUMER_REQUIRES_ACK_FLOW_CONTROL = 10214, "Stream mirror consumer requires flow control ack policy (400).";
    SOURCE_DURABLE_CONSUMER_CONFIG_INVALID = 10215, "Stream source consumer config is invalid (400).";
    SOURCE_DURABLE_CONSUMER_DUPLICATE_DETECTED = 10216, "Duplicate stream source consumer detected (400).";
    SOURCE_CONSUMER_REQUIRES_ACK_FLOW_CONTROL = 10217, "Stream source consumer requires flow control ack policy (400).";
    CONSUMER_ACK_FLOW_CONTROL_REQUIRES_PUSH = 10218, "Flow control ack policy requires a push based consumer (400).";
    CONSUMER_ACK_FLOW_CONTROL_REQUIRES_FLOW_CONTROL = 10219, "Flow control ack policy requires flow control (400).";
    CONSUMER_ACK_FLOW_CONTROL_REQUIRES_MAX_ACK_PENDING = 10220, "Flow control ack policy requires max ack pending (400).";
    CONSUMER_ACK_FLOW_CONTROL_REQUIRES_NO_ACK_WAIT = 10221, "Flow control ack policy requires unset ack wait (400).";
    CONSUMER_ACK_FLOW_CONTROL_REQUIRES_NO_MAX_DELIVER = 10222, "Flow control ack policy requires unset max deliver (400).";
    MESSAGE_SCHEDULES_TIME_ZONE_INVALID = 10223, "Message schedules time zone is invalid (400).";
    CLUSTER_RESCUE = 10224, "JetStream system rescue not applied: … (400).";
    CONSUMER_STREAM_IDENTITY_MISMATCH = 10225, "Consumer's stream identity does not match: … (400).";
    STREAM_RECONFIGURE_IN_PROGRESS = 10226, "Stream reconfiguration already in progress (400).";
    MESSAGE_SOURCE_HEADER_NOT_ALLOWED = 10227, "Message stream source header is not allowed (400).";
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: ERR-25, G-13
    #[test]
    fn both_conflicts_are_one_question() {
        assert!(ErrorCode::new(10071).is_wrong_last_sequence());
        assert!(ErrorCode::new(10164).is_wrong_last_sequence());
        assert!(!ErrorCode::new(10163).is_wrong_last_sequence());
        assert!(ErrorCode::new(10163).is_transient());
    }

    // spec: A07-04
    #[test]
    fn codes_are_grouped_by_what_a_caller_does_about_them() {
        for (numbers, group) in [
            (
                &[10014, 10037, 10043, 10059, 10149][..],
                ErrorCode::is_not_found as fn(ErrorCode) -> bool,
            ),
            (&[10013, 10058, 10071, 10148, 10164], ErrorCode::is_conflict),
            (&[10008, 10158, 10163, 10167], ErrorCode::is_transient),
        ] {
            assert!(numbers.iter().all(|number| group(ErrorCode::new(*number))), "{numbers:?}");
            assert!(!group(ErrorCode::BAD_REQUEST) && !group(ErrorCode::new(0)));
        }
    }

    // spec: A07-02
    #[test]
    fn every_code_of_the_server_has_a_name_and_an_unknown_one_its_number() {
        for number in 10002..=10227 {
            assert!(ErrorCode::new(number).name().is_some(), "{number}");
        }
        assert_eq!(ErrorCode::new(19999).get(), 19999);
    }

    #[test]
    fn debug_names_a_known_code_and_numbers_an_unknown_one() {
        assert_eq!(format!("{:?}", ErrorCode::new(10014)), "CONSUMER_NOT_FOUND (10014)");
        assert_eq!(format!("{:?}", ErrorCode::new(9)), "ErrorCode(9)");
    }
}
