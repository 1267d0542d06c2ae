//! Where the parts of a message lie in its frame.

/// The lengths and offsets that cut a frame into a [`Message`](super::Message).
///
/// A frame begins with the subject and ends with the payload. What lies between the parts does not
/// matter, so the same type describes bytes that were packed and bytes as they came off the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageLayout {
    /// Bytes of the subject, which begins the frame.
    pub subject_len: usize,
    /// Where the reply subject begins.
    pub reply_at: usize,
    /// Bytes of the reply subject; zero if there is none.
    pub reply_len: usize,
    /// Where the header block begins, or the payload if there is none.
    pub body_at: usize,
    /// Bytes of the header block; zero if there is none. The payload is the rest of the frame.
    pub header_len: usize,
}

impl MessageLayout {
    /// The layout of subject, reply, header block and payload back to back.
    #[must_use]
    #[inline]
    pub fn packed(subject_len: usize, reply_len: usize, header_len: usize) -> Self {
        Self {
            subject_len,
            reply_at: subject_len,
            reply_len,
            body_at: subject_len.saturating_add(reply_len),
            header_len,
        }
    }
}
