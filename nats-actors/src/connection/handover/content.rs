//! Telling messages apart by their content.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::protocol::Message;

/// Hashes whole messages, with a key of its own, so that nobody can make two messages look equal.
#[derive(Debug, Default)]
pub(super) struct ContentHasher(RandomState);

impl ContentHasher {
    /// Both servers deliver the same bytes, so that equal hashes are equal messages, but for one pair in 2⁶⁴.
    pub(super) fn hash(&self, message: &Message) -> u64 {
        let mut hasher = self.0.build_hasher();
        let reply = message.reply().unwrap_or_default();
        for part in [message.subject().as_bytes(), reply.as_bytes(), message.header_block()] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
        hasher.write(message.payload());
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Headers;

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let mut headers = Headers::new();
        headers.append("a", "b").unwrap();
        let messages = [
            Message::new("ab", None, None, b"c"),
            Message::new("a", Some("b"), None, b"c"),
            Message::new("a", None, None, b"bc"),
            Message::new("a", None, Some(&headers), b"bc"),
        ];
        let hasher = ContentHasher::default();
        for (at, one) in messages.iter().enumerate() {
            for (other_at, other) in messages.iter().enumerate() {
                assert_eq!(hasher.hash(one) == hasher.hash(&other.detach()), at == other_at);
            }
        }
    }
}
