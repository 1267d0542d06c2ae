//! The sources that the rules are about.

use std::fs;
use std::path::Path;

use crate::code;

/// One `.rs` file.
pub(crate) struct Source {
    /// Relative to the root that was walked, with `/` between the parts.
    pub(crate) path: String,
    /// The text as it stands in the file.
    pub(crate) text: String,
    /// The text with comments and literals blanked, line for line.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path: path.into(), code: code::blank(&text), text }
    }
}

/// The library: `nats-actors/src`, paths relative to it.
pub(crate) fn library() -> Vec<Source> {
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// Every package of the repository, paths relative to its root.
pub(crate) fn workspace() -> Vec<Source> {
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

fn collect(root: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    walk(root, "", &mut sources);
    sources
}

fn walk(folder: &Path, prefix: &str, sources: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).expect("a folder of the repository can be listed");
    for entry in entries.map_while(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.path().is_dir() {
            if name != "target" && !name.starts_with('.') {
                walk(&entry.path(), &path, sources);
            }
        } else if name.ends_with(".rs") && !name.ends_with(".expanded.rs") {
            let text = fs::read_to_string(entry.path()).expect("a source can be read");
            sources.push(Source::new(path, text));
        }
    }
}
