//! Values that travel as one token of a subject.

use std::error::Error as StdError;
use std::fmt::{self, Display, Write};
use std::str::FromStr;

/// A value that is written as one subject token and read back from it.
///
/// Everything with [`FromStr`] and [`Display`] is one; the derive makes one of a newtype around
/// one, or of an enum without fields. Writing may give any text: whoever builds a subject checks
/// that it is one legal token.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a subject token",
    label = "not a subject parameter",
    note = "implement `FromStr` and `Display`, or derive `SubjectParam` on a newtype"
)]
pub trait SubjectParam: Sized {
    /// Reads a token.
    ///
    /// # Errors
    ///
    /// [`ParamError`] if the token is not such a value; its text goes to the sender.
    fn parse_token(token: &str) -> Result<Self, ParamError>;

    /// Appends the token to `out`.
    fn write_token(&self, out: &mut String);
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display> + Display> SubjectParam for T {
    fn parse_token(token: &str) -> Result<Self, ParamError> {
        token.parse().map_err(|error: T::Err| ParamError::new(error.to_string()))
    }

    fn write_token(&self, out: &mut String) {
        // A `Display` that fails leaves an incomplete token; an empty one is refused by the caller.
        if write!(out, "{self}").is_err() {
            out.clear();
        }
    }
}

/// Why a token is not the value that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError {
    reason: String,
}

impl ParamError {
    /// An error with its text.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl StdError for ParamError {}
