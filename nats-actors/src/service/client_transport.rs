//! Calls over a connection.

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
        let mut request = self.request(subject, payload).timeout(timeout);
        if !headers.is_empty() {
            request = request.headers(headers);
        }
        request.await.map_err(transport_error)
    }
}

fn transport_error(error: Error) -> TransportError {
    let kind = match error.kind() {
        ErrorKind::NoResponders => TransportErrorKind::NoResponders,
        ErrorKind::TimedOut => TransportErrorKind::TimedOut,
        ErrorKind::Closed => TransportErrorKind::Closed,
        // What had no room was not sent: as good as no connection.
        ErrorKind::Disconnected | ErrorKind::OutboxFull | ErrorKind::TooMany => {
            TransportErrorKind::Disconnected
        }
        _ => TransportErrorKind::Refused,
    };
    TransportError::new(kind).executed_maybe(error.maybe_executed()).because(error)
}
