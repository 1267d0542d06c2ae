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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encode: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        encode(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        lines.iter().for_each(|(name, value)| headers.append(name, value).unwrap());
        headers
    }

    // spec: W-06, PUB-01, PUB-03
    #[test]
    fn pub_is_framed_by_the_length_of_its_payload() {
        assert_eq!(text(|out| encode_pub(out, "a.b", None, b"xyz")), "PUB a.b 3\r\nxyz\r\n");
        assert_eq!(text(|out| encode_pub(out, "a", Some("r"), b"")), "PUB a r 0\r\n\r\n");
        let payload = "x".repeat(12345);
        let expected = format!("PUB a 12345\r\n{payload}\r\n");
        assert_eq!(text(|out| encode_pub(out, "a", None, payload.as_bytes())), expected);
    }

    // spec: W-06, PUB-04, PUB-05, A04-01
    #[test]
    fn hpub_is_framed_as_the_examples_of_adr_4() {
        let one = headers(&[("Header", "X")]);
        let three = headers(&[("Header1", "X"), ("Header1", "Y"), ("Header2", "Z")]);
        let block = "NATS/1.0\r\nHeader1: X\r\nHeader1: Y\r\nHeader2: Z\r\n\r\n";

        let hpub = |headers: &Headers, payload: &[u8]| {
            text(|out| encode_hpub(out, "SUBJECT", Some("REPLY"), headers, payload))
        };
        assert_eq!(
            hpub(&one, b"PAYLOAD"),
            "HPUB SUBJECT REPLY 23 30\r\nNATS/1.0\r\nHeader: X\r\n\r\nPAYLOAD\r\n"
        );
        assert_eq!(
            hpub(&one, b""),
            "HPUB SUBJECT REPLY 23 23\r\nNATS/1.0\r\nHeader: X\r\n\r\n\r\n"
        );
        let head = "HPUB SUBJECT REPLY 48";
        assert_eq!(hpub(&three, b"PAYLOAD"), format!("{head} 55\r\n{block}PAYLOAD\r\n"));
        assert_eq!(hpub(&three, b""), format!("{head} 48\r\n{block}\r\n"));
    }

    #[test]
    fn a_head_is_as_long_as_announced() {
        for reply in [None, Some("reply")] {
            for header_len in [None, Some(9), Some(10), Some(12345)] {
                for total_len in [0, 9, 10, 99, 100, 65_535, 1 << 20] {
                    let head =
                        text(|out| encode_pub_head(out, "a.b", reply, header_len, total_len));
                    assert_eq!(head.len(), pub_head_len("a.b", reply, header_len, total_len));
                }
            }
        }
    }

    // spec: W-13, W-17
    #[test]
    fn interest_is_one_line() {
        assert_eq!(text(|out| encode_sub(out, "a.>", None, 1)), "SUB a.> 1\r\n");
        assert_eq!(text(|out| encode_sub(out, "a.*", Some("q"), 27)), "SUB a.* q 27\r\n");
        assert_eq!(text(|out| encode_unsub(out, 1, None)), "UNSUB 1\r\n");
        assert_eq!(text(|out| encode_unsub(out, 12, Some(5))), "UNSUB 12 5\r\n");
    }

    // spec: W-03, CON-07
    #[test]
    fn connect_spells_its_keys_as_the_server_does() {
        let info = ConnectInfo { version: "1.2.3".to_owned(), ..ConnectInfo::default() };
        assert_eq!(
            text(|out| encode_connect(out, &info)),
            concat!(
                "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false,",
                "\"lang\":\"rust\",\"version\":\"1.2.3\",\"protocol\":1,\"echo\":true,",
                "\"headers\":true,\"no_responders\":true}\r\n"
            )
        );
    }

    // spec: TRN-17
    #[test]
    fn nothing_is_allocated_where_there_is_room() {
        let mut out = Vec::with_capacity(256);
        let at = out.as_ptr();
        encode_pub(&mut out, "a.b.c", Some("reply"), &[b'x'; 100]);

        assert_eq!((out.as_ptr(), out.capacity()), (at, 256));
    }
}
