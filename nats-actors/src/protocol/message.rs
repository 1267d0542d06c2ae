//! Messages as they are received.

use std::fmt;

use bytes::Bytes;

use super::header_decode::{block_status, status_code};
use super::header_error::HeaderError;
use super::headers::Headers;
use super::message_layout::MessageLayout;
use super::status::Status;

/// A received message: a subject, maybe a reply subject and headers, and a payload.
///
/// All parts lie in one shared buffer, so moving and cloning copy no bytes. That buffer may hold
/// other messages of the same read too; [`detach`](Self::detach) makes a copy that holds nothing
/// else. Headers stay bytes until they are asked for: a malformed block is an error of
/// [`headers`](Self::headers) and nothing else.
///
/// ```
/// # use nats_actors::protocol::Message;
/// let message = Message::new("orders.new", Some("_INBOX.1"), None, b"42");
///
/// assert_eq!(message.reply(), Some("_INBOX.1"));
/// assert_eq!(message.payload(), b"42");
/// ```
#[derive(Clone)]
pub struct Message {
    pub(super) frame: Bytes,
    // Offsets of `MessageLayout`, narrowed so that a message stays within a cache line.
    pub(super) subject_len: u32,
    pub(super) reply_at: u32,
    pub(super) reply_len: u32,
    pub(super) body_at: u32,
    pub(super) header_len: u32,
}

impl Message {
    /// A message made in this process: for tests, and for handing one on without a server.
    ///
    /// Copies all parts into one allocation. Subjects are not checked. An empty `reply` is none.
    #[must_use]
    pub fn new(
        subject: &str,
        reply: Option<&str>,
        headers: Option<&Headers>,
        payload: &[u8],
    ) -> Self {
        let reply = reply.unwrap_or_default();
        let header_len = headers.map_or(0, Headers::encoded_len);
        let len = subject.len() + reply.len() + header_len + payload.len();
        let mut frame = Vec::with_capacity(len);
        frame.extend_from_slice(subject.as_bytes());
        frame.extend_from_slice(reply.as_bytes());
        if let Some(headers) = headers {
            headers.encode(&mut frame);
        }
        frame.extend_from_slice(payload);
        let layout = MessageLayout::packed(subject.len(), reply.len(), header_len);
        Self::assemble(frame.into(), layout)
    }

    /// Cuts `frame` into a message; `None` if `layout` points outside of it.
    ///
    /// Copies nothing, unless subject or reply are not UTF-8: those bytes are replaced by U+FFFD.
    #[must_use]
    #[inline]
    pub fn from_frame(frame: Bytes, layout: MessageLayout) -> Option<Self> {
        let ends = [
            layout.subject_len,
            layout.reply_at.checked_add(layout.reply_len)?,
            layout.body_at.checked_add(layout.header_len)?,
        ];
        if ends.into_iter().any(|end| end > frame.len()) {
            return None;
        }
        let message = Self::assemble(frame, layout);
        // Both subjects in one look: between them there is nothing, or a number and blanks.
        let names = message.part(0, message.subject_len.max(message.reply_at + message.reply_len));
        Some(if names.is_ascii() { message } else { message.checked() })
    }

    /// The subject that the message was published to.
    #[must_use]
    #[inline]
    pub fn subject(&self) -> &str {
        str::from_utf8(self.subject_bytes()).unwrap_or_default()
    }

    /// Where an answer is expected, if any is.
    #[must_use]
    #[inline]
    pub fn reply(&self) -> Option<&str> {
        if self.reply_len == 0 { None } else { str::from_utf8(self.reply_bytes()).ok() }
    }

    /// The payload.
    #[must_use]
    #[inline]
    pub fn payload(&self) -> &[u8] {
        self.frame.get(self.payload_at()..).unwrap_or_default()
    }

    /// The payload, sharing the message's buffer instead of copying.
    #[must_use]
    pub fn payload_bytes(&self) -> Bytes {
        self.frame.slice(self.payload_at()..)
    }

    /// The payload alone, sharing the message's buffer instead of copying.
    #[must_use]
    pub fn into_payload(mut self) -> Bytes {
        self.frame.split_off(self.payload_at())
    }

    /// Whether there is a header block, be it legal or not.
    #[must_use]
    #[inline]
    pub fn has_headers(&self) -> bool {
        self.header_len > 0
    }

    /// The header block as it was received; empty if there is none.
    #[must_use]
    pub fn header_block(&self) -> &[u8] {
        self.part(self.body_at, self.header_len)
    }

