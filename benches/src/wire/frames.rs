//! Counting messages without parsing them.

use crate::Failure;

const PING: usize = b"PING\r\n".len();

/// Counts the messages in a byte stream that holds frames of one known length, and server PINGs.
#[derive(Debug)]
pub(crate) struct Frames {
    length: usize,
    /// Bytes of the current frame that have yet to come.
    due: usize,
    /// Whether the current frame is a message.
    in_message: bool,
}

impl Frames {
    pub(crate) fn new(length: usize) -> Self {
        Self { length, due: 0, in_message: false }
    }

    /// The length of `MSG <subject> <sid> <size>` with its payload.
    pub(crate) fn of(subject: &str, sid: u64, size: usize) -> Self {
        Self::new(format!("MSG {subject} {sid} {size}\r\n").len() + size + 2)
    }

    /// How many messages end within `bytes`. Fails on any frame but a message or a PING.
    pub(crate) fn count(&mut self, bytes: &[u8]) -> Result<u64, Failure> {
        let mut ended = 0;
        let mut at = self.due;
        while at <= bytes.len() {
            ended += u64::from(self.in_message);
            let Some(first) = bytes.get(at) else {
                (self.due, self.in_message) = (0, false);
                return Ok(ended);
            };
            self.in_message = match first {
                b'M' => true,
                b'P' => false,
                _ => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    return Err(format!("unexpected: {:?}", String::from_utf8_lossy(rest)).into());
                }
            };
            at += if self.in_message { self.length } else { PING };
        }
        self.due = at - bytes.len();
        Ok(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_split_counts_the_same() {
        let text = b"MSG a 1 2\r\nxy\r\nPING\r\nMSG a 1 2\r\nMM\r\nMSG a 1 2\r\nxy\r\n";
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut frames = Frames::of("a", 1, 2);
                let parts = [&text[..first], &text[first..second], &text[second..]];
                let counts = parts.map(|part| frames.count(part).unwrap());
                assert_eq!(counts.iter().sum::<u64>(), 3, "{first} {second}");
            }
        }
    }

    #[test]
    fn a_message_counts_when_its_last_byte_is_there() {
        let mut frames = Frames::of("a", 1, 2);

        assert_eq!(frames.count(b"MSG a 1 2\r\nxy\r").unwrap(), 0);
        assert_eq!(frames.count(b"\n").unwrap(), 1);
    }

    #[test]
    fn an_error_of_the_server_fails_the_run() {
        assert!(Frames::of("a", 1, 2).count(b"-ERR 'Slow Consumer'\r\n").is_err());
    }
}
