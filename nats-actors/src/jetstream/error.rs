//! Why a JetStream operation failed.

use std::error::Error as StdError;
use std::fmt;

use crate::error as client;
use crate::jetstream::api::ApiError;
use crate::jetstream::{Delivery, ErrorCode};

type Source = Box<dyn StdError + Send + Sync>;

/// Why an operation on JetStream failed.
///
/// Match on [`kind`](Self::kind) to decide. `Display` prints this level only; the cause, if any,
/// is in [`source`](StdError::source).
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    /// The stream, consumer or subject that the operation was about.
    on: Option<String>,
    /// What the server said.
    description: Option<String>,
    /// The server's HTTP-like number.
    status: Option<u16>,
    maybe_executed: bool,
    client_may_retry: bool,
    /// What could not be settled.
    delivery: Option<Delivery>,
    source: Option<Source>,
}

/// The decision a caller can make about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server answered that it will not: the code says why.
    Api(ErrorCode),
    /// Nobody answers the JetStream API: it is off for this account, or reached by another prefix
    /// or domain, or has no leader at the moment. Or a server answers that it is overloaded.
    Unavailable,
    /// No stream took the message within the retries: none listens on its subject, or the one
    /// that does has no leader.
    NoStream,
    /// The deadline passed before the server's answer came.
    TimedOut,
    /// The connection was lost before the server's answer came.
    Disconnected,
    /// The client was closed, or is draining, and sends nothing any more.
    Closed,
    /// The server's permissions forbid the subject.
    Denied,
    /// The message, with its headers, is larger than the server takes.
    PayloadTooLarge,
    /// What was accepted and is not confirmed yet fills its bound.
    OutboxFull,
    /// A name cannot be the name of a stream, a consumer or a domain.
    BadName,
    /// A subject or filter is not legal.
    BadSubject,
    /// A header, received or to be sent, is malformed.
    BadHeader,
    /// A configuration or option contradicts itself.
    BadConfig,
    /// What came as an answer is none.
    BadResponse,
    /// The consumer was deleted, and the policy is to stop then.
    ConsumerDeleted,
    /// The stream is gone, and the policy is to stop then.
    StreamDeleted,
    /// The server refuses every pull on this consumer: it is push based, or the request is one
    /// that it does not allow.
    PullRefused,
    /// The consumer's actor crashed again and again, and its supervisor gave up: please report it.
    Crashed,
    /// The client below failed for another reason, which [`source`](StdError::source) explains.
    Client(client::ErrorKind),
}

impl Error {
    /// The decision this error asks for.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The server's error code, when the server refused.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self.inner.kind {
            ErrorKind::Api(code) => Some(code),
            _ => None,
        }
    }

    /// The HTTP-like status that the server sent with its refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// What the server said, in its own words.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.inner.description.as_deref()
    }

    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Api(code) => {
                code.is_transient() || matches!(self.inner.status, Some(408 | 429 | 503))
            }
            ErrorKind::Unavailable
            | ErrorKind::NoStream
            | ErrorKind::TimedOut
            | ErrorKind::Disconnected
            | ErrorKind::OutboxFull => true,
            ErrorKind::Client(_) => self.inner.client_may_retry,
            _ => false,
        }
    }

    /// Whether the server can have done what was asked, although no confirmation came.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        self.inner.maybe_executed
    }

    /// Whether what was asked for is not there: a stream, a consumer or a message.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.code().is_some_and(ErrorCode::is_not_found)
    }

    /// Whether something else is there already: a name with another configuration, or a newer message than expected.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code().is_some_and(ErrorCode::is_conflict)
    }

    /// Whether a publish was refused because the stream, or the subject, has moved on since the
    /// sequence that was expected.
    #[must_use]
    pub fn is_wrong_last_sequence(&self) -> bool {
        self.code().is_some_and(ErrorCode::is_wrong_last_sequence)
    }

    /// The sequence that a refused expectation met, where the server tells it.
    #[must_use]
    pub fn actual_last_sequence(&self) -> Option<u64> {
        let text = self.description().filter(|_| self.is_wrong_last_sequence())?;
        text.rsplit(' ').next()?.parse().ok()
    }

    /// The delivery that could not be settled, to try again; dropped with the error, it is NAKed.
    #[must_use]
    pub fn into_delivery(self) -> Option<Delivery> {
        self.inner.delivery
    }

    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                on: None,
                description: None,
                status: None,
                maybe_executed: false,
                client_may_retry: false,
                delivery: None,
                source: None,
            }),
        }
    }

    /// The error of an answer that holds an `error`.
    pub(crate) fn refused(error: ApiError) -> Self {
        let mut this = Self::new(ErrorKind::Api(error.code()));
        this.inner.status = Some(error.status()).filter(|status| *status != 0);
        this.inner.description = Some(error.description).filter(|text| !text.is_empty());
        this
    }

    pub(crate) fn on(mut self, subject: impl Into<String>) -> Self {
        self.inner.on = Some(subject.into());
        self
    }

    pub(crate) fn saying(mut self, description: impl Into<String>) -> Self {
        self.inner.description = Some(description.into());
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Source>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(crate) fn holding(mut self, delivery: Delivery) -> Self {
        self.inner.delivery = Some(delivery);
        self
    }

    /// The same error, with another decision.
    pub(crate) fn meaning(mut self, kind: ErrorKind) -> Self {
        self.inner.kind = kind;
        self
    }
}

