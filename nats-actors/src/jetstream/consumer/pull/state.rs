//! What a running consumer shows of itself.

use std::time::Duration;
use std::time::SystemTime;

/// What a running consumer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessagesState {
    /// A pull is open at the server and shows life: what is stored comes at once.
    Pulling,
    /// As much as may be in flight is: nothing more is asked for until something is settled.
    Saturated,
    /// No pull is known to be open, and what is done about it depends on the reason.
    Recovering(RecoveryReason),
    /// Nothing more is asked for; what is buffered is still handed out.
    Draining,
    /// It is over.
    Ended,
}

/// Why a consumer has no pull that is known to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecoveryReason {
    /// The connection is down. Once it is back, a pull is sent at once.
    Disconnected,
    /// Two heartbeats are missing. A small pull is sent at once, and again after as long a silence.
    HeartbeatsMissed,
    /// Nobody listens for pulls. Consumer and stream are looked for, then pulled from again.
    NoResponders,
    /// Another server leads the consumer. A pull is sent at once.
    LeadershipChange,
    /// The server is shutting down. A pull is sent after a pause.
    ServerShutdown,
    /// The consumer allows less than was asked for. A smaller pull is sent after a pause.
    LimitExceeded,
    /// The server ended the pull at once, or for a reason that this crate does not know. A pull is
    /// sent after a pause.
    PullEnded,
    /// The consumer does not exist. It is created again, or waited for, or everything ends.
    ConsumerMissing,
    /// The stream does not exist. It is waited for, or everything ends.
    StreamMissing,
}

/// What happens when the consumer turns out to be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnConsumerLoss {
    /// It is created again as it was, from where its configuration says: messages that were
    /// settled before can come again. Without a known configuration, as [`Stop`](Self::Stop).
    #[default]
    Recreate,
    /// Somebody else is expected to create it again.
    Wait,
    /// Everything ends, with an error.
    Stop,
}

/// What happens when the stream turns out to be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnStreamLoss {
    /// Somebody else is expected to create it again; then [`OnConsumerLoss`] decides.
    #[default]
    Wait,
    /// Everything ends, with an error.
    Stop,
}

/// Something that happened to a running consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessagesEvent {
    /// No pull is known to be open any more.
    Recovering {
        /// Why.
        reason: RecoveryReason,
        /// What the server said, in its own words; empty if it said nothing.
        description: String,
    },
    /// A pull is open again and shows life.
    Recovered {
        /// How long there was none.
        after: Duration,
    },
    /// The consumer was created again.
    Recreated,
    /// More messages came than fit, and were given back to the server at once.
    Refused {
        /// How many.
        messages: usize,
    },
    /// It is over.
    Ended,
    /// The reader of events was too slow for so many of them.
    Missed(u64),
}

/// A running consumer's numbers, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessagesStatus {
    /// What it is doing.
    pub state: MessagesState,
    /// When a message last came; nothing if none did yet.
    pub last_delivery: Option<SystemTime>,
    /// When the server last said that a pull is open; nothing if it did not yet.
    pub last_heartbeat: Option<SystemTime>,
    /// Messages that are buffered here.
    pub buffered: usize,
    /// Messages that are buffered or handed out, and not settled.
    pub in_flight: usize,
    /// Messages whose lease ran out in the buffer, and which were not handed out therefore.
    pub expired: u64,
    /// How often it had to recover.
    pub recoveries: u64,
}
