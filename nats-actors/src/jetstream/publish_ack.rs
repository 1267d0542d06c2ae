//! A stream's word that it has stored a message.

use serde::Deserialize;

use super::api::ApiError;
use crate::jetstream::{Error, ErrorKind};

/// A stream's word that it has stored a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PubAck {
    /// The stream.
    pub stream: String,
    /// The message's sequence there; of the first one, if it is a duplicate.
    pub sequence: u64,
    /// Whether a message with this identity was stored before: this one was not.
    pub duplicate: bool,
    /// The JetStream domain of the stream.
    pub domain: Option<String>,
    /// The subject's counter after this increment, in decimal digits of any number.
    pub value: Option<String>,
    /// The batch that this completed.
    pub batch_id: Option<String>,
    /// Messages in that batch.
    pub batch_size: Option<u64>,
}

impl PubAck {
    pub(super) fn decode(body: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Wire {
            error: Option<ApiError>,
            stream: Option<String>,
            #[serde(default)]
            seq: u64,
            #[serde(default)]
            duplicate: bool,
            domain: Option<String>,
            val: Option<String>,
            batch: Option<String>,
            count: Option<u64>,
        }

        let bad = |error| Error::new(ErrorKind::BadResponse).because(error);
        let wire: Wire = serde_json::from_slice(body).map_err(bad)?;
        if let Some(error) = wire.error {
            return Err(Error::refused(error));
        }
        let stream = wire.stream.filter(|stream| !stream.is_empty());
        let Some(stream) = stream else {
            return Err(Error::new(ErrorKind::BadResponse).saying("it names no stream"));
        };
        Ok(Self {
            stream,
            sequence: wire.seq,
            duplicate: wire.duplicate,
            domain: wire.domain.filter(|domain| !domain.is_empty()),
            value: wire.val,
            batch_id: wire.batch,
            batch_size: wire.count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jetstream::ErrorCode;

    // spec: G-10, JSP-08
    #[test]
    fn an_ack_names_its_stream() {
        let ack =
            PubAck::decode(br#"{"stream":"S","seq":7,"duplicate":true,"domain":"hub","n":1}"#);
        let ack = ack.unwrap();

        assert_eq!((ack.stream.as_str(), ack.sequence, ack.duplicate), ("S", 7, true));
        assert_eq!(ack.domain.as_deref(), Some("hub"));
        for body in [&b"{}"[..], br#"{"stream":""}"#, b"+OK", b""] {
            assert_eq!(PubAck::decode(body).unwrap_err().kind(), ErrorKind::BadResponse);
        }
    }

    // spec: G-13, G-17
    #[test]
    fn a_refusal_is_its_code() {
        let body = br#"{"error":{"code":400,"err_code":10071,
            "description":"wrong last sequence: 3"},"stream":"S","seq":0}"#;
        let error = PubAck::decode(body).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Api(ErrorCode::STREAM_WRONG_LAST_SEQUENCE));
        assert_eq!(error.actual_last_sequence(), Some(3));

        let body = br#"{"error":{"code":429,"err_code":10167,"description":"too many requests"}}"#;
        assert!(PubAck::decode(body).unwrap_err().is_retryable());
    }
}
