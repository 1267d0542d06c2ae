//! One attempt to connect: from a name to a server that has accepted the login.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::net::{TcpStream, lookup_host};

use super::login::Login;
use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::ServerInfo;

/// A connection whose server has accepted the login.
#[derive(Debug)]
pub(super) struct Dialed {
    pub(super) server: ServerAddr,
    pub(super) stream: TcpStream,
    pub(super) info: Arc<ServerInfo>,
    pub(super) local_addr: Option<SocketAddr>,
    pub(super) remote_addr: Option<SocketAddr>,
    /// What was read behind the handshake.
    pub(super) rest: BytesMut,
}

/// Resolves, connects and logs in, all within the connect timeout.
pub(super) async fn dial(options: ConnectOptions, server: ServerAddr) -> Result<Dialed, Error> {
    let mut stage = ConnectStage::Resolve;
    let attempt = connect(&options, &server, &mut stage);
    match tokio::time::timeout(options.connect_timeout, attempt).await {
        Ok(result) => result,
        Err(_) => {
            let detail = format!("nothing within {:?}", options.connect_timeout);
            Err(Error::new(ErrorKind::Connect(stage)).on(server.to_string()).detail(detail))
        }
    }
}

async fn connect(
    options: &ConnectOptions,
    server: &ServerAddr,
    stage: &mut ConnectStage,
) -> Result<Dialed, Error> {
    let stream = open(server, stage).await.map_err(|error| failed(server, *stage, error))?;
    *stage = ConnectStage::Info;
    let mut login = Login { server, stage, stream, buffer: BytesMut::with_capacity(4096) };
    let info = login.run(options).await?;
    let Login { stream, buffer, .. } = login;
    Ok(Dialed {
        server: server.clone(),
        local_addr: stream.local_addr().ok(),
        remote_addr: stream.peer_addr().ok(),
        stream,
        info: Arc::new(info),
        rest: buffer,
    })
}

/// Tries every address of the name in turn; the last failure counts.
async fn open(server: &ServerAddr, stage: &mut ConnectStage) -> io::Result<TcpStream> {
    let addresses = lookup_host((server.host(), server.port())).await?;
    *stage = ConnectStage::Dial;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                let keep_alive = socket2::TcpKeepalive::new();
                socket2::SockRef::from(&stream).set_tcp_keepalive(&keep_alive)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn failed(server: &ServerAddr, stage: ConnectStage, error: io::Error) -> Error {
    Error::new(ErrorKind::Connect(stage)).on(server.to_string()).because(error)
}
