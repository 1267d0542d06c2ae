//! Text that cannot be printed.

use std::fmt;

/// A password, token or seed: `Debug` prints `<redacted>`, and there is no `Display`.
///
/// ```
/// use nats_actors::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("s3cr3t")), "<redacted>");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Box<str>);

impl Secret {
    /// The text itself; the caller answers for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Box<str>>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
