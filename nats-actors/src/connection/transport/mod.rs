//! From an address to a byte stream: TCP, a proxy, TLS, WebSocket, or what the user puts in their place.
//!
//! It knows nothing of the protocol but the INFO that decides about TLS. A plain TCP stream stays one, so that its halves
//! need no lock; everything else is boxed.
//!
//! Read in this order: [`open`] (which layers an address gets), [`address`] and [`race`] (which of its hosts answers),
//! [`tcp`], [`proxy`], [`tls`], [`websocket`], [`stream`] (what comes of it).

mod address;
mod attempt;
mod greeting;
mod open;
#[cfg(feature = "proxy")]
mod proxy;
mod race;
mod stream;
mod tcp;
#[cfg(feature = "tls")]
mod tls;
mod tls_state;
#[cfg(feature = "websocket")]
mod websocket;

pub use self::tls_state::TlsState;

pub(super) use self::attempt::Attempt;
pub(super) use self::open::Transport;
pub(super) use self::stream::Stream;
