//! From the text of an `-ERR` to what it means.

use super::server_error::ServerError;
use super::server_error::ServerError::{
    AccountAuthenticationExpired, AuthenticationExpired, AuthenticationRevoked,
    AuthenticationTimeout, AuthorizationViolation, ConnectionThrottling, FailedAccountRegistration,
    InvalidClientProtocol, InvalidPublishSubject, InvalidSubject, MaxAccountConnections,
    MaxConnections, MaxControlLine, MaxPayload, MaxSubscriptions, NoRespondersRequiresHeaders,
    Other, PermissionsViolationPublish, PermissionsViolationReply,
    PermissionsViolationSubscription, StaleConnection, TlsRequired, UnknownOperation,
};

/// The server's texts. It may say more behind them, and has changed their case before.
const TEXTS: [(&str, ServerError); 19] = [
    ("Authorization Violation", AuthorizationViolation),
    ("Authentication Timeout", AuthenticationTimeout),
    ("User Authentication Expired", AuthenticationExpired),
    ("Account Authentication Expired", AccountAuthenticationExpired),
    ("User Authentication Revoked", AuthenticationRevoked),
    ("maximum connections exceeded", MaxConnections),
    ("maximum account active connections exceeded", MaxAccountConnections),
    ("Connection throttling is active", ConnectionThrottling),
    ("Secure Connection - TLS Required", TlsRequired),
    ("Maximum Payload Violation", MaxPayload),
    ("maximum control line exceeded", MaxControlLine),
    ("Unknown Protocol Operation", UnknownOperation),
    ("Stale Connection", StaleConnection),
    ("invalid client protocol", InvalidClientProtocol),
    ("no responders requires headers support", NoRespondersRequiresHeaders),
    ("maximum subscriptions exceeded", MaxSubscriptions),
    ("Invalid Subject", InvalidSubject),
    ("Invalid Publish Subject", InvalidPublishSubject),
    ("Failed Account Registration", FailedAccountRegistration),
];

impl ServerError {
    /// Reads the argument of an `-ERR`, with or without its quotes.
    ///
    /// Compares without regard to case and by prefix, since servers may say more. Bytes that are
    /// not UTF-8 read as U+FFFD. Never fails: what is not recognised is [`Other`].
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let text = unquoted(text.trim(), '\'');
        if let Some(violation) = permissions_violation(text) {
            return violation;
        }
        let known = TEXTS.into_iter().find(|(known, _)| strip_prefix(text, known).is_some());
        known.map_or_else(|| Other(text.to_owned()), |(_, error)| error)
    }

    /// The server's text for the errors that have no details.
    pub(super) fn text(&self) -> Option<&'static str> {
        TEXTS.into_iter().find(|(_, error)| error == self).map(|(text, _)| text)
    }
}

fn permissions_violation(text: &str) -> Option<ServerError> {
    let of = strip_prefix(text, "Permissions Violation for ")?;
    if let Some(rest) = strip_prefix(of, "Publish to ") {
        return Some(PermissionsViolationPublish { subject: unquoted(rest, '"').to_owned() });
    }
    if let Some(rest) = strip_prefix(of, "Publish with Reply of ") {
        return Some(PermissionsViolationReply { reply: unquoted(rest, '"').to_owned() });
    }
    let (subject, rest) = quoted(strip_prefix(of, "Subscription to ")?)?;
    let queue = strip_prefix(rest, " using queue ").and_then(quoted);
    let rest = queue.map_or(rest, |(_, rest)| rest);
    let sid = strip_prefix(rest, " (sid ").and_then(quoted).and_then(|(sid, _)| sid.parse().ok());
    Some(PermissionsViolationSubscription {
        subject: subject.to_owned(),
        queue: queue.map(|(queue, _)| queue.to_owned()),
        sid,
    })
}

/// The text between the quotes that `text` begins with, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

/// `text` without the quotes around it, if there are any.
fn unquoted(text: &str, quote: char) -> &str {
    text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)).unwrap_or(text)
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
