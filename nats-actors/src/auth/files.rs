//! Credentials in files, read again at each attempt to connect.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::credentials::Credentials;
use super::creds;
use super::error::{AuthError, AuthErrorKind};

/// A file with credentials is small; what is larger is another file.
const MAX_BYTES: u64 = 1 << 20;

/// Which files, and what is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// A JWT and a seed in one.
    Creds(PathBuf),
    /// A JWT in one, a seed in the other.
    JwtAndSeed(PathBuf, PathBuf),
    /// A seed.
    Seed(PathBuf),
}

impl Files {
    /// Reads them on a thread that may block.
    pub(super) async fn read(&self) -> Result<Credentials, AuthError> {
        let files = self.clone();
        let reading = tokio::task::spawn_blocking(move || files.read_blocking()).await;
        reading.unwrap_or_else(|error| Err(AuthError::new(AuthErrorKind::File).because(error)))
    }

    fn read_blocking(&self) -> Result<Credentials, AuthError> {
        match self {
            Self::Creds(path) => creds::credentials(&read(path)?).map_err(|error| error.of(path)),
            Self::JwtAndSeed(jwt, seed) => {
                let (jwt_text, seed_text) = (read(jwt)?, read(seed)?);
                creds::jwt_and_seed(&jwt_text, &seed_text).map_err(|error| match error.kind() {
                    AuthErrorKind::NoJwt | AuthErrorKind::BadJwt => error.of(jwt),
                    _ => error.of(seed),
                })
            }
            Self::Seed(path) => creds::seed(&read(path)?).map_err(|error| error.of(path)),
        }
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, AuthError> {
    let failed = |error| AuthError::new(AuthErrorKind::File).of(path).because(error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len().min(MAX_BYTES);
    // With room for all of it, reading leaves no copies behind.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(size).unwrap_or(0) + 1));
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(AuthError::new(AuthErrorKind::File).of(path).detail("it is larger than 1 MiB"));
    }
    Ok(text)
}
