//! From bytes back to what a client says.

use memchr::memchr;

use super::client_op::LINE_END;
use super::cursor::Cursor;

/// One operation of a client, borrowed from the bytes that it was encoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientFrame<'a> {
    /// `CONNECT`: a JSON object.
    Connect(&'a [u8]),
    /// `PUB` or `HPUB`.
    Publish(PublishFrame<'a>),
    /// `SUB`.
    Subscribe {
        /// The subject, which may hold wildcards.
        subject: &'a [u8],
        /// The queue group, if there is one.
        queue: Option<&'a [u8]>,
        /// The subscription's id.
        sid: u64,
    },
    /// `UNSUB`.
    Unsubscribe {
        /// The subscription's id.
        sid: u64,
        /// After how many messages it ends; at once if there is none.
        max: Option<u64>,
    },
    /// `PING`.
    Ping,
    /// `PONG`.
    Pong,
}

/// A message to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishFrame<'a> {
    /// The subject.
    pub subject: &'a [u8],
    /// The reply subject, if there is one.
    pub reply: Option<&'a [u8]>,
    /// The header block; empty if there is none.
    pub headers: &'a [u8],
    /// The payload.
    pub payload: &'a [u8],
}

/// Reads the operation that `buf` begins with, and how many bytes it takes.
///
/// Made for bytes from [`client_op`](super::client_op): to find where the operations in an outgoing
/// buffer begin, and for servers in tests. `None` if `buf` does not begin with a whole operation.
#[must_use]
pub fn next_client_frame(buf: &[u8]) -> Option<(ClientFrame<'_>, usize)> {
    let line_end = memchr(b'\n', buf)?;
    let line = buf.get(..line_end)?.strip_suffix(b"\r")?;
    let body = line_end + 1;
    let mut cursor = Cursor::new(line, 0);
    let frame = match cursor.word()? {
        b"PUB" => return publish(buf, cursor, body, false),
        b"HPUB" => return publish(buf, cursor, body, true),
        b"SUB" => subscribe(cursor)?,
        b"UNSUB" => unsubscribe(cursor)?,
        b"CONNECT" => ClientFrame::Connect(cursor.rest()),
        b"PING" => ClientFrame::Ping,
        b"PONG" => ClientFrame::Pong,
        _ => return None,
    };
    Some((frame, body))
}

fn publish<'a>(
    buf: &'a [u8],
    mut cursor: Cursor<'a>,
    body_at: usize,
    has_headers: bool,
) -> Option<(ClientFrame<'a>, usize)> {
    let subject = cursor.word()?;
    let (reply, (header_len, total_len)) = match cursor.lengths(has_headers) {
        Some(lengths) => (None, lengths),
        None => (Some(cursor.word()?), cursor.lengths(has_headers)?),
    };
    let body_end = body_at.checked_add(total_len)?;
    let len = body_end.checked_add(LINE_END.len())?;
    let body = buf.get(body_at..len)?.strip_suffix(LINE_END)?;
    let (headers, payload) = body.split_at_checked(header_len)?;
    Some((ClientFrame::Publish(PublishFrame { subject, reply, headers, payload }), len))
}

fn subscribe(mut cursor: Cursor<'_>) -> Option<ClientFrame<'_>> {
    let subject = cursor.word()?;
    let sid_at_end = |mut cursor: Cursor<'_>| cursor.number().filter(|_| cursor.end().is_some());
    let (queue, sid) = match sid_at_end(cursor) {
        Some(sid) => (None, sid),
        None => (Some(cursor.word()?), sid_at_end(cursor)?),
    };
    Some(ClientFrame::Subscribe { subject, queue, sid })
}

fn unsubscribe(mut cursor: Cursor<'_>) -> Option<ClientFrame<'_>> {
    let sid = cursor.number()?;
    let max = if cursor.end().is_some() { None } else { Some(cursor.number()?) };
    cursor.end().map(|()| ClientFrame::Unsubscribe { sid, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: TRN-17
    #[test]
    fn every_operation_is_found_again() {
        let text = b"CONNECT {\"a\":1}\r\nPING\r\nPONG\r\nSUB a q 7\r\nSUB a 7\r\nUNSUB 7\r\n\
            UNSUB 7 9\r\nPUB a 8\r\n\r\nPING\r\n\r\nHPUB a r 12 13\r\nNATS/1.0\r\n\r\nx\r\n";
        let mut rest = text.as_slice();
        let mut frames = Vec::new();
        while let Some((frame, len)) = next_client_frame(rest) {
            frames.push(frame);
            rest = rest.get(len..).unwrap();
        }
        let (subject, none) = (&b"a"[..], &b""[..]);
        let publish = |reply, headers, payload| {
            ClientFrame::Publish(PublishFrame { subject, reply, headers, payload })
        };
        let expected = [
            ClientFrame::Connect(b"{\"a\":1}"),
            ClientFrame::Ping,
            ClientFrame::Pong,
            ClientFrame::Subscribe { subject, queue: Some(b"q"), sid: 7 },
            ClientFrame::Subscribe { subject, queue: None, sid: 7 },
            ClientFrame::Unsubscribe { sid: 7, max: None },
            ClientFrame::Unsubscribe { sid: 7, max: Some(9) },
            publish(None, none, b"\r\nPING\r\n"),
            publish(Some(b"r"), b"NATS/1.0\r\n\r\n", b"x"),
        ];
        assert_eq!(frames, expected);
        assert!(rest.is_empty());
    }

    #[test]
    fn a_queue_group_may_be_a_number() {
        let (frame, _) = next_client_frame(b"SUB a 1 2\r\n").unwrap();
        assert_eq!(frame, ClientFrame::Subscribe { subject: b"a", queue: Some(b"1"), sid: 2 });
    }

    #[test]
    fn what_is_not_whole_or_not_ours_is_none() {
        for text in [
            "",
            "PING",
            "PING\n",
            "NOPE\r\n",
            "PUB a 3\r\nxy",
            "PUB a 3\r\nxyz\r",
            "PUB a 3\r\nxyzab",
            "PUB a\r\n",
            "PUB a 18446744073709551615\r\n",
            "HPUB a 5 3\r\nxyz\r\n",
            "SUB a\r\n",
            "SUB a q x\r\n",
            "UNSUB x\r\n",
            "UNSUB 1 2 3\r\n",
        ] {
            assert_eq!(next_client_frame(text.as_bytes()), None, "{text:?}");
        }
    }
}
