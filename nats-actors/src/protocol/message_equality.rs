//! When two messages are the same.

use super::message::Message;

/// Equal messages have equal subjects, replies, header blocks and payloads, wherever these lie.
impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.subject() == other.subject()
            && self.reply() == other.reply()
            && self.header_block() == other.header_block()
            && self.payload() == other.payload()
    }
}

impl Eq for Message {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::headers::Headers;

    // spec: SUB-26
    #[test]
    fn every_part_counts_and_where_it_lies_does_not() {
        let mut headers = Headers::new();
        headers.insert("A", "1").unwrap();
        let one = Message::new("a", Some("r"), Some(&headers), b"x");

        assert_eq!(one, one.detach());
        assert_eq!(one.wire_size(), 1 + 1 + headers.encoded_len() + 1);
        assert_ne!(one, Message::new("b", Some("r"), Some(&headers), b"x"));
        assert_ne!(one, Message::new("a", None, Some(&headers), b"x"));
        assert_ne!(one, Message::new("a", Some("r"), None, b"x"));
        assert_ne!(one, Message::new("a", Some("r"), Some(&headers), b"y"));
    }
}
