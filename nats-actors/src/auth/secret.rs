//! Text that cannot be printed.

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroize as _;

/// A password, token, seed or JWT: `Debug` prints `<redacted>`, there is no `Display`, and the memory is overwritten
/// when it is dropped.
///
/// Each clone is a copy of its own. A `String` with spare capacity is copied when it becomes a secret, and that copy's
/// origin is the caller's to erase.
///
/// ```
/// use nats_actors::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("s3cr3t")), "<redacted>");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
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

/// A secret can be read from a configuration; it cannot be written into one by accident.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
