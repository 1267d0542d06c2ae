//! Reading what the server writes into the reply subject of a delivered message.

use std::time::SystemTime;

use crate::jetstream::api::time;

/// What the server says of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryInfo {
    /// The message's sequence in the stream.
    pub stream_sequence: u64,
    /// The delivery's number at this consumer. It goes back when somebody resets the consumer.
    pub consumer_sequence: u64,
    /// How often the message has been delivered, this time included.
    pub num_delivered: u64,
    /// Messages that the consumer had not delivered yet.
    pub pending: u64,
    /// When the stream stored the message.
    pub timestamp: SystemTime,
}

/// The parts of an ack subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AckSubject<'a> {
    pub(crate) domain: Option<&'a str>,
    pub(crate) stream: &'a str,
    pub(crate) consumer: &'a str,
    pub(crate) info: DeliveryInfo,
}

impl<'a> AckSubject<'a> {
    /// Reads both layouts: 9 tokens, and from 2.14 on 11 or more, with domain and account first.
    ///
    /// `None` for any other subject: the message is no delivery of a consumer.
    pub(crate) fn parse(subject: &'a str) -> Option<Self> {
        let rest = subject.strip_prefix("$JS.ACK.")?;
        let mut tokens = Tokens { rest: Some(rest) };
        let domain = match rest.bytes().filter(|byte| *byte == b'.').count() + 1 {
            7 => None,
            9.. => {
                let domain = tokens.next()?;
                tokens.next()?;
                Some(domain).filter(|domain| *domain != "_")
            }
            _ => return None,
        };
        let (stream, consumer) = (tokens.next()?, tokens.next()?);
        let mut number = || tokens.next().and_then(decimal);
        let (num_delivered, stream_sequence, consumer_sequence) = (number()?, number()?, number()?);
        let timestamp = time::from_unix_nanos(i64::try_from(number()?).ok()?);
        let pending = number()?;
        let info =
            DeliveryInfo { stream_sequence, consumer_sequence, num_delivered, pending, timestamp };
        Some(Self { domain, stream, consumer, info })
    }
}

/// The tokens of a subject. They are short: looking at each byte beats the search of `str::split`.
struct Tokens<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let Some(dot) = rest.bytes().position(|byte| byte == b'.') else {
            return self.rest.take();
        };
        self.rest = rest.get(dot + 1..);
        rest.get(..dot)
    }
}

/// Digits alone: `str::parse` would also take a sign.
fn decimal(token: &str) -> Option<u64> {
    if token.is_empty() {
        return None;
    }
    token.bytes().try_fold(0_u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        sum.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const V1: &str = "$JS.ACK.ORDERS.billing.3.18446744073709551615.7.1700000000000000001.42";

    // spec: A15-01, ACK-13, ACK-14
    #[test]
    fn nine_tokens_are_the_first_layout() {
        let ack = AckSubject::parse(V1).unwrap();

        assert_eq!((ack.domain, ack.stream, ack.consumer), (None, "ORDERS", "billing"));
        assert_eq!(ack.info.num_delivered, 3);
        assert_eq!(ack.info.stream_sequence, u64::MAX);
        assert_eq!(ack.info.consumer_sequence, 7);
        assert_eq!(ack.info.pending, 42);
        assert_eq!(ack.info.timestamp, SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 1));
    }

    // spec: A15-01, ACK-13, ACK-14
    #[test]
    fn eleven_tokens_or_more_are_the_second_layout() {
        for extra in ["", ".x", ".x.y"] {
            let text = format!("$JS.ACK.hub.ACCHASH.ORDERS.billing.1.2.3.4.5{extra}");
            let ack = AckSubject::parse(&text).unwrap();

            assert_eq!((ack.domain, ack.stream), (Some("hub"), "ORDERS"));
            assert_eq!((ack.info.num_delivered, ack.info.pending), (1, 5));
        }
        let ack = AckSubject::parse("$JS.ACK._.ACCHASH.ORDERS.billing.1.2.3.4.5").unwrap();
        assert_eq!(ack.domain, None);
    }

    // spec: A15-01
    #[test]
    fn anything_else_is_no_delivery() {
        for text in [
            "",
            "_INBOX.abc",
            "$JS.ACK",
            "$JS.ACK.",
            "$JS.ACK.S.c.1.2.3.4",
            "$JS.ACK.hub.S.c.1.2.3.4.5",
            "$JS.ACK.S.c.1.2.3.4.",
            "$JS.ACK.S.c.1.-2.3.4.5",
            "$JS.ACK.S.c.1.+2.3.4.5",
            "$JS.ACK.S.c.1.18446744073709551616.3.4.5",
            "$JS.ACK.S.c.1.2.3.18446744073709551615.5",
            "$JS.FC.S.c.1.2.3.4.5",
        ] {
            assert_eq!(AckSubject::parse(text), None, "{text}");
        }
    }
}
