//! From what a client says to bytes.
//!
//! Every function appends one whole operation to a buffer. Subjects, reply subjects and queue
//! groups have to be legal: they are not checked here, see [`check_subject`](super::check_subject).

use super::connect::ConnectInfo;
use super::decimal;
use super::headers::Headers;

/// A `PING` with its line end.
pub const PING: &[u8] = b"PING\r\n";
/// A `PONG` with its line end.
pub const PONG: &[u8] = b"PONG\r\n";

pub(super) const LINE_END: &[u8] = b"\r\n";

/// Appends `CONNECT`.
pub fn encode_connect(out: &mut Vec<u8>, info: &ConnectInfo) {
    // Strings, numbers and flags always serialize; an empty object is legal besides.
    let json = serde_json::to_vec(info).unwrap_or_else(|_| b"{}".to_vec());
    for part in [b"CONNECT ", json.as_slice(), LINE_END] {
        out.extend_from_slice(part);
    }
}

/// Appends `PUB` with its payload. Allocates only if `out` has to grow.
#[inline]
pub fn encode_pub(out: &mut Vec<u8>, subject: &str, reply: Option<&str>, payload: &[u8]) {
    encode_pub_head(out, subject, reply, None, payload.len());
    out.extend_from_slice(payload);
    out.extend_from_slice(LINE_END);
}

/// Appends `HPUB` with headers and payload. Allocates only if `out` has to grow.
pub fn encode_hpub(
    out: &mut Vec<u8>,
    subject: &str,
    reply: Option<&str>,
    headers: &Headers,
    payload: &[u8],
) {
    let header_len = headers.encoded_len();
    encode_pub_head(out, subject, reply, Some(header_len), header_len + payload.len());
    headers.encode(out);
    out.extend_from_slice(payload);
    out.extend_from_slice(LINE_END);
}

/// Appends the control line of `PUB`, or of `HPUB` if there is a `header_len`, with its line end.
///
/// For bodies that are sent from where they lie: header block, payload and a line end have to
/// follow, `total_len` bytes without the line end.
#[inline]
pub fn encode_pub_head(
    out: &mut Vec<u8>,
    subject: &str,
    reply: Option<&str>,
    header_len: Option<usize>,
    total_len: usize,
) {
    // Room for operation, numbers, blanks and line ends too, so that one check does for all.
    out.reserve(subject.len() + reply.map_or(0, str::len) + total_len + 64);
    out.extend_from_slice(if header_len.is_some() { b"HPUB " } else { b"PUB " });
    out.extend_from_slice(subject.as_bytes());
    out.push(b' ');
    if let Some(reply) = reply {
        out.extend_from_slice(reply.as_bytes());
        out.push(b' ');
    }
    if let Some(header_len) = header_len {
        decimal::push(out, header_len as u64);
        out.push(b' ');
    }
    decimal::push(out, total_len as u64);
    out.extend_from_slice(LINE_END);
}

/// How many bytes [`encode_pub_head`] appends.
#[must_use]
pub fn pub_head_len(
    subject: &str,
    reply: Option<&str>,
    header_len: Option<usize>,
    total_len: usize,
) -> usize {
    let headers = header_len.map_or(0, |len| "H".len() + decimal::len(len as u64) + " ".len());
    let reply = reply.map_or(0, |reply| reply.len() + " ".len());
    let fixed = "PUB ".len() + " ".len() + LINE_END.len();
    fixed + subject.len() + reply + headers + decimal::len(total_len as u64)
}

/// Appends `SUB`.
pub fn encode_sub(out: &mut Vec<u8>, subject: &str, queue: Option<&str>, sid: u64) {
    out.extend_from_slice(b"SUB ");
    out.extend_from_slice(subject.as_bytes());
    out.push(b' ');
    if let Some(queue) = queue {
        out.extend_from_slice(queue.as_bytes());
        out.push(b' ');
    }
    decimal::push(out, sid);
    out.extend_from_slice(LINE_END);
}

/// Appends `UNSUB`. With `max`, the server ends the subscription once it has delivered that many
/// messages since it was made.
pub fn encode_unsub(out: &mut Vec<u8>, sid: u64, max: Option<u64>) {
    out.extend_from_slice(b"UNSUB ");
    decimal::push(out, sid);
    if let Some(max) = max {
        out.push(b' ');
        decimal::push(out, max);
    }
    out.extend_from_slice(LINE_END);
}