    /// The headers, decoded anew by every call; none at all if there is no header block.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] if the block is malformed. [`headers_lossy`](Self::headers_lossy) reads what
    /// can be read of it.
    pub fn headers(&self) -> Result<Headers, HeaderError> {
        if !self.has_headers() {
            return Ok(Headers::new());
        }
        Headers::decode(self.header_block()).map(|(headers, _)| headers)
    }

    /// The headers that [`Headers::decode_lossy`] finds.
    #[must_use]
    pub fn headers_lossy(&self) -> Headers {
        Headers::decode_lossy(self.header_block()).0
    }

    /// The status in the header block, if there is a legal one; also on messages with a payload.
    ///
    /// Without a status this reads a few bytes; see [`status_code`](Self::status_code) for a check
    /// that never allocates.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        block_status(self.header_block())
    }

    /// The code of [`status`](Self::status).
    #[must_use]
    pub fn status_code(&self) -> Option<u16> {
        status_code(self.header_block())
    }

    /// The status code of a message that a server sent about the conversation, such as
    /// [`Status::NO_RESPONDERS`]: one with a status and without a payload.
    ///
    /// A message with both is a user's.
    #[must_use]
    #[inline]
    pub fn control_code(&self) -> Option<u16> {
        if self.has_headers() && self.payload().is_empty() { self.status_code() } else { None }
    }

    /// Bytes of subject, reply, headers and payload: what limits in bytes count.
    #[must_use]
    #[inline]
    pub fn wire_size(&self) -> usize {
        let body = self.frame.len().saturating_sub(self.body_at as usize);
        self.subject_len as usize + self.reply_len as usize + body
    }

    /// A copy in a buffer of its own and of the right size, so that keeping it keeps nothing else.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.repack(self.subject_bytes(), self.reply_bytes())
    }

    /// Subjects have to be text. Offsets that do not fit read as empty parts.
    #[inline]
    fn assemble(frame: Bytes, layout: MessageLayout) -> Self {
        let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            frame,
            subject_len: narrow(layout.subject_len),
            reply_at: narrow(layout.reply_at),
            reply_len: narrow(layout.reply_len),
            body_at: narrow(layout.body_at),
            header_len: narrow(layout.header_len),
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn checked(self) -> Self {
        let is_text = |bytes| str::from_utf8(bytes).is_ok();
        let all = is_text(self.subject_bytes()) && is_text(self.reply_bytes());
        if all { self } else { self.with_text() }
    }

    fn with_text(&self) -> Self {
        let subject = String::from_utf8_lossy(self.subject_bytes());
        let reply = String::from_utf8_lossy(self.reply_bytes());
        self.repack(subject.as_bytes(), reply.as_bytes())
    }

    /// A copy with these subjects, packed.
    fn repack(&self, subject: &[u8], reply: &[u8]) -> Self {
        let body = self.frame.get(self.body_at as usize..).unwrap_or_default();
        let frame = [subject, reply, body].concat();
        let layout = MessageLayout::packed(subject.len(), reply.len(), self.header_len as usize);
        Self::assemble(frame.into(), layout)
    }

    #[inline]
    fn subject_bytes(&self) -> &[u8] {
        self.part(0, self.subject_len)
    }

    #[inline]
    fn reply_bytes(&self) -> &[u8] {
        self.part(self.reply_at, self.reply_len)
    }

    #[inline]
    fn part(&self, at: u32, len: u32) -> &[u8] {
        let (at, len) = (at as usize, len as usize);
        self.frame.get(at..at.saturating_add(len)).unwrap_or_default()
    }

    /// Where the payload begins; never behind the end of the frame.
    #[inline]
    fn payload_at(&self) -> usize {
        (self.body_at as usize + self.header_len as usize).min(self.frame.len())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("subject", &self.subject())
            .field("reply", &self.reply())
            .field("header_bytes", &self.header_len)
            .field("payload_bytes", &self.payload().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &[u8] = b"NATS/1.0\r\nA: 1\r\n\r\n";

    fn received(subject: &[u8], reply: &[u8], block: &[u8], payload: &[u8]) -> Message {
        let layout = MessageLayout::packed(subject.len(), reply.len(), block.len());
        Message::from_frame([subject, reply, block, payload].concat().into(), layout).unwrap()
    }

    #[test]
    fn it_fits_into_a_cache_line() {
        assert!(size_of::<Message>() <= 64);
        assert_eq!(size_of::<Option<Message>>(), size_of::<Message>());
    }

    // spec: SUB-25
    #[test]
    fn every_part_comes_back() {
        let message = received(b"a.b", b"_INBOX.1", BLOCK, b"payload");

        assert_eq!((message.subject(), message.reply()), ("a.b", Some("_INBOX.1")));
        assert_eq!((message.header_block(), message.payload()), (BLOCK, &b"payload"[..]));
        assert_eq!(message.headers().unwrap().get("A"), Some("1"));
        assert_eq!(message.wire_size(), 3 + 8 + BLOCK.len() + 7);
        assert_eq!(message.payload_bytes(), message.clone().into_payload());
    }

    #[test]
    fn absent_parts_are_absent() {
        let message = received(b"a", b"", b"", b"");

        assert_eq!((message.reply(), message.has_headers()), (None, false));
        assert_eq!(message.headers().unwrap(), Headers::new());
        assert_eq!((message.status(), message.control_code()), (None, None));
        assert_eq!((message.payload(), message.wire_size()), (&b""[..], 1));
        assert_eq!(message.into_payload(), Bytes::new());
    }

    #[test]
    fn a_message_made_here_is_like_a_received_one() {
        let mut headers = Headers::new();
        headers.insert("A", "1").unwrap();
        let made = Message::new("a.b", Some("r"), Some(&headers), b"x");
        let received = received(b"a.b", b"r", BLOCK, b"x");

        assert_eq!(made.frame, received.frame);
        assert_eq!(format!("{made:?}"), format!("{received:?}"));
    }

    #[test]
    fn payloads_share_the_frame() {
        let message = received(b"a", b"", b"", b"payload");

        assert_eq!(message.payload_bytes().as_ptr(), message.payload().as_ptr());
        assert_ne!(message.detach().payload().as_ptr(), message.payload().as_ptr());
    }

    // spec: TRN-16
    #[test]
    fn a_detached_message_is_packed() {
        let wire = Bytes::from_static(b"a 1 reply 22\r\nNATS/1.0\r\nA: 1\r\n\r\nxyz");
        let layout = MessageLayout {
            subject_len: 1,
            reply_at: 4,
            reply_len: 5,
            body_at: 14,
            header_len: BLOCK.len(),
        };
        let message = Message::from_frame(wire, layout).unwrap();
        let detached = message.detach();

        assert_eq!(detached.frame.len(), message.wire_size());
        assert_eq!((detached.subject(), detached.reply()), ("a", Some("reply")));
        assert_eq!((detached.header_block(), detached.payload()), (BLOCK, &b"xyz"[..]));
    }

    #[test]
    fn subjects_that_are_not_text_are_replaced_and_the_rest_is_kept() {
        let message = received(b"a.\xff", b"r\xfe\xfe", BLOCK, b"\xff");

        assert_eq!(message.subject(), "a.\u{fffd}");
        assert_eq!(message.reply(), Some("r\u{fffd}\u{fffd}"));
        assert_eq!((message.header_block(), message.payload()), (BLOCK, &b"\xff"[..]));
    }

    #[test]
    fn a_layout_that_points_outside_is_refused() {
        let cut = |layout| Message::from_frame(Bytes::from_static(b"abc"), layout);

        assert!(cut(MessageLayout::packed(1, 1, 1)).is_some());
        assert!(cut(MessageLayout::packed(4, 0, 0)).is_none());
        assert!(cut(MessageLayout::packed(1, 3, 0)).is_none());
        assert!(cut(MessageLayout::packed(1, 1, 2)).is_none());
        assert!(cut(MessageLayout::packed(usize::MAX, usize::MAX, usize::MAX)).is_none());
    }

    // spec: W-19, R-02
    #[test]
    fn a_status_controls_only_without_a_payload() {
        let block = b"NATS/1.0 503\r\n\r\n";
        let alone = received(b"a", b"", block, b"");
        let with_payload = received(b"a", b"", block, b"x");

        assert_eq!(alone.control_code(), Some(Status::NO_RESPONDERS));
        assert_eq!(with_payload.control_code(), None);
        assert_eq!(with_payload.status_code(), Some(503));
        assert_eq!(with_payload.status(), alone.status());
    }

    // spec: W-20
    #[test]
    fn a_malformed_block_is_an_error_of_headers_only() {
        let message = received(b"a", b"", b"NATS/1.0\r\nno colon\r\nB: 2\r\n\r\n", b"x");

        assert!(message.headers().is_err());
        assert_eq!(message.headers_lossy().get("B"), Some("2"));
        assert_eq!((message.status(), message.payload()), (None, &b"x"[..]));
    }

    #[test]
    fn debug_shows_sizes_and_not_the_payload() {
        let shown = format!("{:?}", received(b"a", b"", b"", b"secret"));

        assert!(shown.contains("payload_bytes: 6") && !shown.contains("secret"), "{shown}");
    }
}
