//! What the server says on a pull's inbox instead of a message.

/// One status, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PullStatus {
    /// The pull waits and is known to the server.
    Heartbeat,
    /// The pull is over, as pulls are.
    Over,
    /// The next message is larger than the pull's byte bound.
    MessageTooLarge,
    /// The pull is over because its server goes away.
    ServerShutdown,
    /// All pulls are gone: another server leads the consumer now.
    LeadershipChange,
    /// The consumer allows less.
    Exceeded(Limit),
    /// The consumer, or its whole stream, was deleted.
    ConsumerDeleted,
    /// The pull was pinned to a client that is another one now.
    PinMismatch,
    /// The consumer cannot be pulled from, or not so: pulling again the same way is pointless.
    Refused,
    /// Nobody listens for pulls: no such consumer, or JetStream is not there.
    NoResponders,
    /// A status that this crate does not know.
    Unknown,
}

/// The consumer's limit that a pull exceeded, with its value where it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Batch(Option<usize>),
    Expires,
    Bytes(Option<usize>),
    Waiting,
}

impl PullStatus {
    pub(crate) fn parse(code: u16, description: &str) -> Self {
        match code {
            100 => Self::Heartbeat,
            404 | 408 => Self::Over,
            409 => Self::conflict(description),
            400 | 412 => Self::Refused,
            423 => Self::PinMismatch,
            503 => Self::NoResponders,
            _ => Self::Unknown,
        }
    }

    fn conflict(description: &str) -> Self {
        let text = description.trim().to_ascii_lowercase();
        let value = || text.rsplit(' ').next().and_then(|number| number.parse().ok());
        match text.as_str() {
            "batch completed" => Self::Over,
            "message size exceeds maxbytes" => Self::MessageTooLarge,
            "server shutdown" => Self::ServerShutdown,
            "leadership change" => Self::LeadershipChange,
            "consumer deleted" => Self::ConsumerDeleted,
            "consumer is push based" => Self::Refused,
            "exceeded maxwaiting" => Self::Exceeded(Limit::Waiting),
            _ if text.starts_with("exceeded maxrequestbatch") => {
                Self::Exceeded(Limit::Batch(value()))
            }
            _ if text.starts_with("exceeded maxrequestexpires") => Self::Exceeded(Limit::Expires),
            _ if text.starts_with("exceeded maxrequestmaxbytes") => {
                Self::Exceeded(Limit::Bytes(value()))
            }
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: ERR-36, ERR-37, ERR-38, ERR-39, ERR-40, ERR-41, ERR-42, ERR-43, ERR-44, ERR-45, ERR-46
    #[test]
    fn every_status_of_the_server_is_understood() {
        let table = [
            (100, "Idle Heartbeat", PullStatus::Heartbeat),
            (400, "Bad Request - heartbeat value too large", PullStatus::Refused),
            (404, "No Messages", PullStatus::Over),
            (408, "Request Timeout", PullStatus::Over),
            (408, "Interest Expired", PullStatus::Over),
            (408, "Requests Pending", PullStatus::Over),
            (409, "Batch Completed", PullStatus::Over),
            (409, "Message Size Exceeds MaxBytes", PullStatus::MessageTooLarge),
            (409, "Server Shutdown", PullStatus::ServerShutdown),
            (409, "Leadership Change", PullStatus::LeadershipChange),
            (409, "Consumer Deleted", PullStatus::ConsumerDeleted),
            (409, "Consumer is push based", PullStatus::Refused),
            (409, "Exceeded MaxWaiting", PullStatus::Exceeded(Limit::Waiting)),
            (409, "Exceeded MaxRequestBatch of 5", PullStatus::Exceeded(Limit::Batch(Some(5)))),
            (409, "Exceeded MaxRequestExpires of 1s", PullStatus::Exceeded(Limit::Expires)),
            (
                409,
                "Exceeded MaxRequestMaxBytes of 1024",
                PullStatus::Exceeded(Limit::Bytes(Some(1024))),
            ),
            (409, "Something New", PullStatus::Unknown),
            (412, "Required Api Level", PullStatus::Refused),
            (423, "Nats-Pin-Id mismatch", PullStatus::PinMismatch),
            (503, "", PullStatus::NoResponders),
            (299, "Fine", PullStatus::Unknown),
        ];
        for (code, description, expected) in table {
            assert_eq!(PullStatus::parse(code, description), expected, "{code} {description}");
        }
    }
}
