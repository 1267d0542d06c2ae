//! One line that changes in place, and notes above it; on a terminal. Elsewhere, plain lines.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Goes to the beginning of the line and clears it.
const CLEAR: &str = "\r\x1b[2K";

/// Standard error, shared: standard output is for the report alone. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    in_place: bool,
    line: Arc<Mutex<String>>,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self { in_place: io::stderr().is_terminal(), line: Arc::default() }
    }

    /// Whether lines change in place.
    pub(crate) fn is_in_place(&self) -> bool {
        self.in_place
    }

    /// Shows the state of things: in place of the last one, or as one more line.
    pub(crate) fn show(&self, text: &str) {
        self.write(|line| {
            line.clear();
            line.push_str(text);
            if self.in_place { format!("{CLEAR}{text}") } else { format!("{text}\n") }
        });
    }

    /// Says something that stays.
    pub(crate) fn note(&self, text: &str) {
        self.write(|line| {
            if self.in_place { format!("{CLEAR}{text}\n{line}") } else { format!("{text}\n") }
        });
    }

    /// Takes the line away, so that what follows begins at the left.
    pub(crate) fn clear(&self) {
        self.write(|line| {
            line.clear();
            if self.in_place { CLEAR.to_owned() } else { String::new() }
        });
    }

    /// Under the lock, so that notes do not mix. Who closed standard error wants to see nothing.
    fn write(&self, text: impl FnOnce(&mut String) -> String) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let text = text(&mut line);
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}
