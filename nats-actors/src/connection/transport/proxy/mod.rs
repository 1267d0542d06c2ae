//! Proxies: HTTP CONNECT and SOCKS5.

mod address;
mod http;

pub(super) use self::address::ProxyAddr;
