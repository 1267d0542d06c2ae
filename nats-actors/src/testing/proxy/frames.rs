//! Where one protocol operation ends and the next begins.

/// Longer lines than this are no protocol lines, and need not be kept to find their last word.
const LONGEST_LINE: usize = 64 * 1024;

/// Follows a stream of protocol operations, as cut up as it may come. Reads no more of it than the
/// sizes: what is not NATS, such as TLS, has no boundaries that mean anything.
#[derive(Debug)]
pub(super) enum Frames {
    /// In a control line, with what has come of it.
    Line(Vec<u8>),
    /// In a payload, with the bytes still due.
    Body(usize),
}

impl Frames {
    pub(super) fn new() -> Self {
        Self::Line(Vec::new())
    }

    /// Whether the last operation is complete and the next has not begun.
    pub(super) fn at_boundary(&self) -> bool {
        matches!(self, Self::Line(line) if line.is_empty())
    }

    /// Goes over the bytes, up to their end or, if asked, up to the first boundary in them.
    /// Returns how many bytes that were.
    pub(super) fn advance(&mut self, bytes: &[u8], stop_at_boundary: bool) -> usize {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            done += self.step(rest);
            if stop_at_boundary && self.at_boundary() {
                break;
            }
        }
        done
    }

    /// Takes in what belongs to the current line or payload: at least one byte.
    fn step(&mut self, bytes: &[u8]) -> usize {
        match self {
            Self::Body(due) => {
                let taken = bytes.len().min(*due);
                *due -= taken;
                if *due == 0 {
                    *self = Self::new();
                }
                taken
            }
            Self::Line(line) => {
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let taken = end.map_or(bytes.len(), |end| end + 1);
                let room = LONGEST_LINE.saturating_sub(line.len());
                line.extend(bytes.iter().take(taken.min(room)));
                if end.is_some() {
                    *self = after(line);
                }
                taken
            }
        }
    }
}

/// What follows a complete line: a payload and its line end, or the next line.
fn after(line: &[u8]) -> Frames {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let verb = words.next().unwrap_or_default().to_ascii_uppercase();
    let has_payload = matches!(verb.as_str(), "PUB" | "HPUB" | "MSG" | "HMSG");
    let size = words.next_back().and_then(|word| word.parse::<usize>().ok());
    match size.filter(|_| has_payload) {
        Some(size) => Frames::Body(size.saturating_add(2)),
        None => Frames::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b"PING\r\nMSG a 1 6\r\nx\r\ny\r\n\r\n+OK\r\nhmsg a 1 b 12 14\r\n0123456789abcd\r\n";

    #[test]
    fn a_payload_that_looks_like_lines_is_no_boundary() {
        let mut frames = Frames::new();
        let mut ends = Vec::new();
        let mut done = 0;
        while done < STREAM.len() {
            done += frames.advance(&STREAM[done..], true);
            ends.push(done);
        }

        assert_eq!(ends, [6, 25, 30, STREAM.len()]);
        assert!(frames.at_boundary());
    }

    #[test]
    fn the_cut_of_the_stream_does_not_matter() {
        for size in 1..STREAM.len() {
            let mut frames = Frames::new();
            let mut boundaries = 0;
            for byte in STREAM.chunks(size).flat_map(|chunk| chunk.chunks(1)) {
                assert_eq!(frames.advance(byte, false), 1);
                boundaries += usize::from(frames.at_boundary());
            }
            assert_eq!(boundaries, 4);
        }
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut frames = Frames::new();
        frames.advance(&vec![b'x'; 1 << 20], false);

        assert!(matches!(frames, Frames::Line(line) if line.len() == LONGEST_LINE));
    }
}
