//! What can be said about a delivery.

use std::time::Duration;

use crate::jetstream::api::nanos;
use crate::protocol::Payload;

/// It is done.
pub(crate) const ACK: &str = "+ACK";
/// Deliver it again, now.
pub(crate) const NAK: &str = "-NAK";
/// It is being worked on: begin the ack wait anew.
pub(crate) const IN_PROGRESS: &str = "+WPI";
/// Never deliver it again.
pub(crate) const TERM: &str = "+TERM";

/// The share of the ack wait after which a lease counts as over: the rest is for the way.
pub(crate) const LEASE_SAFETY: f64 = 0.9;

/// A settlement, as it goes on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Ack,
    Nak(Duration),
    Term(String),
}

impl Verb {
    pub(crate) fn payload(&self) -> Payload<'static> {
        match self {
            Self::Ack => ACK.into(),
            Self::Nak(Duration::ZERO) => NAK.into(),
            Self::Nak(delay) => {
                format!("{NAK} {{\"delay\":{}}}", nanos::from_duration(*delay)).into()
            }
            Self::Term(reason) if reason.is_empty() => TERM.into(),
            Self::Term(reason) => format!("{TERM} {reason}").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(verb: &Verb) -> String {
        String::from_utf8(verb.payload().as_slice().to_vec()).unwrap()
    }

    // spec: A15-02, A15-03, ACK-01, ACK-03, ACK-04, ACK-06, ACK-07
    #[test]
    fn settlements_are_words_with_what_belongs_to_them() {
        assert_eq!(text(&Verb::Ack), "+ACK");
        assert_eq!(text(&Verb::Nak(Duration::ZERO)), "-NAK");
        assert_eq!(text(&Verb::Nak(Duration::from_millis(1500))), "-NAK {\"delay\":1500000000}");
        assert_eq!(text(&Verb::Term(String::new())), "+TERM");
        assert_eq!(text(&Verb::Term("bad payload".to_owned())), "+TERM bad payload");
    }
}
