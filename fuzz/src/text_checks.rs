//! What holds for any text at all: names, addresses, complaints, and what a client says.

use std::collections::HashSet;
use std::sync::OnceLock;

use nats_actors::ServerAddr;
use nats_actors::auth::{Credentials, KeyKind, KeyPair, Secret, UserJwt, format_creds};
use nats_actors::protocol::{
    ClientFrame, Headers, Pattern, QueueGroup, ServerError, Subject, check_pattern, check_subject,
    client_op, next_client_frame,
};

/// Reads `data` as subjects, patterns and queue groups, one a line.
pub fn subjects(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.split('\n').take(8).collect();
    for line in &lines {
        check_name(line);
    }
    for (one, other) in lines.iter().zip(lines.iter().skip(1)) {
        check_pair(one, other);
    }
}

/// Reads `data` as the address of a server.
pub fn addresses(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match ServerAddr::parse(&text) {
        Ok(address) => {
            let again =
                ServerAddr::parse(&address.to_string()).expect("what is shown is an address");
            assert_eq!((again.host(), again.port()), (address.host(), address.port()));
            assert_eq!(again.scheme(), address.scheme());
            assert!(!address.host().is_empty());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    check_secret(&text);
}

/// Reads `data` as the text of an `-ERR`.
pub fn errors(data: &[u8]) {
    let error = ServerError::parse(data);
    let shown = error.to_string();
    assert!(!shown.contains(['\r', '\n']), "one line in the log of somebody");
    let again = ServerError::parse(shown.as_bytes());
    assert_eq!(again.closes_connection(), error.closes_connection());
    assert_eq!(again.is_authentication(), error.is_authentication());
}

/// Reads `data` as what a client says; what was read is found again when it is said.
pub fn client_frames(data: &[u8]) {
    let mut rest = data;
    while let Some((frame, len)) = next_client_frame(rest) {
        assert!(len > 0 && len <= rest.len());
        for end in (0..len.min(64)).chain(len.saturating_sub(4)..len) {
            assert!(next_client_frame(&rest[..end]).is_none_or(|(_, part)| part <= end));
        }
        check_said(&frame);
        rest = &rest[len..];
    }
}

/// Reads `data` as the text of a `.creds` file, by itself and in the middle of one.
pub fn creds(data: &[u8]) {
    let (jwt, key) = user();
    let whole = format_creds(jwt, key);
    let whole = whole.expose();
    let data = String::from_utf8_lossy(data);
    let middle = data.len() % whole.len();
    let (before, behind) = whole.split_at(middle);
    for text in [data.to_string(), format!("{data}\n{whole}"), format!("{before}{data}{behind}")] {
        let shown = match Credentials::from_creds(&text) {
            Ok(credentials) => format!("{credentials:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains(key.seed().expose()) && !shown.contains(jwt.expose()), "{shown}");
    }
}

fn user() -> &'static (Secret, KeyPair) {
    static USER: OnceLock<(Secret, KeyPair)> = OnceLock::new();
    USER.get_or_init(|| {
        let account = KeyPair::generate(KeyKind::Account);
        let key = KeyPair::generate(KeyKind::User);
        let jwt = UserJwt::new(key.public_key()).issue(&account).expect("the account may sign");
        (jwt, key)
    })
}

/// What passes the check can stand on a line of the protocol.
fn check_name(text: &str) {
    assert_eq!(check_subject(text).is_ok(), text.parse::<Subject>().is_ok());
    assert_eq!(check_pattern(text).is_ok(), text.parse::<Pattern>().is_ok());
    assert!(
        check_subject(text).is_err() || check_pattern(text).is_ok(),
        "each subject is a pattern"
    );
    let group = text.parse::<QueueGroup>().is_ok();
    if check_pattern(text).is_ok() {
        let mut out = Vec::new();
        client_op::encode_sub(&mut out, text, group.then_some(text), 7);
        let queue = group.then_some(text.as_bytes());
        let expected = ClientFrame::Subscribe { subject: text.as_bytes(), queue, sid: 7 };
        assert_eq!(next_client_frame(&out), Some((expected, out.len())));
    }
}

fn check_pair(one: &str, other: &str) {
    let Ok(pattern) = one.parse::<Pattern>() else { return };
    if check_subject(other).is_ok() {
        let captures = pattern.captures(other);
        assert_eq!(captures.is_some(), pattern.matches(other));
    }
    let Ok(second) = other.parse::<Pattern>() else { return };
    assert_eq!(pattern.overlaps(&second), second.overlaps(&pattern));
    if check_subject(other).is_ok() {
        assert_eq!(pattern.overlaps(&second), pattern.matches(other));
    }
}

/// What stands before the `@` is shown nowhere, whether or not the address is one.
fn check_secret(text: &str) {
    const SECRET: &str = "s3cr3t-xyzzy";
    let Some((scheme, host)) = text.split_once("://") else { return };
    let letters: HashSet<char> = host.chars().collect();
    let plain = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !plain || host.contains("xyzzy") || letters.contains(&'@') {
        return;
    }
    let shown = match ServerAddr::parse(&format!("{scheme}://user:{SECRET}@{host}")) {
        Ok(address) => format!("{address} {address:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(!shown.contains(SECRET), "{shown}");
}

fn check_said(frame: &ClientFrame<'_>) {
    let ClientFrame::Publish(publish) = frame else { return };
    let (Ok(subject), Ok(reply)) =
        (str::from_utf8(publish.subject), publish.reply.map(str::from_utf8).transpose())
    else {
        return;
    };
    let mut out = Vec::new();
    if publish.headers.is_empty() {
        client_op::encode_pub(&mut out, subject, reply, publish.payload);
    } else {
        let (headers, _) = Headers::decode_lossy(publish.headers);
        client_op::encode_hpub(&mut out, subject, reply, &headers, publish.payload);
    }
    let (again, len) = next_client_frame(&out).expect("what is said is read");
    assert_eq!(len, out.len());
    let ClientFrame::Publish(again) = again else { panic!("{again:?}") };
    assert_eq!((again.subject, again.payload), (publish.subject, publish.payload));
    assert_eq!(again.reply, publish.reply);
}
