//! Why an operation of the client layer failed.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

use crate::protocol::Headers;

type Source = Box<dyn StdError + Send + Sync>;

/// Why an operation on a [`Client`](crate::Client) failed.
///
/// Match on [`kind`](Self::kind) to decide; print with a chain reporter to explain. `Display` prints this level only:
/// the cause, if any, is in [`source`](StdError::source). The text never holds a secret. It is one pointer wide.
///
/// ```no_run
/// use nats_actors::{Client, Error, ErrorKind};
///
/// async fn place(client: &Client, order: Vec<u8>) -> Result<(), Error> {
///     match client.request("orders.place", order).await {
///         Ok(_) => Ok(()),
///         // Nobody got it: it can be asked again.
///         Err(error) if error.is_retryable() && !error.maybe_executed() => Err(error),
///         Err(error) if error.kind() == ErrorKind::Denied => panic!("may not place orders: {error}"),
///         Err(error) => Err(error),
///     }
/// }
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    subject: Option<String>,
    detail: Option<Cow<'static, str>>,
    maybe_executed: bool,
    unsent: Option<Unsent>,
    source: Option<Source>,
}

/// The decision a caller can make about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was closed on purpose, or its connection gave up for good; it will not come back.
    Closed,
    /// The client is being drained or closed, and takes nothing new.
    Draining,
    /// Nobody is subscribed to the request's subject.
    NoResponders,
    /// The deadline passed first.
    TimedOut,
    /// The connection was lost while the operation was under way, or there is none and nothing may be kept for the next.
    Disconnected,
    /// The outbox had no room before the deadline: too much is accepted and not yet confirmed.
    OutboxFull,
    /// The message is larger than the server accepts.
    PayloadTooLarge,
    /// The subject is not legal, or is a pattern where a literal subject is needed.
    BadSubject,
    /// The queue group is not legal.
    BadQueueGroup,
    /// A header's name or value is not legal.
    BadHeader,
    /// The message has headers, and the server takes none.
    HeadersUnsupported,
    /// There is nowhere to respond to: the message has no reply subject.
    NoReplySubject,
    /// A value cannot be encoded as a payload, or a payload not be decoded.
    Codec,
    /// A server address or an option cannot be used.
    BadOptions,
    /// The server does not permit the operation.
    Denied,
    /// The server refused to let this client in.
    Unauthorized,
    /// No server could be reached: the attempt failed at this stage.
    Connect(ConnectStage),
    /// The peer does not speak the protocol.
    Protocol,
    /// The subscription could not keep up and its policy is to fail.
    SlowConsumer,
    /// A bound is reached: subscriptions or requests in flight of the client, or subscriptions at the server.
    TooMany,
}

/// How far an attempt to connect came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectStage {
    /// The name of the server was being looked up.
    Resolve,
    /// The transport was being opened.
    Dial,
    /// The proxy had not been reached, or had not opened a way to the server yet.
    Proxy,
    /// TLS was being agreed on, or one side wanted it and the other could not.
    Tls,
    /// The server had not switched from HTTP to WebSocket yet.
    WebSocket,
    /// The server had not introduced itself yet.
    Info,
    /// The credentials were being fetched: from a file, or from whoever provides them.
    Credentials,
    /// The server had not answered to the login yet.
    Login,
}

/// A message that was not sent: given back with an error, or made to be sent with
/// [`publish_message`](crate::Client::publish_message).
///
/// ```
/// use nats_actors::{Headers, Unsent};
///
/// # fn main() -> Result<(), nats_actors::protocol::HeaderError> {
/// let mut headers = Headers::new();
/// headers.append("Lang", "en")?;
/// let mut message = Unsent::new("orders.new", "42");
/// message.headers = Some(headers);
/// message.reply = Some("orders.answers".to_owned());
/// assert_eq!(message.payload, "42");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsent {
    /// Where it was to go.
    pub subject: String,
    /// The reply subject it was to carry.
    pub reply: Option<String>,
    /// Its headers.
    pub headers: Option<Headers>,
    /// Its payload.
    pub payload: Bytes,
}

impl Unsent {
    /// A message without reply subject and headers; nothing is checked before it is sent.
    #[must_use]
    pub fn new(subject: impl Into<String>, payload: impl Into<Bytes>) -> Self {
        Self { subject: subject.into(), reply: None, headers: None, payload: payload.into() }
    }
}

