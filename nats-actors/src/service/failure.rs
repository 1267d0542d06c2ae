//! What went wrong with a request, for whoever counts and logs.

use std::fmt;

/// The error that a [`Reply`](super::Reply) carries. `Display` is `<code>:<text>`, as `last_error`
/// of STATS wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    kind: FailureKind,
    code: u16,
    message: String,
    detail: Option<String>,
}

/// Who refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// An extractor: the handler did not run.
    Rejected,
    /// The handler, or the encoding of its result.
    Handler,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, code: u16, message: String) -> Self {
        Self { kind, code, message, detail: None }
    }

    pub(super) fn detail_for_log(mut self, detail: String) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Who refused.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The code that the caller gets.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The text that the caller gets.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the caller does not get: the text of an opaque error. Log it together with
    /// [`message`](Self::message), which holds the id that the caller may quote.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.code, self.message)
    }
}
