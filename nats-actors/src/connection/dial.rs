//! One attempt to connect: from a name to a server that has accepted the login.

use std::io;
use std::sync::Arc;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};

use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::{DecodeLimits, Decoded, ServerInfo, decode};
use crate::session::{Handshake, HandshakeError, Step};

/// A connection whose server has accepted the login.
#[derive(Debug)]
pub(super) struct Dialed {
    pub(super) server: ServerAddr,
    pub(super) stream: TcpStream,
    pub(super) info: Arc<ServerInfo>,
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
    let mut login = LoginAttempt { server, stage, stream, buffer: BytesMut::with_capacity(4096) };
    let info = login.run(options).await?;
    let LoginAttempt { stream, buffer, .. } = login;
    Ok(Dialed { server: server.clone(), stream, info: Arc::new(info), rest: buffer })
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

struct LoginAttempt<'a> {
    server: &'a ServerAddr,
    stage: &'a mut ConnectStage,
    stream: TcpStream,
    buffer: BytesMut,
}

impl LoginAttempt<'_> {
    async fn run(&mut self, options: &ConnectOptions) -> Result<ServerInfo, Error> {
        let mut handshake = Handshake::new();
        let mut known = ServerInfo::default();
        loop {
            match self.step(&mut handshake).await? {
                Step::Ready => return Ok(known),
                Step::Login(info) => {
                    *self.stage = ConnectStage::Login;
                    let login = handshake.login(&introduce(options, self.server)).into_bytes();
                    self.stream.write_all(&login).await.map_err(|error| self.failed(error))?;
                    known = *info;
                }
                _ => {}
            }
        }
    }

    /// Reads one frame and lets the handshake decide.
    async fn step(&mut self, handshake: &mut Handshake) -> Result<Step, Error> {
        loop {
            match decode(&self.buffer, &DecodeLimits::default()) {
                Ok(Decoded::Frame { frame, len }) => {
                    let step = handshake.handle(&frame).map_err(|error| self.refused(error));
                    self.buffer.advance(len);
                    return step;
                }
                Ok(_) => {}
                Err(error) => return Err(self.error(ErrorKind::Protocol).because(error)),
            }
            let read = self.stream.read_buf(&mut self.buffer).await;
            if read.map_err(|error| self.failed(error))? == 0 {
                return Err(self.failed(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    fn refused(&self, error: HandshakeError) -> Error {
        let kind = match &error {
            HandshakeError::Refused(refusal) if refusal.is_authentication() => {
                ErrorKind::Unauthorized
            }
            HandshakeError::Refused(_) => ErrorKind::Connect(ConnectStage::Login),
            _ => ErrorKind::Protocol,
        };
        self.error(kind).because(error)
    }

    fn failed(&self, error: io::Error) -> Error {
        failed(self.server, *self.stage, error)
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind).on(self.server.to_string())
    }
}

fn failed(server: &ServerAddr, stage: ConnectStage, error: io::Error) -> Error {
    Error::new(ErrorKind::Connect(stage)).on(server.to_string()).because(error)
}

fn introduce(options: &ConnectOptions, server: &ServerAddr) -> crate::protocol::ConnectInfo {
    let mut info = options.connect_info();
    let own = server.credentials();
    if own.is_none() { &options.credentials } else { &own }.fill(&mut info);
    info
}
