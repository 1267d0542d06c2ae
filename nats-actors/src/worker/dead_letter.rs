//! Dead letters: messages that were given up, stored with where they came from and why.

use std::time::SystemTime;

use super::header;
use super::outcome::Reason;
use crate::jetstream::DeliveryInfo;
use crate::protocol::{Headers, Message};

/// A message that was given up, and why.
///
/// It is stored under the `dead_letter` subject of its consumer, payload as it was, with its own headers but for those
/// that steer the server (`Nats-…`), and with the headers of [`header`](super::header).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The message as it was delivered.
    pub message: Message,
    /// The stream that it was read from.
    pub stream: &'static str,
    /// The durable consumer that gave it up.
    pub consumer: &'static str,
    /// Where it stood and how often it was delivered.
    pub info: DeliveryInfo,
    /// Attempts made, as far as this process knows: with runs in place, without snoozes.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: Reason,
    /// When it was given up.
    pub time: SystemTime,
}

impl DeadLetter {
    /// The `Nats-Msg-Id` under which the server stores it at most once, whoever gives it up again.
    ///
    /// It names the consumer as well: several consumers of one stream may give up the same message, each with a letter.
    #[must_use]
    pub fn message_id(&self) -> String {
        let Self { stream, consumer, info, .. } = self;
        format!("dlq:{stream}:{}:{consumer}", info.stream_sequence)
    }

    /// The headers under which it is stored.
    #[must_use]
    pub fn headers(&self) -> Headers {
        let mut headers = self.kept_headers();
        let info = &self.info;
        put(&mut headers, header::MESSAGE_ID, &self.message_id());
        put(&mut headers, header::STREAM, self.stream);
        put(&mut headers, header::SEQUENCE, &info.stream_sequence.to_string());
        put(&mut headers, header::SUBJECT, self.message.subject());
        put(&mut headers, header::CONSUMER, self.consumer);
        put(&mut headers, header::DELIVERIES, &info.num_delivered.to_string());
        put(&mut headers, header::ATTEMPTS, &self.attempts.to_string());
        put(&mut headers, header::REASON, &self.reason);
        put(&mut headers, header::TIME, &rfc3339(self.time));
        put(&mut headers, header::PUBLISHED, &rfc3339(info.timestamp));
        headers
    }

    /// The headers of the message, or the block as text if it is malformed.
    fn kept_headers(&self) -> Headers {
        let mut kept = Headers::new();
        let Ok(headers) = self.message.headers() else {
            put(
                &mut kept,
                header::MALFORMED_HEADERS,
                &self.message.header_block().escape_ascii().to_string(),
            );
            return kept;
        };
        for (name, value) in headers.iter() {
            let ours = name.starts_with(header::PREFIX);
            if name.eq_ignore_ascii_case(header::MESSAGE_ID) {
                put(&mut kept, header::ORIGINAL_MESSAGE_ID, value);
            } else if !ours && !steers_the_server(name) {
                // What was legal once is legal again.
                let _ = kept.append(name, value);
            }
        }
        kept
    }
}

/// Whether the server would act on a header, such as an expected sequence, a TTL, a schedule or a rollup.
fn steers_the_server(name: &str) -> bool {
    name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("nats-"))
}

/// Sets a header to a text that may hold anything: control characters become spaces, the end of a long one is cut off.
fn put(headers: &mut Headers, name: &str, text: &str) {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut value: String = line.collect();
    if let Some((end, _)) = value.char_indices().nth(MAX_VALUE) {
        value.truncate(end);
    }
    // Only line breaks could be refused, and they are gone.
    let _ = headers.insert(name, value.trim());
}

fn rfc3339(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map(|time| time.to_string()).unwrap_or_default()
}

/// Characters of one header value: enough for a chain of errors, far below the payload limits of servers.
const MAX_VALUE: usize = 2048;

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::*;

    fn letter(message: Message, reason: &str) -> DeadLetter {
        let info = DeliveryInfo {
            stream_sequence: 7,
            consumer_sequence: 9,
            num_delivered: 3,
            pending: 0,
            timestamp: UNIX_EPOCH,
        };
        let time = UNIX_EPOCH + Duration::from_secs(1);
        let (stream, consumer) = ("ORDERS", "billing");
        DeadLetter {
            message,
            stream,
            consumer,
            info,
            attempts: 4,
            reason: reason.to_owned().into(),
            time,
        }
    }

    #[test]
    fn a_letter_says_where_it_comes_from_and_why() {
        let headers =
            letter(Message::new("orders.1.placed", None, None, b"{}"), "no such customer")
                .headers();
        let all: Vec<_> = headers.iter().collect();

        assert_eq!(
            all,
            [
                ("Nats-Msg-Id", "dlq:ORDERS:7:billing"),
                ("Dead-Letter-Stream", "ORDERS"),
                ("Dead-Letter-Sequence", "7"),
                ("Dead-Letter-Subject", "orders.1.placed"),
                ("Dead-Letter-Consumer", "billing"),
                ("Dead-Letter-Deliveries", "3"),
                ("Dead-Letter-Attempts", "4"),
                ("Dead-Letter-Reason", "no such customer"),
                ("Dead-Letter-Time", "1970-01-01T00:00:01Z"),
                ("Dead-Letter-Published", "1970-01-01T00:00:00Z"),
            ]
        );
    }

    #[test]
    fn its_own_headers_stay_but_for_those_that_steer_the_server() {
        let mut own = Headers::new();
        own.append("Trace", "a").unwrap();
        own.append("Trace", "b").unwrap();
        own.append("Nats-Msg-Id", "order-1").unwrap();
        own.append("Nats-Expected-Stream", "ORDERS").unwrap();
        own.append("nats-ttl", "1s").unwrap();

        let headers = letter(Message::new("o", None, Some(&own), b""), "x").headers();

        assert_eq!(headers.get_all("Trace").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(headers.get("Dead-Letter-Message-Id"), Some("order-1"));
        assert_eq!(headers.get_all("Nats-Msg-Id").collect::<Vec<_>>(), ["dlq:ORDERS:7:billing"]);
        assert_eq!(headers.get("Nats-Expected-Stream"), None);
        assert_eq!(headers.get("nats-ttl"), None);
    }

    proptest! {
        #[test]
        fn any_reason_makes_a_legal_header(reason in any::<String>()) {
            let headers = letter(Message::new("o", None, None, b""), &reason).headers();
            let mut block = Vec::new();
            headers.encode(&mut block);

            prop_assert!(Headers::decode(&block).is_ok());
            prop_assert_eq!(headers.get("Dead-Letter-Deliveries"), Some("3"));
            prop_assert!(headers.get("Dead-Letter-Reason").is_some());
        }
    }
}
