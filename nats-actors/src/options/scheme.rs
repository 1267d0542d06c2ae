//! How a server is reached.

use std::fmt;

/// How a server is reached, as the first part of its address says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `nats://` or `tcp://`: TCP, upgraded to TLS when the server or the options demand it. Port 4222.
    #[default]
    Nats,
    /// `tls://`: TCP, always upgraded to TLS. Port 4222.
    Tls,
    /// `ws://`: WebSocket. Port 80.
    WebSocket,
    /// `wss://`: WebSocket within TLS. Port 443.
    WebSocketTls,
}

impl Scheme {
    /// Whether it is one of the two for WebSocket.
    #[must_use]
    pub const fn is_websocket(self) -> bool {
        matches!(self, Self::WebSocket | Self::WebSocketTls)
    }

    /// Whether it demands TLS whatever the server says.
    #[must_use]
    pub const fn is_tls(self) -> bool {
        matches!(self, Self::Tls | Self::WebSocketTls)
    }

    /// The port of a server when its address names none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Nats | Self::Tls => 4222,
            Self::WebSocket => 80,
            Self::WebSocketTls => 443,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "nats" | "tcp" => Some(Self::Nats),
            "tls" => Some(Self::Tls),
            "ws" => Some(Self::WebSocket),
            "wss" => Some(Self::WebSocketTls),
            _ => None,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nats => "nats",
            Self::Tls => "tls",
            Self::WebSocket => "ws",
            Self::WebSocketTls => "wss",
        })
    }
}
