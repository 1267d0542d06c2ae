//! The contexts of a user, as files.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::directory;
use super::settings::{Context, set};
use crate::error::{Error, ErrorKind};

/// The contexts in one directory, which the NATS CLI shares.
///
/// Its methods read and write small files, and block the thread for as long.
///
/// ```no_run
/// # fn main() -> Result<(), nats_actors::Error> {
/// use nats_actors::context::Contexts;
///
/// let contexts = Contexts::of_user()?;
/// for name in contexts.names()? {
///     println!("{name}: {}", contexts.load(&name)?.description());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Contexts {
    directory: PathBuf,
}

impl Contexts {
    /// Those of the user: in `$XDG_CONFIG_HOME/nats`, or in `~/.config/nats`.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if there is no home directory.
    pub fn of_user() -> Result<Self, Error> {
        directory::of_user().map(Self::at)
    }

    /// Those in another directory.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The names of all contexts, in order.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if the directory cannot be read. One that is not there has no contexts.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let folder = directory::folder(&self.directory);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| failed(&folder, error))?,
        };
        let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> =
            files.filter_map(|file| Some(file.strip_suffix(".json")?.to_owned())).collect();
        names.sort();
        Ok(names)
    }

    /// The name of the selected context; `None` if none is selected.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if the file that tells it cannot be read.
    pub fn selected(&self) -> Result<Option<String>, Error> {
        let file = directory::selection(&self.directory);
        match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            text => {
                let text = text.map_err(|error| failed(&file, error))?;
                Ok(set(text.trim()).map(str::to_owned))
            }
        }
    }

    /// Reads a context; an empty name means the selected one.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if there is none of that name, none is selected, the name is a path, or the
    /// file cannot be read.
    pub fn load(&self, name: &str) -> Result<Context, Error> {
        let selected = if name.is_empty() { self.selected()? } else { Some(name.to_owned()) };
        let none = || Error::new(ErrorKind::BadOptions).detail("no context is selected");
        let name = selected.ok_or_else(none)?;
        let file = directory::file(&self.directory, &name)?;
        read(&file, &name)
    }

    /// Writes a context, over another one of that name. Its file is for the user alone (mode 0600), and at no time half
    /// written.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if the name is a path, or the file cannot be written.
    pub fn save(&self, name: &str, context: &Context) -> Result<(), Error> {
        let file = directory::file(&self.directory, name)?;
        let text = serde_json::to_vec_pretty(&context.settings);
        let text = Zeroizing::new(text.map_err(|error| failed(&file, error.into()))?);
        self.write(&file, &text).map_err(|error| failed(&file, error))
    }

    /// Makes a context the selected one.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if it cannot be loaded, or the selection not be written.
    pub fn select(&self, name: &str) -> Result<(), Error> {
        self.load(name)?;
        let file = directory::selection(&self.directory);
        self.write(&file, name.as_bytes()).map_err(|error| failed(&file, error))
    }

    fn write(&self, file: &Path, text: &[u8]) -> io::Result<()> {
        create_folder(&directory::folder(&self.directory))?;
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        let written = write_private(&beside, text).and_then(|()| fs::rename(&beside, file));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

/// Reads the file of a context.
pub(super) fn read(file: &Path, name: &str) -> Result<Context, Error> {
    let text = match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let detail = format!("there is no such context: {}", file.display());
            return Err(Error::new(ErrorKind::BadOptions).on(name).detail(detail));
        }
        text => Zeroizing::new(text.map_err(|error| failed(file, error))?),
    };
    // The error of the parser could repeat a value.
    serde_json::from_slice(&text).map_err(|error| {
        let detail = format!("not a context: line {} of {}", error.line(), file.display());
        Error::new(ErrorKind::BadOptions).on(name).detail(detail)
    })
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Writes a new file that only the user can read, from its first byte on.
fn write_private(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text)?;
    file.sync_all()
}

fn failed(file: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::BadOptions).on(file.display().to_string()).because(error)
}
