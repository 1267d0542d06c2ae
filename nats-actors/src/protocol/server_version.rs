//! The version of a server, understood.

use std::cmp::Ordering;
use std::fmt;

use super::info::ServerInfo;

/// A server's version, such as `2.15.1`, `2.12.4-RC.5` or `2.15.0-dev+7`.
///
/// Versions compare as semantic versioning says: a pre-release comes before its release, and what stands behind a `+`
/// does not count. To learn whether JetStream has a feature, look at [`ServerInfo::api_lvl`] instead.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerVersion {
    /// Counts incompatible changes.
    pub major: u64,
    /// Counts features.
    pub minor: u64,
    /// Counts corrections.
    pub patch: u64,
    /// What stands behind a `-`; empty for a release.
    pub pre_release: String,
    /// What stands behind a `+`; mostly empty.
    pub build: String,
}

impl ServerVersion {
    /// Reads a version; `None` if it is none. Missing numbers are zero, and a `v` may come first.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, pre_release) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = numbers.split('.').map(str::parse);
        let mut next = || numbers.next().unwrap_or(Ok(0)).ok();
        let (major, minor, patch) = (next()?, next()?, next()?);
        if numbers.next().is_some() {
            return None;
        }
        let (pre_release, build) = (pre_release.to_owned(), build.to_owned());
        Some(Self { major, minor, patch, pre_release, build })
    }

    /// Whether it is this release, a pre-release of it, or anything later.
    #[must_use]
    pub fn is_at_least(&self, major: u64, minor: u64, patch: u64) -> bool {
        self.numbers() >= (major, minor, patch)
    }

    const fn numbers(&self) -> (u64, u64, u64) {
        (self.major, self.minor, self.patch)
    }
}

impl ServerInfo {
    /// The server's version, understood; `None` before the first connection.
    #[must_use]
    pub fn server_version(&self) -> Option<ServerVersion> {
        ServerVersion::parse(&self.version)
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        for (sign, text) in [('-', &self.pre_release), ('+', &self.build)] {
            if !text.is_empty() {
                write!(f, "{sign}{text}")?;
            }
        }
        Ok(())
    }
}

impl PartialEq for ServerVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ServerVersion {}

impl PartialOrd for ServerVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ServerVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers().cmp(&other.numbers()).then_with(|| {
            match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => pre_releases(&self.pre_release, &other.pre_release),
            }
        })
    }
}

/// Compares part by part; numbers come before words, and the shorter one first if all else is equal.
fn pre_releases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => match (left.parse::<u64>(), right.parse::<u64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => left.cmp(right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ServerVersion {
        ServerVersion::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    // spec: CON-51
    #[test]
    fn versions_come_in_the_order_of_their_release() {
        let order = [
            "1.4.1",
            "2.9.0",
            "2.12.4-RC.5",
            "2.12.4-RC.10",
            "2.12.4",
            "2.15.0-1",
            "2.15.0-dev",
            "2.15.0-dev.1",
            "2.15.0",
            "2.15.1",
            "10.0.0",
        ];
        for pair in order.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        assert_eq!(version("2.15.0+a"), version("v2.15"));
        assert!(version("2.15.0-dev").is_at_least(2, 15, 0));
        assert!(!version("2.14.9").is_at_least(2, 15, 0));
    }

    // spec: CON-51
    #[test]
    fn every_part_of_a_version_can_be_read() {
        let whole = version("2.15.0-preview.2+g1787eee");
        assert_eq!((whole.major, whole.minor, whole.patch), (2, 15, 0));
        assert_eq!((&*whole.pre_release, &*whole.build), ("preview.2", "g1787eee"));
        assert_eq!(whole.to_string(), "2.15.0-preview.2+g1787eee");
        for none in ["", "main", "2.x.1", "1.2.3.4", "-1"] {
            assert!(ServerVersion::parse(none).is_none(), "{none}");
        }
    }
}
