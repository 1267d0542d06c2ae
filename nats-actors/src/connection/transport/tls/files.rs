//! From files to a configuration.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::DangerousClientConfigBuilder;
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::unverified::Unverified;
use crate::error::{Error, ErrorKind};
use crate::options::TlsOptions;

/// What the files of the options hold.
#[derive(PartialEq, Eq)]
pub(super) struct Files {
    authorities: Vec<Vec<u8>>,
    client: Option<(Vec<u8>, Vec<u8>)>,
}

impl Files {
    pub(super) fn read(options: &TlsOptions) -> Result<Self, Error> {
        let authorities = options.authorities.iter().map(|file| read(file));
        let client = options.client.as_ref();
        Ok(Self {
            authorities: authorities.collect::<Result<_, _>>()?,
            client: client.map(|files| Ok((read(&files.chain)?, read(&files.key)?))).transpose()?,
        })
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").finish_non_exhaustive()
    }
}

/// The configuration that the options and the content of their files ask for.
pub(super) fn build(options: &TlsOptions, files: &Files) -> Result<ClientConfig, Error> {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(ErrorKind::BadOptions).because(error))?;
    let builder = if options.unverified {
        tracing::warn!("server certificates are NOT verified: anybody can be the server");
        DangerousClientConfigBuilder { cfg: builder }
            .with_custom_certificate_verifier(Arc::new(Unverified::new(provider)))
    } else {
        builder.with_root_certificates(roots(&options.authorities, &files.authorities)?)
    };
    let (Some(paths), Some((chain, key))) = (&options.client, &files.client) else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates(&paths.chain, chain)?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| unusable(&paths.key, "there is no private key in it").because(error))?;
    let built = builder.with_client_auth_cert(chain, key);
    built.map_err(|error| {
        unusable(&paths.key, "the client's certificate and key cannot be used").because(error)
    })
}

/// Those of the files, or else those of the system.
fn roots(paths: &[PathBuf], authorities: &[Vec<u8>]) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for (path, pem) in paths.iter().zip(authorities) {
        let (added, ignored) = roots.add_parsable_certificates(certificates(path, pem)?);
        if added == 0 {
            return Err(unusable(path, "no certificate in it can be an authority"));
        }
        if ignored > 0 {
            tracing::warn!(path = %path.display(), ignored, "authorities that cannot be used");
        }
    }
    if paths.is_empty() {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "an authority of the system cannot be read");
        }
        let (added, ignored) = roots.add_parsable_certificates(found.certs);
        tracing::debug!(added, ignored, "authorities of the system");
    }
    Ok(roots)
}

fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let (good, bad): (Vec<_>, Vec<_>) =
        CertificateDer::pem_slice_iter(pem).partition(Result::is_ok);
    for error in bad.into_iter().filter_map(Result::err) {
        tracing::warn!(path = %path.display(), %error, "a certificate that cannot be read");
    }
    if good.is_empty() {
        return Err(unusable(path, "there is no certificate in it"));
    }
    Ok(good.into_iter().filter_map(Result::ok).collect())
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(file).map_err(|error| unusable(file, "it cannot be read").because(error))
}

fn unusable(file: &Path, rule: &'static str) -> Error {
    Error::new(ErrorKind::BadOptions).on(file.display().to_string()).detail(rule)
}
