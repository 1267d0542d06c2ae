//! One attempt to connect: from a name to a server that has accepted the login.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::BytesMut;

use super::life::ConnectedServer;
use super::login::{Admission, Login};
use super::transport::{Attempt, Stream, TlsState, Transport};
use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::ServerInfo;

/// A connection whose server has accepted the login.
#[derive(Debug)]
pub(super) struct Dialed {
    pub(super) server: ServerAddr,
    pub(super) stream: Stream,
    pub(super) tls: Option<Arc<TlsState>>,
    pub(super) info: Arc<ServerInfo>,
    pub(super) local_addr: Option<SocketAddr>,
    pub(super) remote_addr: Option<SocketAddr>,
    /// When the credentials cease to be valid, if others can be had then.
    pub(super) expiry: Option<SystemTime>,
    /// Bytes that were read and written so far.
    pub(super) read: u64,
    pub(super) written: u64,
    /// What was read behind the handshake.
    pub(super) rest: BytesMut,
}

impl Dialed {
    /// What a user may know of it.
    pub(super) fn as_connected(&self, epoch: u64) -> ConnectedServer {
        let (local_addr, remote_addr) = (self.local_addr, self.remote_addr);
        ConnectedServer { epoch, address: self.server.clone(), local_addr, remote_addr }
    }
}

/// Makes the attempts of one client, the first as all that follow.
#[derive(Debug)]
pub(super) struct Dialer {
    options: ConnectOptions,
    transport: Transport,
}

impl Dialer {
    /// Checks that the options and the servers go together.
    pub(super) fn new(options: ConnectOptions, servers: &[ServerAddr]) -> Result<Self, Error> {
        let transport = Transport::new(&options, servers)?;
        Ok(Self { options, transport })
    }

    /// Resolves, connects and logs in, all within the connect timeout.
    pub(super) async fn dial(&self, server: &ServerAddr) -> Result<Dialed, Error> {
        let limit = self.options.connect_timeout;
        let mut stage = ConnectStage::Resolve;
        let connecting = self.connect(server, &mut stage);
        match tokio::time::timeout(limit, connecting).await {
            Ok(result) => result,
            Err(_) => {
                let detail = format!("nothing within {limit:?}");
                Err(Error::new(ErrorKind::Connect(stage)).on(server.to_string()).detail(detail))
            }
        }
    }

    async fn connect(
        &self,
        server: &ServerAddr,
        stage: &mut ConnectStage,
    ) -> Result<Dialed, Error> {
        let mut attempt = Attempt { options: &self.options, server, stage };
        let opened = self.transport.open(&mut attempt).await?;
        let (stream, buffer) = (opened.stream, opened.buffer);
        let mut login = Login { server, stage, stream, buffer, used: 0, sent: 0 };
        let Admission { info, expiry } = login.run(&self.options).await?;
        let Login { stream, buffer, used, sent, .. } = login;
        Ok(Dialed {
            server: server.clone(),
            local_addr: stream.local_addr(),
            remote_addr: stream.remote_addr(),
            stream,
            tls: opened.tls,
            info,
            expiry,
            read: used + buffer.len() as u64,
            written: sent,
            rest: buffer,
        })
    }
}
