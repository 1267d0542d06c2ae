//! Errors that travel from a handler to its caller.

use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::time::Duration;

use crate::protocol::{HeaderError, Message};

use super::error_body::ErrorBody;
use super::headers::{ERROR, ERROR_CODE, RETRY_AFTER_MS};

/// An error that is sent as a reply and read back as the same type.
///
/// Its [`Display`] is the text of `Nats-Service-Error`. The derive writes it for an enum:
/// `#[service(code = 409)]` on each variant, with `retry_after = "2s"` or `opaque` if wanted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service error: it cannot be sent as a `Nats-Service-Error` reply",
    label = "not a service error",
    note = "derive `ServiceError` on the enum, or return `nats_actors::service::Fault` for an untyped error"
)]
pub trait ServiceError: Debug + Display + Send + Sync + Sized + 'static {
    /// The number of `Nats-Service-Error-Code`, in the manner of HTTP.
    fn code(&self) -> u16;

    /// When the caller may try again; `None` if it should not, or not by this error.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// For an error that the caller must not see: the text for our log, in place of the error's
    /// own text and body on the wire.
    fn opaque_detail(&self) -> Option<String> {
        None
    }

    /// Variant and fields; `None` for no body.
    fn body(&self) -> Option<ErrorBody> {
        None
    }

    /// Reads the error back; `None` if it is not one of this type.
    fn decode(error: &WireError) -> Option<Self>;
}

/// An error reply as it was received.
#[derive(Clone, Debug, PartialEq)]
pub struct WireError {
    code: u16,
    message: String,
    retry_after: Option<Duration>,
    body: Option<ErrorBody>,
}

impl WireError {
    /// The error in a reply, whatever its payload; `None` if it has neither error header.
    ///
    /// A code that is no number reads as 500.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] if the headers cannot be read.
    pub fn of_reply(reply: &Message) -> Result<Option<Self>, HeaderError> {
        if !reply.has_headers() {
            return Ok(None);
        }
        let headers = reply.headers()?;
        let (text, code) = (headers.get(ERROR), headers.get(ERROR_CODE));
        if text.is_none() && code.is_none() {
            return Ok(None);
        }
        let milliseconds = headers.get(RETRY_AFTER_MS).and_then(|value| value.parse().ok());
        Ok(Some(Self {
            code: code.and_then(|code| code.trim().parse().ok()).unwrap_or(500),
            message: text.unwrap_or_default().to_owned(),
            retry_after: milliseconds.map(Duration::from_millis),
            body: ErrorBody::parse(reply.payload()),
        }))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// When the caller may try again, if the reply says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Variant and fields, if the payload is such a body.
    #[must_use]
    pub fn body(&self) -> Option<&ErrorBody> {
        self.body.as_ref()
    }
}

/// The error type of endpoints that cannot fail; never read from a reply.
impl ServiceError for Infallible {
    fn code(&self) -> u16 {
        match *self {}
    }

    fn decode(_: &WireError) -> Option<Self> {
        None
    }
}
