//! How asking many ends.

/// Why [`Responses`](super::Responses) ended.
///
/// Whether that is a success is for the caller to say: a request to many does not know how many there are (ADR-47).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// As many replies came as were asked for.
    MaxMessages,
    /// The total time was over.
    Timeout,
    /// No further reply came within the stall time.
    Stall,
    /// The sentinel came.
    Sentinel,
    /// Nobody is subscribed to the subject.
    NoResponders,
    /// Another status came in place of a reply; its code.
    Status(u16),
    /// The connection was lost after the request was written: some may have executed it.
    Disconnected,
    /// The server does not permit the request, or its reply subject.
    Denied,
    /// The replies came faster than they were taken: what had no room within the pending limits is lost.
    Overflow,
    /// The client was closed.
    Closed,
}