impl Error {
    /// The decision this error asks for.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The subject it is about, if it is about one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.inner.subject.as_deref()
    }

    /// Whether the same call may succeed later, without any change by the caller: after [`Connect`](ErrorKind::Connect),
    /// [`Disconnected`](ErrorKind::Disconnected), [`NoResponders`](ErrorKind::NoResponders),
    /// [`OutboxFull`](ErrorKind::OutboxFull), [`TimedOut`](ErrorKind::TimedOut) and [`TooMany`](ErrorKind::TooMany).
    ///
    /// What may have been [executed](Self::maybe_executed) may be executed twice then.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind::{Connect, Disconnected, NoResponders, OutboxFull, TimedOut, TooMany};
        matches!(
            self.inner.kind,
            Connect(_) | Disconnected | NoResponders | OutboxFull | TimedOut | TooMany
        )
    }

    /// Whether the peer may have received the message although the operation failed. After a failed flush: whether what
    /// was published before may be at the server or not.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        self.inner.maybe_executed
    }

    /// The message of a publish, if it was certainly not sent; [`publish_message`](crate::Client::publish_message) takes it
    /// again. `None` for all other operations, and for a message that could not be built.
    #[must_use]
    pub fn into_unsent(self) -> Option<Unsent> {
        self.inner.unsent
    }

    pub(crate) fn new(kind: ErrorKind) -> Self {
        let inner = Inner {
            kind,
            subject: None,
            detail: None,
            maybe_executed: false,
            unsent: None,
            source: None,
        };
        Self { inner: Box::new(inner) }
    }

    pub(crate) fn on(mut self, subject: impl Into<String>) -> Self {
        self.inner.subject = Some(subject.into());
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.inner.detail = Some(detail.into());
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Source>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(crate) fn maybe(mut self) -> Self {
        self.inner.maybe_executed = true;
        self
    }

    pub(crate) fn unsent(mut self, unsent: Unsent) -> Self {
        self.inner.unsent = Some(unsent);
        self
    }
}

impl ErrorKind {
    const fn text(self) -> &'static str {
        match self {
            Self::Closed => "the client is closed",
            Self::Draining => "the client is draining",
            Self::NoResponders => "no responders",
            Self::TimedOut => "timed out",
            Self::Disconnected => "the connection was lost",
            Self::OutboxFull => "the outbox is full",
            Self::PayloadTooLarge => "the message is too large",
            Self::BadSubject => "not a legal subject",
            Self::BadQueueGroup => "not a legal queue group",
            Self::BadHeader => "not a legal header",
            Self::HeadersUnsupported => "the server takes no headers",
            Self::NoReplySubject => "the message has no reply subject",
            Self::Codec => "the payload does not fit the value",
            Self::BadOptions => "options that cannot be used",
            Self::Denied => "not permitted by the server",
            Self::Unauthorized => "the server refused the login",
            Self::Connect(ConnectStage::Resolve) => "the server's name cannot be resolved",
            Self::Connect(ConnectStage::Dial) => "the server cannot be reached",
            Self::Connect(ConnectStage::Proxy) => "the proxy does not lead to the server",
            Self::Connect(ConnectStage::Tls) => "no TLS with the server",
            Self::Connect(ConnectStage::WebSocket) => "no WebSocket with the server",
            Self::Connect(ConnectStage::Info) => "the peer did not introduce itself as a server",
            Self::Connect(ConnectStage::Credentials) => "there are no credentials to log in with",
            Self::Connect(ConnectStage::Login) => "the server did not complete the login",
            Self::Protocol => "the peer broke the protocol",
            Self::SlowConsumer => "the subscription could not keep up",
            Self::TooMany => "too many at once",
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.inner.source.as_deref()?;
        Some(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.inner.kind.text())?;
        if let Some(subject) = &self.inner.subject {
            write!(f, " on `{}`", subject.escape_debug())?;
        }
        if let Some(detail) = &self.inner.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, subject, detail, maybe_executed, unsent, source } = &*self.inner;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("subject", subject)
            .field("detail", detail)
            .field("maybe_executed", maybe_executed)
            .field("has_unsent", &unsent.is_some())
            .field("source", source)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_level_and_the_thing() {
        let error = Error::new(ErrorKind::NoResponders).on("orders.create");

        assert_eq!(error.to_string(), "no responders on `orders.create`");
        assert!(error.is_retryable() && !error.maybe_executed());
    }

    #[test]
    fn control_characters_in_a_subject_are_escaped() {
        let error = Error::new(ErrorKind::BadSubject).on("a\r\nb").detail("it has whitespace");

        assert_eq!(error.to_string(), r"not a legal subject on `a\r\nb`: it has whitespace");
    }

    // spec: ERR-35
    #[test]
    fn an_error_crosses_threads_and_leads_to_its_cause() {
        fn is_an_error<T: StdError + Send + Sync + 'static>(error: &T) -> Option<String> {
            error.source().map(ToString::to_string)
        }
        let cause = std::io::Error::other("the cable");
        let error = Error::new(ErrorKind::Disconnected).because(cause).maybe();

        assert_eq!(is_an_error(&error).as_deref(), Some("the cable"));
        assert!(error.is_retryable() && error.maybe_executed());
        assert!(!Error::new(ErrorKind::BadSubject).is_retryable());
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
