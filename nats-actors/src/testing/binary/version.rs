//! Which version a nats-server binary is.

use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u32,
    pub(super) minor: u32,
}

impl Version {
    /// Reads the answer to `--version`: `nats-server: v2.15.1`.
    fn parse(output: &str) -> Option<Self> {
        let (_, numbers) = output.trim().split_once(": v")?;
        let mut parts = numbers.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        Some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The version of the binary, or why it is not a nats-server that runs here.
pub(super) async fn of(binary: &Path) -> Result<Version, String> {
    let mut command = Command::new(binary);
    command.arg("--version").stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .map_err(|_| "does not answer to --version".to_owned())?
        .map_err(|error| format!("does not run ({error})"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Version::parse(&text).ok_or_else(|| format!("is not a nats-server (it says `{}`)", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_and_a_preview_are_read() {
        let version = |text: &str| Version::parse(text).map(|v| (v.major, v.minor));

        assert_eq!(version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(version("nats-server: v2.9.0-RC.1"), Some((2, 9)));
        assert_eq!(version("something else"), None);
    }

    #[test]
    fn minor_versions_are_numbers() {
        let ordered = Version { major: 2, minor: 9 } < Version { major: 2, minor: 15 };

        assert!(ordered);
    }
}
