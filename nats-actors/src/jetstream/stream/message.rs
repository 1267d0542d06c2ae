//! Messages as a stream holds them.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Stream;
use crate::jetstream::api::time;
use crate::jetstream::{Error, ErrorKind};
use crate::protocol::Headers;

/// A message as a stream holds it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredMessage {
    /// The subject that it was published to.
    pub subject: String,
    /// Its sequence.
    pub sequence: u64,
    /// Its payload.
    pub payload: Bytes,
    /// When it was stored.
    pub time: SystemTime,
    header_block: Vec<u8>,
}

impl StoredMessage {
    /// Its headers, decoded anew by every call.
    ///
    /// # Errors
    ///
    /// [`BadHeader`](ErrorKind::BadHeader) if they are malformed.
    pub fn headers(&self) -> Result<Headers, Error> {
        if self.header_block.is_empty() {
            return Ok(Headers::new());
        }
        let decoded = Headers::decode(&self.header_block);
        let bad = |error| Error::new(ErrorKind::BadHeader).on(&self.subject).because(error);
        decoded.map(|(headers, _)| headers).map_err(bad)
    }
}

impl Stream {
    /// Reads the message with this sequence, from the stream's leader.
    ///
    /// # Errors
    ///
    /// [`NO_MESSAGE_FOUND`](crate::jetstream::ErrorCode::NO_MESSAGE_FOUND) if it is gone or was
    /// never there.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn message(&self, sequence: u64) -> Result<StoredMessage, Error> {
        self.read(&Which { seq: Some(sequence), last_by_subj: None }).await
    }

    /// Reads the newest message of a subject, or of those that a pattern matches, from the
    /// stream's leader.
    ///
    /// # Errors
    ///
    /// [`NO_MESSAGE_FOUND`](crate::jetstream::ErrorCode::NO_MESSAGE_FOUND) if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn last_message(&self, subject: impl AsRef<str>) -> Result<StoredMessage, Error> {
        self.read(&Which { seq: None, last_by_subj: Some(subject.as_ref()) }).await
    }

    /// Removes the message with this sequence. Its bytes stay on the disk until the storage is
    /// compacted.
    ///
    /// # Errors
    ///
    /// [`SEQUENCE_NOT_FOUND`](crate::jetstream::ErrorCode::SEQUENCE_NOT_FOUND) if it is not there.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn delete_message(&self, sequence: u64) -> Result<(), Error> {
        self.remove(sequence, true).await
    }

    /// Removes the message with this sequence and overwrites its bytes with random ones, which
    /// costs a write of its size.
    ///
    /// # Errors
    ///
    /// As [`delete_message`](Self::delete_message).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn erase_message(&self, sequence: u64) -> Result<(), Error> {
        self.remove(sequence, false).await
    }

    async fn read(&self, which: &Which<'_>) -> Result<StoredMessage, Error> {
        #[derive(Deserialize)]
        struct Answer {
            message: Wire,
        }

        let js = self.jetstream();
        let answer: Answer = js.call(js.prefix().message_get(self.name()), which).await?;
        answer.message.decode()
    }

    async fn remove(&self, sequence: u64, no_erase: bool) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Removal {
            seq: u64,
            no_erase: bool,
        }

        let js = self.jetstream();
        let subject = js.prefix().message_delete(self.name());
        js.done_with(subject, &Removal { seq: sequence, no_erase }).await
    }
}

#[derive(Serialize)]
struct Which<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_by_subj: Option<&'a str>,
}

#[derive(Deserialize)]
struct Wire {
    subject: String,
    seq: u64,
    #[serde(default)]
    hdrs: Option<String>,
    #[serde(default)]
    data: Option<String>,
    #[serde(with = "time")]
    time: SystemTime,
}

impl Wire {
    fn decode(self) -> Result<StoredMessage, Error> {
        let bytes = |text: Option<String>| STANDARD.decode(text.unwrap_or_default());
        let bad = |error| Error::new(ErrorKind::BadResponse).because(error);
        Ok(StoredMessage {
            subject: self.subject,
            sequence: self.seq,
            payload: bytes(self.data).map_err(bad)?.into(),
            header_block: bytes(self.hdrs).map_err(bad)?,
            time: self.time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<StoredMessage, Error> {
        serde_json::from_str::<Wire>(text).unwrap().decode()
    }

    // spec: A01-13, JSM-18
    #[test]
    fn a_stored_message_is_base64_with_and_without_headers() {
        let bare = decode(r#"{"subject":"a","seq":1,"time":"2024-01-02T03:04:05Z"}"#).unwrap();
        assert!(bare.payload.is_empty() && bare.headers().unwrap().is_empty());

        // "NATS/1.0\r\nA: b\r\n\r\n" and "hello"
        let full = r#"{"subject":"a","seq":2,"hdrs":"TkFUUy8xLjANCkE6IGINCg0K","data":"aGVsbG8=",
            "time":"2024-01-02T03:04:05Z"}"#;
        let full = decode(full).unwrap();
        assert_eq!(&full.payload[..], b"hello");
        assert_eq!(full.headers().unwrap().get("A"), Some("b"));
    }

    #[test]
    fn what_is_not_base64_or_no_header_block_is_an_error() {
        let text = r#"{"subject":"a","seq":1,"data":"%","time":"2024-01-02T03:04:05Z"}"#;
        assert_eq!(decode(text).unwrap_err().kind(), ErrorKind::BadResponse);

        let text = r#"{"subject":"a","seq":1,"hdrs":"eA==","time":"2024-01-02T03:04:05Z"}"#;
        let error = decode(text).unwrap().headers().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadHeader);
    }
}
