//! Queue groups: the names under which subscriptions share messages.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::subject::{BLANK, MAX_SUBJECT_LEN, survey};

/// The name of a group of subscriptions of which one gets each message.
///
/// Never empty and never with whitespace, which would end it on the wire. Cloning shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueGroup(Arc<str>);

impl QueueGroup {
    /// The text, as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QueueGroup {
    type Err = QueueGroupError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            Err(QueueGroupError::Empty)
        } else if survey(text) & BLANK != 0 {
            Err(QueueGroupError::Whitespace)
        } else if text.len() > MAX_SUBJECT_LEN {
            Err(QueueGroupError::TooLong)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl AsRef<str> for QueueGroup {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for QueueGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a [`QueueGroup`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueGroupError {
    /// There is no text.
    Empty,
    /// Whitespace would end the name on the wire.
    Whitespace,
    /// The text is longer than [`MAX_SUBJECT_LEN`] bytes.
    TooLong,
}

impl Error for QueueGroupError {}

impl fmt::Display for QueueGroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "queue group is empty",
            Self::Whitespace => "queue group has whitespace",
            Self::TooLong => "queue group is too long",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: W-14
    #[test]
    fn a_name_without_whitespace_is_legal() {
        assert_eq!("workers".parse::<QueueGroup>().unwrap().as_str(), "workers");
        assert!("workers..v1.*".parse::<QueueGroup>().is_ok());
        assert_eq!("".parse::<QueueGroup>(), Err(QueueGroupError::Empty));
        assert_eq!("a b".parse::<QueueGroup>(), Err(QueueGroupError::Whitespace));
        assert_eq!("a\r\nPUB".parse::<QueueGroup>(), Err(QueueGroupError::Whitespace));
        assert_eq!("x".repeat(5000).parse::<QueueGroup>(), Err(QueueGroupError::TooLong));
    }
}
