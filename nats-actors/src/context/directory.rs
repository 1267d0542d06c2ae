//! Where contexts are kept.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};

/// `$XDG_CONFIG_HOME/nats`, or `~/.config/nats`.
pub(super) fn of_user() -> Result<PathBuf, Error> {
    let configured = std::env::var_os("XDG_CONFIG_HOME").filter(|path| !path.is_empty());
    let directory = configured.map(PathBuf::from).or_else(|| Some(home()?.join(".config")));
    let missing = || Error::new(ErrorKind::BadOptions).detail("there is no home directory");
    directory.map(|directory| directory.join("nats")).ok_or_else(missing)
}

pub(super) fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|path| !path.as_os_str().is_empty())
}

/// The file that names the selected context.
pub(super) fn selection(directory: &Path) -> PathBuf {
    directory.join("context.txt")
}

/// The folder of the contexts.
pub(super) fn folder(directory: &Path) -> PathBuf {
    directory.join("context")
}

/// The file of a context, whose name cannot lead to another folder.
pub(super) fn file(directory: &Path, name: &str) -> Result<PathBuf, Error> {
    let rule = if name.is_empty() {
        "the name of a context is not empty"
    } else if name.contains("..") || name.contains(['/', '\\', ':', '\0']) {
        "the name of a context is no path"
    } else {
        return Ok(folder(directory).join(format!("{name}.json")));
    };
    Err(Error::new(ErrorKind::BadOptions).on(name).detail(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A21-02
    #[test]
    fn a_name_stays_in_its_folder() {
        let at = Path::new("/c");
        for bad in ["", "..", "a/b", "../a", "a\\b", "/etc/passwd", "c:x", "a\0b"] {
            assert_eq!(file(at, bad).unwrap_err().kind(), ErrorKind::BadOptions, "{bad:?}");
        }
        for good in ["prod", "prod.eu-1", "a b", "ä"] {
            let expected = format!("/c/context/{good}.json");
            assert_eq!(file(at, good).unwrap(), PathBuf::from(expected));
        }
    }
}
