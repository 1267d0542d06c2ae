//! A transport of one's own.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::options::{ConnectOptions, ServerAddr};

/// Opens the byte stream to a server in place of TCP: a Unix socket, an in-memory pipe for a test, a tunnel.
///
/// It is asked at each dial, within the connect timeout. The layers above stay as they are: TLS when the server, the
/// scheme or the options ask for it, and WebSocket for `ws` and `wss`.
///
/// A closure from an address to a stream is a connector:
///
/// ```no_run
/// use nats_actors::{ConnectOptions, ServerAddr};
/// # #[cfg(unix)]
/// use tokio::net::UnixStream;
///
/// # #[cfg(unix)]
/// # async fn example() -> Result<(), nats_actors::Error> {
/// let client = ConnectOptions::new()
///     .connector(|_: ServerAddr| UnixStream::connect("/run/nats.sock"))
///     .connect("nats://localhost")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait Connector: Send + Sync + 'static {
    /// What carries the bytes. Both directions are used at once, by different tasks; end of file means that the server
    /// has closed the connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Opens a stream to `server`.
    ///
    /// # Errors
    ///
    /// What it returns is the cause of an error at [`ConnectStage::Dial`](crate::ConnectStage::Dial).
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at the connect timeout, and when the client is closed meanwhile.
    fn connect(&self, server: ServerAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl<F, Fut, S> Connector for F
where
    F: Fn(ServerAddr) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = io::Result<S>> + Send,
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    type Stream = S;

    fn connect(&self, server: ServerAddr) -> impl Future<Output = io::Result<S>> + Send {
        self(server)
    }
}

/// A byte stream of any kind.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

type Opening<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn ByteStream>>> + Send + 'a>>;

/// A [`Connector`] of any kind.
trait AnyConnector: Send + Sync {
    fn open(&self, server: ServerAddr) -> Opening<'_>;
}

impl<C: Connector> AnyConnector for C {
    fn open(&self, server: ServerAddr) -> Opening<'_> {
        Box::pin(async move {
            let stream: Box<dyn ByteStream> = Box::new(self.connect(server).await?);
            Ok(stream)
        })
    }
}

#[derive(Clone)]
pub(crate) struct CustomConnector(Arc<dyn AnyConnector>);

impl CustomConnector {
    pub(crate) fn open(&self, server: ServerAddr) -> Opening<'_> {
        self.0.open(server)
    }
}

impl fmt::Debug for CustomConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomConnector")
    }
}

impl ConnectOptions {
    /// Opens the streams to servers by `connector` in place of TCP. Default: TCP.
    ///
    /// The options of TCP do not count then, and there is no proxy.
    pub fn connector(mut self, connector: impl Connector) -> Self {
        self.transport.connector = Some(CustomConnector(Arc::new(connector)));
        self
    }
}
