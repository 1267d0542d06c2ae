//! Being accepted: from the server's INFO to the PONG that proves it.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::{ConnectInfo, DecodeLimits, Decoded, ServerInfo, decode};
use crate::session::{Handshake, HandshakeError, Step};

/// A transport on which a server is about to introduce itself.
pub(super) struct Login<'a, S> {
    pub(super) server: &'a ServerAddr,
    pub(super) stage: &'a mut ConnectStage,
    pub(super) stream: S,
    /// What was read and not used yet.
    pub(super) buffer: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Login<'_, S> {
    /// Ends when the server has accepted the client; returns what it told about itself.
    pub(super) async fn run(&mut self, options: &ConnectOptions) -> Result<ServerInfo, Error> {
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
                Step::Info(info) => known = *info,
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
        self.error(ErrorKind::Connect(*self.stage)).because(error)
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind).on(self.server.to_string())
    }
}

fn introduce(options: &ConnectOptions, server: &ServerAddr) -> ConnectInfo {
    let mut info = options.connect_info();
    let own = server.credentials();
    if own.is_none() { &options.credentials } else { &own }.fill(&mut info);
    info
}
