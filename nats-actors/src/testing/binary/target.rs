//! Where the workspace keeps what it builds.

use std::env;
use std::path::{Path, PathBuf};

/// The target directory: as the environment names it, else the one that this program runs from,
/// else the nearest one above the package under test.
pub(super) fn directory() -> Option<PathBuf> {
    let named = env::var_os("CARGO_TARGET_DIR").filter(|name| !name.is_empty()).map(PathBuf::from);
    named.filter(|path| path.is_absolute()).or_else(above_this_program).or_else(beside_the_package)
}

fn above_this_program() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    program.ancestors().skip(1).find(|dir| is_target(dir)).map(Path::to_path_buf)
}

/// A target directory may have any name, but cargo always tags it.
fn is_target(dir: &Path) -> bool {
    dir.join("CACHEDIR.TAG").is_file() || dir.file_name().is_some_and(|name| name == "target")
}

fn beside_the_package() -> Option<PathBuf> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    package.ancestors().map(|dir| dir.join("target")).find(|dir| dir.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_finds_the_directory_it_was_built_in() {
        let target = directory().unwrap();

        assert!(env::current_exe().unwrap().starts_with(target));
    }
}
