//! The configuration of a client: built once, and again when a file has changed.

use std::sync::{Arc, Mutex};

use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::files::{Files, build};
use crate::connection::lock::lock;
use crate::connection::transport::attempt::Attempt;
use crate::connection::transport::stream::Stream;
use crate::connection::transport::tls_state::TlsState;
use crate::error::{Error, ErrorKind};
use crate::options::TlsOptions;

/// What every handshake of a client uses, so that sessions are resumed.
#[derive(Debug)]
pub(in crate::connection::transport) struct TlsConfigs {
    options: TlsOptions,
    built: Mutex<Option<Built>>,
}

#[derive(Debug)]
struct Built {
    files: Files,
    config: Arc<ClientConfig>,
}

impl TlsConfigs {
    pub(in crate::connection::transport) fn new(options: TlsOptions) -> Result<Self, Error> {
        let TlsOptions { authorities, client, unverified, config, server_name, .. } = &options;
        if config.is_some() && (!authorities.is_empty() || client.is_some() || *unverified) {
            let rule = "a configuration of rustls and certificates of one's own exclude each other";
            return Err(Error::new(ErrorKind::BadOptions).detail(rule));
        }
        if let Some(name) = server_name {
            parse_name(name)?;
        }
        Ok(Self { options, built: Mutex::default() })
    }

    /// Does the handshake, and verifies who answers.
    pub(in crate::connection::transport) async fn secure(
        self: &Arc<Self>,
        stream: Stream,
        attempt: &Attempt<'_>,
    ) -> Result<(Stream, TlsState), Error> {
        let config = self.config().await?;
        let name = self.options.server_name.as_deref().unwrap_or_else(|| attempt.server.tls_name());
        let connecting = TlsConnector::from(config).connect(parse_name(name)?, stream);
        let stream = connecting.await.map_err(|error| attempt.failed(error))?;
        let state = TlsState::of(stream.get_ref().1, name);
        Ok((Stream::Other(Box::new(stream)), state))
    }

    async fn config(self: &Arc<Self>) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = &self.options.config {
            return Ok(Arc::clone(config));
        }
        let configs = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || configs.current());
        read.await.unwrap_or_else(|error| Err(Error::new(ErrorKind::Closed).because(error)))
    }

    /// The configuration as the files say now; while they cannot be used, as they said before.
    fn current(&self) -> Result<Arc<ClientConfig>, Error> {
        let mut built = lock(&self.built);
        let fresh = Files::read(&self.options).and_then(|files| {
            let old = built.as_ref().filter(|built| built.files == files);
            match old {
                Some(old) => Ok(Arc::clone(&old.config)),
                None => {
                    let config = Arc::new(build(&self.options, &files)?);
                    *built = Some(Built { files, config: Arc::clone(&config) });
                    Ok(config)
                }
            }
        });
        match (fresh, &*built) {
            (Err(error), Some(old)) => {
                tracing::warn!(%error, "the certificates are not usable now, the earlier ones stay");
                Ok(Arc::clone(&old.config))
            }
            (fresh, _) => fresh,
        }
    }
}

fn parse_name(name: &str) -> Result<ServerName<'static>, Error> {
    ServerName::try_from(name.to_owned()).map_err(|error| {
        Error::new(ErrorKind::BadOptions)
            .on(name)
            .detail("no certificate can have this name")
            .because(error)
    })
}
