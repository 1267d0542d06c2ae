//! How WebSocket is used.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::auth::Secret;
use crate::options::{ConnectOptions, ServerAddr};

/// A name and a value.
pub(crate) type Header = (String, Secret);

type Fault = Box<dyn StdError + Send + Sync>;
type Asking = Pin<Box<dyn Future<Output = Result<Vec<Header>, Fault>> + Send>>;

#[derive(Clone, Default)]
pub(crate) struct WebSocketOptions {
    pub(crate) headers: Vec<Header>,
    ask: Option<Arc<dyn Fn(ServerAddr) -> Asking + Send + Sync>>,
}

impl WebSocketOptions {
    /// The headers of the request to `server`: the fixed ones, then those that are asked for anew.
    pub(crate) async fn headers_for(&self, server: &ServerAddr) -> Result<Vec<Header>, Fault> {
        let mut headers = self.headers.clone();
        if let Some(ask) = &self.ask {
            headers.extend(ask(server.clone()).await?);
        }
        Ok(headers)
    }
}

impl fmt::Debug for WebSocketOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { headers, ask } = self;
        f.debug_struct("WebSocketOptions")
            .field("headers", headers)
            .field("asks", &ask.is_some())
            .finish()
    }
}

impl ConnectOptions {
    /// Adds a header to the request that opens a WebSocket, such as a cookie. Default: none.
    ///
    /// A name that is given again has the later value. Headers of WebSocket itself (`host`, `upgrade`, `connection`,
    /// `sec-websocket-key`, `sec-websocket-version`) cannot be given: the attempt fails with
    /// [`BadOptions`](crate::ErrorKind::BadOptions), as for a name or a value that HTTP does not allow.
    pub fn websocket_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.transport.websocket.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for more headers at each dial, within the connect timeout, for tokens that expire. Default: not asked.
    ///
    /// They come behind the fixed ones. An error is the cause of the failed attempt, at
    /// [`ConnectStage::WebSocket`](crate::ConnectStage::WebSocket). The future is dropped at the connect timeout, and when
    /// the client is closed meanwhile.
    ///
    /// ```
    /// use nats_actors::{ConnectOptions, Secret, ServerAddr};
    ///
    /// async fn fresh_token() -> Result<String, std::io::Error> {
    ///     Ok("s3cr3t".to_owned())
    /// }
    ///
    /// let options = ConnectOptions::new().websocket_headers(|_: ServerAddr| async {
    ///     let cookie = format!("jwt={}", fresh_token().await?);
    ///     Ok(vec![("Cookie".to_owned(), Secret::from(cookie))])
    /// });
    /// assert!(!format!("{options:?}").contains("s3cr3t"));
    /// ```
    pub fn websocket_headers<F, Fut>(mut self, ask: F) -> Self
    where
        F: Fn(ServerAddr) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(String, Secret)>, Box<dyn StdError + Send + Sync>>>
            + Send
            + 'static,
    {
        self.transport.websocket.ask = Some(Arc::new(move |server| Box::pin(ask(server))));
        self
    }
}
