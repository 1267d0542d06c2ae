//! Which layers an address gets, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::BytesMut;

use super::attempt::Attempt;
use super::greeting::greeting;
#[cfg(feature = "proxy")]
use super::proxy::ProxyAddr;
use super::stream::Stream;
use super::tcp;
#[cfg(feature = "tls")]
use super::tls::TlsConfigs;
use super::tls_state::TlsState;
use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, Scheme, ServerAddr, alike};

/// What all attempts of a client share: the TLS configuration and the proxy, read once.
#[derive(Debug)]
pub(in crate::connection) struct Transport {
    #[cfg(feature = "tls")]
    tls: Arc<TlsConfigs>,
    #[cfg(feature = "proxy")]
    proxy: Option<ProxyAddr>,
    /// A server has shown that it has TLS: from then on, one that says otherwise is not believed.
    had_tls: AtomicBool,
}

/// A stream on which a server has begun to speak.
#[derive(Debug)]
pub(in crate::connection) struct Opened {
    pub(in crate::connection) stream: Stream,
    pub(in crate::connection) tls: Option<Arc<TlsState>>,
    /// What was read and not used yet: the INFO, perhaps more.
    pub(in crate::connection) buffer: BytesMut,
}

impl Transport {
    /// Checks that the options and the servers go together.
    pub(in crate::connection) fn new(
        options: &ConnectOptions,
        servers: &[ServerAddr],
    ) -> Result<Self, Error> {
        alike(servers)?;
        for server in servers {
            supported(options, server)?;
        }
        Ok(Self {
            #[cfg(feature = "tls")]
            tls: Arc::new(TlsConfigs::new(options.transport.tls.clone())?),
            #[cfg(feature = "proxy")]
            proxy: ProxyAddr::of(options)?,
            had_tls: AtomicBool::new(false),
        })
    }

    /// Opens a stream, with TLS and WebSocket where the address, the options or the server want them.
    pub(in crate::connection) async fn open(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> Result<Opened, Error> {
        let stream = self.dial(attempt).await?;
        let mut opened = Opened { stream, tls: None, buffer: BytesMut::with_capacity(4096) };
        if attempt.server.scheme().is_websocket() {
            if attempt.server.scheme().is_tls() {
                opened = self.secure(opened, attempt).await?;
            }
            opened = websocket(opened, attempt).await?;
        } else if attempt.options.transport.begins_with_tls() {
            opened = self.secure(opened, attempt).await?;
        } else {
            opened = self.greeted(opened, attempt).await?;
        }
        attempt.enter(ConnectStage::Info);
        Ok(opened)
    }

    /// The stream without any layer.
    async fn dial(&self, attempt: &mut Attempt<'_>) -> Result<Stream, Error> {
        let server = attempt.server;
        if let Some(connector) = &attempt.options.transport.connector {
            attempt.enter(ConnectStage::Dial);
            let opened = connector.open(server.clone()).await;
            return opened.map(Stream::Other).map_err(|error| attempt.failed(error));
        }
        #[cfg(feature = "proxy")]
        if let Some(proxy) = &self.proxy {
            return proxy.open(attempt).await.map(Stream::Tcp);
        }
        tcp::connect(attempt, server.host(), server.port()).await.map(Stream::Tcp)
    }

    /// Reads the INFO and upgrades to TLS if one side wants it: nothing was sent to the server before.
    async fn greeted(
        &self,
        mut opened: Opened,
        attempt: &mut Attempt<'_>,
    ) -> Result<Opened, Error> {
        attempt.enter(ConnectStage::Info);
        let greeting = greeting(&mut opened.stream, &mut opened.buffer).await;
        let Some(greeting) = greeting.map_err(|error| attempt.failed(error))? else {
            return Ok(opened);
        };
        let wanted = attempt.server.scheme().is_tls()
            || attempt.options.transport.requires_tls()
            || self.had_tls.load(Ordering::Relaxed);
        if !wanted && !greeting.info.tls_required {
            return Ok(opened);
        }
        attempt.enter(ConnectStage::Tls);
        if !(greeting.info.tls_required || greeting.info.tls_available) {
            return Err(attempt.refused("it is asked for, and the server does not offer it"));
        }
        // Whoever is in between could put words into the server's mouth that seem to come from within TLS.
        if opened.buffer.len() > greeting.len {
            return Err(attempt.refused("the peer sent more than its INFO before TLS"));
        }
        self.secure(opened, attempt).await
    }

    #[cfg(feature = "tls")]
    async fn secure(&self, opened: Opened, attempt: &mut Attempt<'_>) -> Result<Opened, Error> {
        attempt.enter(ConnectStage::Tls);
        let (stream, tls) = self.tls.secure(opened.stream, attempt).await?;
        self.had_tls.store(true, Ordering::Relaxed);
        Ok(Opened { stream, tls: Some(Arc::new(tls)), ..opened })
    }

    #[cfg(not(feature = "tls"))]
    async fn secure(&self, _: Opened, attempt: &mut Attempt<'_>) -> Result<Opened, Error> {
        attempt.enter(ConnectStage::Tls);
        Err(attempt.refused("the server demands it, and the feature `tls` is not enabled"))
    }
}

#[cfg(feature = "websocket")]
async fn websocket(opened: Opened, attempt: &mut Attempt<'_>) -> Result<Opened, Error> {
    attempt.enter(ConnectStage::WebSocket);
    let stream = super::websocket::upgrade(opened.stream, attempt).await?;
    Ok(Opened { stream, ..opened })
}

#[cfg(not(feature = "websocket"))]
async fn websocket(_: Opened, attempt: &mut Attempt<'_>) -> Result<Opened, Error> {
    attempt.enter(ConnectStage::WebSocket);
    Err(attempt.refused("the feature `websocket` is not enabled"))
}

/// What a scheme needs must be there, and a plain one must not be asked for TLS that it does not have.
fn supported(options: &ConnectOptions, server: &ServerAddr) -> Result<(), Error> {
    let scheme = server.scheme();
    let rule = if scheme.is_tls() && !cfg!(feature = "tls") {
        "the feature `tls` is not enabled"
    } else if scheme.is_websocket() && !cfg!(feature = "websocket") {
        "the feature `websocket` is not enabled"
    } else if scheme == Scheme::WebSocket && options.transport.requires_tls() {
        "TLS is demanded, and that of WebSocket is wss"
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::BadOptions).on(server.to_string()).detail(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(url: &str) -> Option<String> {
        let server = ServerAddr::parse(url).unwrap();
        supported(&ConnectOptions::new(), &server).err().map(|error| error.to_string())
    }

    #[test]
    fn a_missing_feature_is_named() {
        let (tls, websocket) = (cfg!(feature = "tls"), cfg!(feature = "websocket"));
        assert_eq!(rule("nats://a"), None);
        assert_eq!(rule("tls://a").is_none(), tls);
        assert_eq!(rule("ws://a").is_none(), websocket);
        assert_eq!(rule("wss://a").is_none(), tls && websocket);
        for (url, feature) in [("tls://a", "`tls`"), ("ws://a", "`websocket`")] {
            assert!(rule(url).is_none_or(|rule| rule.contains(feature)));
        }
    }
}
