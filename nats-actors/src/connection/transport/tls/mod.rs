//! TLS by rustls, with `ring`: the configuration, and the handshake.

mod configs;
mod files;
mod unverified;

pub(super) use self::configs::TlsConfigs;
