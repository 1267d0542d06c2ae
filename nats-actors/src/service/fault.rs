//! Errors without a type.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::service_error::{ServiceError, WireError};

/// A code and a text: the error of a handler without an enum of its own, and what a caller gets
/// when a reply carries an error that is not of the expected type.
///
/// Every [`std::error::Error`] converts into one with `?`: its text stays here, and the caller gets
/// `internal error` with an id and code 500. For that it is no `Error` itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: u16,
    message: String,
    retry_after: Option<Duration>,
    detail: Option<String>,
}

impl Fault {
    /// A fault whose code and text the caller gets.
    #[must_use]
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, detail: None }
    }

    /// Says after which time the caller may try again, in whole milliseconds. Default: nothing is said.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<WireError> for Fault {
    fn from(error: WireError) -> Self {
        let (code, message) = (error.code(), error.message().to_owned());
        Self { code, message, retry_after: error.retry_after(), detail: None }
    }
}

impl<E: StdError> From<E> for Fault {
    fn from(error: E) -> Self {
        Self { detail: Some(chain(&error)), ..Self::new(500, "internal error") }
    }
}

/// The error and its sources on one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl ServiceError for Fault {
    fn code(&self) -> u16 {
        self.code
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn opaque_detail(&self) -> Option<String> {
        self.detail.clone()
    }

    fn decode(error: &WireError) -> Option<Self> {
        Some(error.clone().into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
