//! What the mailbox of a running consumer accepts.

use super::intake::Said;
use super::machine::Diagnosis;
use crate::connection::ConnectionState;
use crate::jetstream::Error;

/// A control message for the pull actor. Delivered messages never pass here.
#[derive(Debug)]
pub(crate) enum PullMsg {
    /// The connection is in this state now.
    Link(ConnectionState),
    /// Messages went to the buffer, or the server said these things.
    Arrived(Vec<Said>),
    /// Enough was settled, or enough more allowed, to look at the credit again.
    Credit,
    /// The time that the machine asked for has come.
    Tick,
    /// What was found out about consumer and stream.
    Diagnosed(Diagnosis),
    /// How creating the consumer again went.
    Recreated(Result<(), Error>),
    /// Ask for nothing more; leave the buffer to its reader.
    Drain,
    /// Ask for nothing more, and give the buffer back.
    Stop,
    /// Nothing comes any more: the subscription is over, for this reason if that is a fault.
    IntakeEnded(Option<Error>),
    /// Everything that was settled before the end has reached the server, or did not in time.
    Flushed,
    /// Fail as a bug of ours would.
    #[cfg(all(test, feature = "testing"))]
    Crash,
}
