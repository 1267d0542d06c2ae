//! Requests that do not reach their handler.

use std::error::Error as StdError;
use std::fmt;

use crate::handler::CodecError;

/// Why a request was answered without running its handler: an extractor refused it.
///
/// Code and text go to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    code: u16,
    message: String,
}

impl Rejection {
    /// A refusal with a code in the manner of HTTP and a text for the caller.
    #[must_use]
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The refusal of a payload that cannot be decoded.
    #[must_use]
    pub fn payload(error: &CodecError) -> Self {
        Self::new(400, format!("the payload cannot be read: {error}"))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (code {})", self.message, self.code)
    }
}

impl StdError for Rejection {}
