//! From INFO to the first PONG.

use std::error::Error;
use std::fmt;

use crate::protocol::client_op;
use crate::protocol::{ConnectInfo, ProtocolError, ServerError, ServerFrame, ServerInfo};

/// What the connection must do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Decide how to log in to this server, then call [`Handshake::login`].
    Login(Box<ServerInfo>),
    /// The server tells anew about itself, and goes on with the login.
    Info(Box<ServerInfo>),
    /// Wait for more from the server.
    Wait,
    /// The server has accepted the connection.
    Ready,
}

/// How to introduce oneself: the bytes of CONNECT and of the PING behind it.
///
/// They hold the credentials: `Debug` does not show them.
pub struct Login(Vec<u8>);

impl Login {
    /// The bytes to send.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Login").finish_non_exhaustive()
    }
}

/// One attempt to be accepted by a server.
///
/// A server speaks first (INFO), the client answers CONNECT and PING, and only the PONG proves that it was accepted: a
/// refusal comes as `-ERR` in between.
#[derive(Debug, Default)]
pub struct Handshake {
    phase: Phase,
    /// Whether the server takes headers.
    headers: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    WaitingForInfo,
    LoggingIn,
    WaitingForPong,
}

impl Handshake {
    /// Waits for the server's INFO.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what the server said.
    ///
    /// # Errors
    ///
    /// When the server refuses, or says what no server says at this point.
    pub fn handle(&mut self, frame: &ServerFrame<'_>) -> Result<Step, HandshakeError> {
        match (self.phase, frame) {
            (Phase::WaitingForInfo, ServerFrame::Info(json)) => {
                let info = ServerInfo::parse(json).map_err(HandshakeError::BadInfo)?;
                self.phase = Phase::LoggingIn;
                self.headers = info.headers;
                Ok(Step::Login(Box::new(info)))
            }
            (Phase::WaitingForPong, ServerFrame::Pong) => Ok(Step::Ready),
            (_, ServerFrame::Err(text)) => Err(HandshakeError::Refused(ServerError::parse(text))),
            (Phase::WaitingForPong, ServerFrame::Info(json)) => ServerInfo::parse(json)
                .map_err(HandshakeError::BadInfo)
                .map(Box::new)
                .map(Step::Info),
            (Phase::WaitingForPong, ServerFrame::Ok | ServerFrame::Ping) => Ok(Step::Wait),
            _ => Err(HandshakeError::OutOfTurn),
        }
    }

    /// Encodes the answer to the INFO. Headers, and what needs them, are taken out of it if the server has none.
    pub fn login(&mut self, connect: &mut ConnectInfo) -> Login {
        self.phase = Phase::WaitingForPong;
        connect.headers &= self.headers;
        connect.no_responders &= connect.headers;
        // With room for all of it, no copies of the credentials are left behind.
        let mut bytes = Vec::with_capacity(512 + credentials_len(connect));
        client_op::encode_connect(&mut bytes, connect);
        bytes.extend_from_slice(client_op::PING);
        Login(bytes)
    }
}

fn credentials_len(connect: &ConnectInfo) -> usize {
    let ConnectInfo { auth_token, user, pass, jwt, nkey, sig, name, .. } = connect;
    [auth_token, user, pass, jwt, nkey, sig, name].into_iter().flatten().map(String::len).sum()
}

/// Why a server did not accept a connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The INFO is not what a NATS server sends.
    BadInfo(ProtocolError),
    /// The server answered with an error.
    Refused(ServerError),
    /// The peer sent an operation that has no place in a handshake.
    OutOfTurn,
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInfo(_) => f.write_str("the peer's INFO cannot be read"),
            Self::Refused(error) => write!(f, "the server refused the connection: {error}"),
            Self::OutOfTurn => f.write_str("the peer does not speak as a NATS server does"),
        }
    }
}

impl Error for HandshakeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::BadInfo(error) => Some(error),
            Self::Refused(_) | Self::OutOfTurn => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_info() -> Handshake {
        let mut handshake = Handshake::new();
        let step = handshake.handle(&ServerFrame::Info(br#"{"server_id":"x","max_payload":10}"#));
        assert!(matches!(step, Ok(Step::Login(info)) if info.max_payload == 10));
        handshake
    }

    #[test]
    fn only_the_pong_is_success() {
        let mut handshake = after_info();
        let login = handshake.login(&mut ConnectInfo::default()).into_bytes();
        assert!(login.starts_with(b"CONNECT {") && login.ends_with(b"}\r\nPING\r\n"));

        assert!(matches!(handshake.handle(&ServerFrame::Ok), Ok(Step::Wait)));
        let anew = handshake.handle(&ServerFrame::Info(br#"{"max_payload":20}"#));
        assert!(matches!(anew, Ok(Step::Info(info)) if info.max_payload == 20));
        assert!(matches!(handshake.handle(&ServerFrame::Pong), Ok(Step::Ready)));
    }

    #[test]
    fn a_refusal_is_told_by_its_name() {
        let mut handshake = after_info();
        handshake.login(&mut ConnectInfo::default());
        let refused = handshake.handle(&ServerFrame::Err(b"'Authorization Violation'"));

        assert!(matches!(
            refused,
            Err(HandshakeError::Refused(ServerError::AuthorizationViolation))
        ));
    }

    #[test]
    fn who_does_not_begin_with_info_is_no_server() {
        for frame in [ServerFrame::Pong, ServerFrame::Ok, ServerFrame::Ping] {
            let answer = Handshake::new().handle(&frame);
            assert!(matches!(answer, Err(HandshakeError::OutOfTurn)));
        }
        let answer = Handshake::new().handle(&ServerFrame::Info(b"{"));
        assert!(matches!(answer, Err(HandshakeError::BadInfo(_))));
    }
}
