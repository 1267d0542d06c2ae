//! The directory of one server: its configuration, its store and its log.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

use tempfile::TempDir;

/// How much of the log an error or a failing test shows.
const TAIL_LINES: usize = 40;

/// Removed on drop, but for a panic: then it stays, and its path and the end of the log are shown.
#[derive(Debug)]
pub(super) struct Home {
    dir: TempDir,
}

impl Home {
    pub(super) fn new() -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("nats-server-").tempdir()?;
        Ok(Self { dir })
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn config(&self) -> PathBuf {
        self.path().join("server.conf")
    }

    pub(super) fn store(&self) -> PathBuf {
        self.path().join("jetstream")
    }

    /// The log, opened so that a restarted server writes on below the earlier one.
    pub(super) fn log_for_append(&self) -> io::Result<File> {
        File::options().create(true).append(true).open(self.log_path())
    }

    /// Everything logged so far.
    pub(super) fn log(&self) -> String {
        self.log_since(0)
    }

    /// The log from a byte offset on. What is not readable is not there: the log is for people.
    pub(super) fn log_since(&self, offset: u64) -> String {
        let mut bytes = Vec::new();
        let read = File::open(self.log_path()).and_then(|mut file| {
            file.seek(SeekFrom::Start(offset))?;
            file.read_to_end(&mut bytes)
        });
        match read {
            Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    }

    pub(super) fn log_len(&self) -> u64 {
        fs::metadata(self.log_path()).map_or(0, |metadata| metadata.len())
    }

    pub(super) fn log_tail(&self) -> String {
        tail(&self.log(), TAIL_LINES)
    }

    fn log_path(&self) -> PathBuf {
        self.path().join("server.log")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if thread::panicking() {
            self.dir.disable_cleanup(true);
            show(self.path(), &self.log_tail());
        }
    }
}

#[expect(clippy::print_stderr, reason = "a failing test is to show what its server said")]
fn show(dir: &Path, tail: &str) {
    eprintln!("nats-server kept in {}; the end of its log:\n{tail}", dir.display());
}

fn tail(log: &str, lines: usize) -> String {
    let mut last: Vec<_> = log.lines().rev().take(lines).collect();
    last.reverse();
    last.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_keeps_the_order() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }

    #[test]
    fn the_directory_goes_with_its_owner() {
        let home = Home::new().unwrap();
        let path = home.path().to_path_buf();
        drop(home);

        assert!(!path.exists());
    }

    #[test]
    fn the_directory_survives_a_panic() {
        let home = Home::new().unwrap();
        let path = home.path().to_path_buf();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _home = home;
            panic!("on purpose");
        }));

        assert!(panicked.is_err() && path.is_dir());
        fs::remove_dir_all(path).unwrap();
    }
}
