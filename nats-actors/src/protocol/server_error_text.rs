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
    /// not UTF-8 and control characters, which would break the lines of a log, read as U+FFFD. Never fails: what is not recognised is [`Other`].
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text).trim().replace(char::is_control, "\u{fffd}");
        let text = unquoted(&text, '\'');
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ServerError {
        ServerError::parse(text.as_bytes())
    }

    // spec: W-26, W-27
    #[test]
    fn every_known_text_is_recognised_in_any_case_with_anything_behind_it() {
        for (text, error) in TEXTS {
            assert_eq!(parse(&format!("'{text}'")), error);
            assert_eq!(parse(&text.to_uppercase()), error);
            assert_eq!(parse(&format!("'{text}, and more'")), error);
            assert_eq!(error.to_string(), text);
        }
    }

    // spec: W-26
    #[test]
    fn only_what_closes_the_connection_says_so() {
        let stays = TEXTS.into_iter().filter(|(_, error)| !error.closes_connection());
        let texts: Vec<_> = stays.map(|(text, _)| text).collect();
        let expected = [
            "maximum subscriptions exceeded",
            "Invalid Subject",
            "Invalid Publish Subject",
            "Failed Account Registration",
        ];
        assert_eq!(texts, expected);
    }

    // spec: W-28
    #[test]
    fn what_is_not_known_keeps_its_text_and_the_connection() {
        let error = parse("'Brand New Error'");

        assert_eq!(error, Other("Brand New Error".to_owned()));
        assert_eq!(error.to_string(), "Brand New Error");
        assert!(!error.closes_connection() && !error.is_authentication());
        assert_eq!(ServerError::parse(b"'\xff"), Other("'\u{fffd}".to_owned()));
        assert_eq!(parse(""), Other(String::new()));
    }

    // spec: A40-33, PUB-18
    #[test]
    fn a_denied_publish_names_its_subject() {
        let text = "Permissions Violation for Publish to \"orders.new\"";
        let error = parse(&format!("'{text}'"));
        assert_eq!(error, PermissionsViolationPublish { subject: "orders.new".to_owned() });
        assert_eq!(error.to_string(), text);
        assert!(!error.closes_connection());

        let text = "Permissions Violation for Publish with Reply of \"_INBOX.1\"";
        let error = parse(&format!("'{text}'"));
        assert_eq!(error, PermissionsViolationReply { reply: "_INBOX.1".to_owned() });
        assert_eq!(error.to_string(), text);
    }

    // spec: A40-34, A40-36, SUB-18
    #[test]
    fn a_denied_subscription_names_what_the_server_tells() {
        let cases = [
            ("\"a.*\"", None, None),
            ("\"a.*\" using queue \"q\"", Some("q"), None),
            ("\"a.*\" (sid \"7\")", None, Some(7)),
            ("\"a.*\" using queue \"q\" (sid \"7\")", Some("q"), Some(7)),
        ];
        for (detail, queue, sid) in cases {
            let text = format!("Permissions Violation for Subscription to {detail}");
            let (subject, queue) = ("a.*".to_owned(), queue.map(str::to_owned));
            let expected = PermissionsViolationSubscription { subject, queue, sid };
            assert_eq!(parse(&format!("'{}'", text.to_lowercase())), expected);
            assert_eq!(expected.to_string(), text);
        }
        let many = parse("permissions violation for subscription to \"a\", too many tokens");
        assert!(matches!(many, PermissionsViolationSubscription { queue: None, sid: None, .. }));
    }
}
