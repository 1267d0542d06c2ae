//! Calls through a [`Client`].

use std::time::Duration;

use bytes::Bytes;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message};

use super::transport::{Transport, TransportError, TransportErrorKind};

impl Transport for Client {
    async fn call(
        &self,
        subject: String,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, TransportError> {
        let request = self.request(subject, payload).timeout(timeout);
        let request = if headers.is_empty() { request } else { request.headers(headers) };
        request.await.map_err(TransportError::from)
    }
}

impl From<Error> for TransportError {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::NoResponders => TransportErrorKind::NoResponders,
            ErrorKind::TimedOut => TransportErrorKind::TimedOut,
            ErrorKind::OutboxFull | ErrorKind::TooMany => TransportErrorKind::Busy,
            ErrorKind::Disconnected | ErrorKind::Connect(_) => TransportErrorKind::Disconnected,
            ErrorKind::Closed => TransportErrorKind::Closed,
            _ => TransportErrorKind::Refused,
        };
        Self::new(kind).executed_maybe(error.maybe_executed()).because(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_client_keeps_its_meaning() {
        let of = |kind| TransportError::from(Error::new(kind));

        assert_eq!(of(ErrorKind::NoResponders).kind(), TransportErrorKind::NoResponders);
        assert!(of(ErrorKind::NoResponders).is_retryable());
        assert!(of(ErrorKind::Disconnected).is_retryable());
        assert!(of(ErrorKind::OutboxFull).is_retryable());
        assert!(!of(ErrorKind::TimedOut).maybe_executed(), "this one was never sent");
        assert!(!of(ErrorKind::Denied).is_retryable());

        let lost = TransportError::from(Error::new(ErrorKind::Disconnected).maybe());
        assert!(lost.maybe_executed() && !lost.is_retryable());
    }
}
