//! Orders come in: JSON lines from the bundled file, a file or standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::order::Order;

/// The orders that come with the example.
const BUNDLED: &str = include_str!("../../../data/orders.jsonl");

/// Bytes of one line; a longer one is a bad line, and costs no more memory than this.
const MAX_LINE: u64 = 64 * 1024;

/// Lines that are read ahead of their placing.
const READ_AHEAD: usize = 64;

/// Where orders come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Bundled,
    File(PathBuf),
    StandardInput,
}

impl Source {
    /// For the report.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Bundled => "the bundled file".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::StandardInput => "standard input".to_owned(),
        }
    }

    /// The number of lines, where it can be known before they are read.
    pub(crate) fn expected(&self) -> Option<u64> {
        let Self::Bundled = self else { return None };
        u64::try_from(BUNDLED.lines().count()).ok()
    }

    /// Reads lines on a thread of its own, because a read of standard input cannot be cancelled.
    pub(crate) fn read(&self) -> io::Result<mpsc::Receiver<Line>> {
        let reader: Box<dyn BufRead + Send> = match self {
            Self::Bundled => Box::new(Cursor::new(BUNDLED)),
            Self::File(path) => Box::new(BufReader::new(File::open(path)?)),
            Self::StandardInput => Box::new(BufReader::new(io::stdin())),
        };
        let (sender, lines) = mpsc::channel(READ_AHEAD);
        std::thread::Builder::new().name("intake".to_owned()).spawn(move || {
            // Whoever dropped the receiver wants no more lines.
            let _ = Lines::new(reader).try_for_each(|line| sender.blocking_send(line));
        })?;
        Ok(lines)
    }
}

/// A line that was not empty.
#[derive(Debug)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) order: Result<Order, BadLine>,
}

/// Why a line is no order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadLine {
    #[error("no order: {0}")]
    NotAnOrder(#[from] serde_json::Error),
    #[error("longer than {MAX_LINE} bytes")]
    TooLong,
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// The lines of a reader; ends behind the first that cannot be read.
struct Lines<R> {
    reader: R,
    number: u64,
    broken: bool,
}

impl<R: BufRead> Lines<R> {
    fn new(reader: R) -> Self {
        Self { reader, number: 0, broken: false }
    }

    /// The text of the next line; `None` at the end.
    fn text(&mut self) -> Option<Result<Vec<u8>, BadLine>> {
        let mut text = Vec::new();
        match self.reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut text) {
            Ok(0) => None,
            Ok(_) if text.ends_with(b"\n") || text.len() < usize::try_from(MAX_LINE).ok()? => {
                Some(Ok(text))
            }
            Ok(_) => Some(match self.reader.skip_until(b'\n') {
                Ok(_) => Err(BadLine::TooLong),
                Err(error) => Err(error.into()),
            }),
            Err(error) => Some(Err(error.into())),
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while !self.broken {
            let text = self.text()?;
            self.number += 1;
            let order = match text {
                Ok(text) if text.trim_ascii().is_empty() => continue,
                Ok(text) => serde_json::from_slice(&text).map_err(BadLine::from),
                Err(error) => Err(error),
            };
            self.broken = matches!(order, Err(BadLine::Unreadable(_)));
            return Some(Line { number: self.number, order });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"{"id":7,"customer":"Ann","item":"cup","quantity":1,"unit_price_cents":5}"#;

    fn read(text: impl AsRef<[u8]>) -> Vec<(u64, Result<u64, String>)> {
        let lines = Lines::new(Cursor::new(text));
        let short = |line: Line| {
            (line.number, line.order.map(|order| order.id.0).map_err(|bad| bad.to_string()))
        };
        lines.map(short).collect()
    }

    #[test]
    fn a_bad_line_keeps_its_number_and_harms_no_other() {
        let lines = read(format!("{GOOD}\n\n{{\"id\":8}}\r\n\u{7}\n{GOOD}"));

        let numbers: Vec<u64> = lines.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 4, 5]);
        assert_eq!((&lines[0].1, &lines[3].1), (&Ok(7), &Ok(7)));
        assert!(lines[1].1.as_ref().is_err_and(|bad| bad.contains("missing field")), "{lines:?}");
        assert!(lines[2].1.is_err());
    }

    #[test]
    fn bytes_that_are_no_text_are_a_bad_line() {
        let lines = read([&b"\xff\xfe\n"[..], GOOD.as_bytes()].concat());

        assert!(lines[0].1.is_err());
        assert_eq!(lines[1], (2, Ok(7)));
    }

    #[test]
    fn a_line_without_end_is_cut_off() {
        let lines = read(format!("{}\n{GOOD}\n", "x".repeat(1 << 20)));

        assert_eq!(lines[0], (1, Err("longer than 65536 bytes".to_owned())));
        assert_eq!(lines[1], (2, Ok(7)));
    }

    #[test]
    fn the_bundled_orders_are_all_orders() {
        let lines: Vec<Line> = Lines::new(Cursor::new(BUNDLED)).collect();

        assert_eq!(lines.len(), 1000);
        assert!(lines.iter().all(|line| line.order.is_ok()));
        assert_eq!(Source::Bundled.expected(), Some(1000));
    }
}