impl From<client::Error> for Error {
    fn from(error: client::Error) -> Self {
        use client::ErrorKind as Below;

        let kind = match error.kind() {
            Below::Closed => ErrorKind::Closed,
            Below::NoResponders => ErrorKind::Unavailable,
            Below::TimedOut => ErrorKind::TimedOut,
            Below::Disconnected => ErrorKind::Disconnected,
            Below::OutboxFull => ErrorKind::OutboxFull,
            Below::PayloadTooLarge => ErrorKind::PayloadTooLarge,
            Below::BadSubject => ErrorKind::BadSubject,
            Below::BadHeader => ErrorKind::BadHeader,
            Below::Denied => ErrorKind::Denied,
            other => ErrorKind::Client(other),
        };
        let mut this = Self::new(kind);
        this.inner.on = error.subject().map(str::to_owned);
        this.inner.maybe_executed = error.maybe_executed();
        this.inner.client_may_retry = error.is_retryable();
        this.because(error)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(what(self.inner.kind))?;
        if let Some(on) = &self.inner.on {
            write!(f, " on `{}`", OneLine(on))?;
        }
        if let Some(description) = &self.inner.description {
            write!(f, ": {}", OneLine(description))?;
        }
        match self.inner.kind {
            ErrorKind::Api(code) => write!(f, " ({code})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, on, description, status, maybe_executed, delivery, source, .. } =
            &*self.inner;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("on", on)
            .field("description", description)
            .field("status", status)
            .field("maybe_executed", maybe_executed)
            .field("has_delivery", &delivery.is_some())
            .field("source", source)
            .finish()
    }
}

/// Text of a peer that cannot begin a line of its own in a log.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(char::is_control) {
            let last = part.char_indices().next_back();
            match last.filter(|(_, last)| last.is_control()) {
                Some((at, control)) => {
                    let text = part.get(..at).unwrap_or_default();
                    write!(f, "{text}{}", control.escape_debug())?;
                }
                None => f.write_str(part)?,
            }
        }
        Ok(())
    }
}

fn what(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Api(_) => "the server refused",
        ErrorKind::Unavailable => "nobody answers the JetStream API",
        ErrorKind::NoStream => "no stream took the message",
        ErrorKind::TimedOut => "no answer within the deadline",
        ErrorKind::Disconnected => "the connection was lost before the answer",
        ErrorKind::Closed => "the client is closed",
        ErrorKind::Denied => "permissions forbid it",
        ErrorKind::PayloadTooLarge => "the message is too large",
        ErrorKind::OutboxFull => "the outbox is full",
        ErrorKind::BadName => "not a legal name",
        ErrorKind::BadSubject => "not a legal subject",
        ErrorKind::BadHeader => "a malformed header",
        ErrorKind::BadConfig => "a contradictory configuration",
        ErrorKind::BadResponse => "an answer that is none",
        ErrorKind::ConsumerDeleted => "the consumer was deleted",
        ErrorKind::StreamDeleted => "the stream was deleted",
        ErrorKind::PullRefused => "the server refuses to be pulled",
        ErrorKind::Crashed => "the consumer's actor keeps crashing",
        ErrorKind::Client(_) => "the client failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(err_code: i64, description: &str) -> Error {
        Error::refused(ApiError { code: 400, err_code, description: description.to_owned() })
    }

    // spec: G-13, JSP-24
    #[test]
    fn the_sequence_that_an_expectation_met_is_told_where_known() {
        assert_eq!(refusal(10071, "wrong last sequence: 42").actual_last_sequence(), Some(42));
        assert_eq!(refusal(10164, "wrong last sequence").actual_last_sequence(), None);
        assert_eq!(refusal(10070, "wrong last msg ID: 7").actual_last_sequence(), None);
    }

    // spec: ERR-26
    #[test]
    fn the_status_of_a_refusal_tells_its_class_and_whether_to_try_again() {
        for (status, again) in [(400, false), (404, false), (500, false), (503, true), (429, true)]
        {
            let error = ApiError { code: status, err_code: 0, description: String::new() };
            let error = Error::refused(error);
            assert_eq!(error.status().map(i64::from), Some(status));
            assert_eq!(error.is_retryable(), again, "{status}");
        }
    }

    #[test]
    fn an_error_is_one_line_about_its_subject() {
        let error = refusal(10014, "consumer not found\r\nPUB x").on("ORDERS.billing");
        assert_eq!(
            error.to_string(),
            "the server refused on `ORDERS.billing`: consumer not found\\r\\nPUB x (10014)"
        );
    }

    #[test]
    fn an_error_crosses_threads_and_is_one_pointer_wide() {
        fn assert_bounds<T: StdError + Send + Sync + 'static>() {}
        assert_bounds::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
