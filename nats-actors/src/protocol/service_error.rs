//! The error that a service may answer with.

use std::error::Error;
use std::fmt;

use super::header_name::{SERVICE_ERROR, SERVICE_ERROR_CODE};
use super::headers::Headers;
use super::message::Message;
use super::one_line::one_line;

/// What a service reports in the headers of its reply (ADR-32): it got the request, and failed.
///
/// `Display` is the service's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyError {
    code: u16,
    description: String,
}

impl ReplyError {
    /// An error to answer with; its text is put on one line of at most 512 bytes.
    #[must_use]
    pub fn new(code: u16, description: &str) -> Self {
        Self { code, description: one_line(description) }
    }

    /// The headers that make a reply this error.
    #[must_use]
    pub fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        headers.push(SERVICE_ERROR, &one_line(&self.description));
        headers.push(SERVICE_ERROR_CODE, &self.code.to_string());
        headers
    }

    /// The code, in the manner of HTTP.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// The text; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl Error for ReplyError {}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.description, self.code)
    }
}

impl Message {
    /// The error that a service reports by this reply, if it does, whatever the payload (ADR-32).
    ///
    /// One of `Nats-Service-Error` and `Nats-Service-Error-Code` is enough; a code that is no number reads as 500. Costs
    /// nothing without headers.
    ///
    /// ```
    /// # use nats_actors::protocol::{HeaderError, Headers, Message};
    /// let mut headers = Headers::new();
    /// headers.insert("Nats-Service-Error", "no such order")?;
    /// headers.insert("Nats-Service-Error-Code", "404")?;
    /// let reply = Message::new("_INBOX.1", None, Some(&headers), b"");
    ///
    /// let error = reply.service_error().expect("it reports one");
    /// assert_eq!((error.code(), error.description()), (404, "no such order"));
    /// # Ok::<(), HeaderError>(())
    /// ```
    #[must_use]
    pub fn service_error(&self) -> Option<ReplyError> {
        if !self.has_headers() {
            return None;
        }
        let headers = self.headers_lossy();
        let (text, code) = (headers.get(SERVICE_ERROR), headers.get(SERVICE_ERROR_CODE));
        if text.is_none() && code.is_none() {
            return None;
        }
        let code = code.and_then(|code| code.trim().parse().ok()).unwrap_or(500);
        Some(ReplyError { code, description: text.unwrap_or_default().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(headers: &[(&str, &str)]) -> Option<(u16, String)> {
        let mut all = Headers::new();
        headers.iter().for_each(|(name, value)| all.insert(name, value).unwrap());
        let error = Message::new("r", None, Some(&all), b"x").service_error()?;
        Some((error.code(), error.description().to_owned()))
    }

    // spec: REQ-20
    #[test]
    fn what_is_answered_is_what_is_read() {
        let error = ReplyError::new(409, " no\r\nNats-X: 1 ");
        let reply = Message::new("r", None, Some(&error.headers()), b"");

        assert_eq!(error.description(), "no  Nats-X: 1");
        assert_eq!(reply.headers().unwrap().len(), 2);
        assert_eq!(reply.service_error(), Some(error));
    }

    // spec: REQ-20
    #[test]
    fn either_header_makes_a_reply_an_error() {
        let both = [("Nats-Service-Error", "why"), ("Nats-Service-Error-Code", "409")];

        assert_eq!(reply(&both), Some((409, "why".to_owned())));
        assert_eq!(reply(&both[..1]), Some((500, "why".to_owned())));
        assert_eq!(reply(&both[1..]), Some((409, String::new())));
        assert_eq!(reply(&[("Nats-Service-Error-Code", "x")]), Some((500, String::new())));
        assert_eq!(reply(&[("Other", "x")]), None);
        assert_eq!(Message::new("r", None, None, b"").service_error(), None);
    }
}
