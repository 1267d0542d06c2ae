//! From HTTP to WebSocket.

use std::error::Error as StdError;

use http::{HeaderName, HeaderValue};
use tokio_websockets::{ClientBuilder, Config, Limits};

use super::bytes::{MAX_SENT, WebSocketBytes};
use crate::connection::transport::attempt::Attempt;
use crate::connection::transport::stream::Stream;
use crate::error::{Error, ErrorKind};
use crate::options::ServerAddr;

/// The largest frame that is taken. A server puts all that waits for a client into one; by default it lets 64 MiB wait.
const MAX_RECEIVED: usize = 128 << 20;

/// Asks the server to switch, and waits until it has.
pub(in crate::connection::transport) async fn upgrade(
    stream: Stream,
    attempt: &Attempt<'_>,
) -> Result<Stream, Error> {
    let options = &attempt.options.transport.websocket;
    let headers = options.headers_for(attempt.server).await;
    let mut request = ClientBuilder::new()
        .uri(&uri(attempt.server))
        .map_err(|error| attempt.error(ErrorKind::BadOptions).because(error))?
        .config(Config::default().frame_size(MAX_SENT).flush_threshold(MAX_SENT))
        .limits(Limits::default().max_payload_len(Some(MAX_RECEIVED)));
    for (name, value) in headers.map_err(|error| attempt.failed(error))? {
        let bad = || Error::new(ErrorKind::BadOptions).on(&name);
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| bad().detail("HTTP does not allow this header name"))?;
        let value = HeaderValue::from_str(value.expose())
            .map_err(|_| bad().detail("HTTP does not allow the value of this header"))?;
        request = request
            .add_header(header, value)
            .map_err(|_| bad().detail("the header belongs to WebSocket itself"))?;
    }
    let upgraded = request.connect_on(stream).await;
    let (socket, _) = upgraded.map_err(|error| attempt.failed(told_once(error)))?;
    Ok(Stream::Other(Box::new(WebSocketBytes::new(socket))))
}

/// Each level of the library's error prints the text of the one below: the text of the first is that of all.
fn told_once(error: tokio_websockets::Error) -> Box<dyn StdError + Send + Sync> {
    match error {
        tokio_websockets::Error::Io(error) => error.into(),
        error => error.to_string().into(),
    }
}

fn uri(server: &ServerAddr) -> String {
    let (scheme, host, port) = (server.scheme(), server.host(), server.port());
    match host.contains(':') {
        true => format!("{scheme}://[{host}]:{port}{}", server.path()),
        false => format!("{scheme}://{host}:{port}{}", server.path()),
    }
}
