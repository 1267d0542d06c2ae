//! An authority that signs the certificates of a test.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tempfile::TempDir;

use super::error::ServerError;

/// A certificate authority of a test, and the directory of all that it signs.
///
/// Every file is PEM. The directory goes when the value is dropped.
///
/// ```
/// # use nats_actors::testing::{Authority, ServerConfig};
/// # fn main() -> Result<(), nats_actors::testing::ServerError> {
/// let authority = Authority::new()?;
/// let certificate = authority.certificate(&["localhost", "127.0.0.1"])?;
/// let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
/// # Ok(())
/// # }
/// ```
pub struct Authority {
    dir: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
    signed: AtomicUsize,
}

/// A certificate that an [`Authority`] has signed, for servers and for clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
}

impl Authority {
    /// Makes a key and a certificate of its own.
    ///
    /// # Errors
    ///
    /// [`System`](super::ServerErrorKind::System) if there is no place for its files.
    pub fn new() -> Result<Self, ServerError> {
        Self::make().map_err(|error| ServerError::system("no certificate authority", error))
    }

    /// The file that a peer must trust.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.dir.path().join("authority.pem")
    }

    /// Signs a certificate for these DNS names and IP addresses.
    ///
    /// # Errors
    ///
    /// [`System`](super::ServerErrorKind::System) if a name is neither, or there is no place for the
    /// files.
    pub fn certificate(&self, names: &[&str]) -> Result<Certificate, ServerError> {
        self.sign(names).map_err(|error| ServerError::system("no certificate", error))
    }

    fn make() -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("nats-authority-").tempdir()?;
        let mut params = CertificateParams::default();
        // Authorities of one name are taken for one another.
        let name = dir.path().display().to_string();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        let authority = Self { dir, issuer, signed: AtomicUsize::new(0) };
        fs::write(authority.file(), authority.issuer.pem())?;
        Ok(authority)
    }

    fn sign(&self, names: &[&str]) -> io::Result<Certificate> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let signed = params.signed_by(&key, &self.issuer).map_err(io::Error::other)?;
        let number = self.signed.fetch_add(1, Ordering::Relaxed);
        let file = |what: &str| self.dir.path().join(format!("{number}-{what}.pem"));
        let certificate = Certificate { chain: file("chain"), key: file("key") };
        fs::write(&certificate.chain, signed.pem())?;
        fs::write(&certificate.key, key.serialize_pem())?;
        Ok(certificate)
    }
}

impl Certificate {
    /// The certificate.
    #[must_use]
    pub fn chain(&self) -> &Path {
        &self.chain
    }

    /// Its private key.
    #[must_use]
    pub fn key(&self) -> &Path {
        &self.key
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("dir", &self.dir.path()).finish_non_exhaustive()
    }
}
