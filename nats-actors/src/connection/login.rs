//! Being accepted: from the server's INFO to the PONG that proves it.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::auth::{AuthError, CredentialRequest, Credentials, wipe};
use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::{DecodeLimits, Decoded, ServerInfo, decode};
use crate::session::{Handshake, HandshakeError, Step};

/// A transport on which a server is about to introduce itself.
pub(super) struct Login<'a, S> {
    pub(super) server: &'a ServerAddr,
    pub(super) stage: &'a mut ConnectStage,
    pub(super) stream: S,
    /// What was read and not used yet.
    pub(super) buffer: BytesMut,
    /// Bytes that were used, and bytes that were sent.
    pub(super) used: u64,
    pub(super) sent: u64,
}

/// What is known when a server has accepted the login.
#[derive(Debug)]
pub(super) struct Admission {
    /// What the server told about itself.
    pub(super) info: Arc<ServerInfo>,
    /// When the credentials cease to be valid, if others can be had then.
    pub(super) expiry: Option<SystemTime>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Login<'_, S> {
    /// Ends when the server has accepted the client.
    pub(super) async fn run(&mut self, options: &ConnectOptions) -> Result<Admission, Error> {
        let mut handshake = Handshake::new();
        let mut known = Admission { info: Arc::default(), expiry: None };
        loop {
            match self.step(&mut handshake).await? {
                Step::Ready => return Ok(known),
                Step::Login(info) => {
                    known.info = Arc::from(info);
                    known.expiry = self.answer(options, &mut handshake, &known.info).await?;
                }
                Step::Info(info) => known.info = Arc::from(info),
                _ => {}
            }
        }
    }

    /// Asks for credentials and shows them; returns when they cease to be valid, if others can be had then.
    ///
    /// What is written here is overwritten afterwards.
    async fn answer(
        &mut self,
        options: &ConnectOptions,
        handshake: &mut Handshake,
        info: &Arc<ServerInfo>,
    ) -> Result<Option<SystemTime>, Error> {
        if !options.echo && info.proto < 1 {
            let detail = "the server cannot keep a client's own messages from it (`no_echo`)";
            return Err(self.error(ErrorKind::Connect(ConnectStage::Login)).detail(detail));
        }
        *self.stage = ConnectStage::Credentials;
        let server = self.server;
        let found = credentials(options, server, info).await;
        let (credentials, renewable) = found.map_err(|error| {
            self.error(ErrorKind::Connect(ConnectStage::Credentials)).because(error)
        })?;
        *self.stage = ConnectStage::Login;
        let mut connect = options.connect_info();
        credentials.fill(&mut connect, info.nonce.as_bytes());
        let login = Zeroizing::new(handshake.login(&mut connect).into_bytes());
        wipe(&mut connect);
        self.stream.write_all(&login).await.map_err(|error| self.failed(error))?;
        self.stream.flush().await.map_err(|error| self.failed(error))?;
        self.sent += login.len() as u64;
        Ok(credentials.expiry().filter(|_| renewable))
    }

    /// Reads one frame and lets the handshake decide.
    async fn step(&mut self, handshake: &mut Handshake) -> Result<Step, Error> {
        loop {
            match decode(&self.buffer, &DecodeLimits::default()) {
                Ok(Decoded::Frame { frame, len }) => {
                    let step = handshake.handle(&frame).map_err(|error| self.refused(error));
                    self.buffer.advance(len);
                    self.used += len as u64;
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

/// Those in the server's address, or else those of the options; and whether others can be had later.
async fn credentials(
    options: &ConnectOptions,
    server: &ServerAddr,
    info: &Arc<ServerInfo>,
) -> Result<(Credentials, bool), AuthError> {
    if let Some(own) = server.credentials() {
        return Ok((own, false));
    }
    let request = CredentialRequest::new(server.to_string(), Arc::clone(info));
    Ok((options.login.answer(request).await?, options.login.is_renewable()))
}
