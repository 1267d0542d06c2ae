//! How TCP is used.

use std::net::IpAddr;
use std::time::Duration;

use crate::options::ConnectOptions;

/// Systems count in milliseconds, of which they take 31 bits.
const LONGEST: Duration = Duration::from_millis(0x7fff_ffff);

#[derive(Clone, Debug, Default)]
pub(crate) struct TcpOptions {
    pub(crate) local_address: Option<IpAddr>,
    user_timeout: Option<Duration>,
}

impl ConnectOptions {
    /// The local address to connect from, such as that of one of several network cards. Default: the system chooses.
    ///
    /// Servers are then reached only by addresses of the same family, IPv4 or IPv6.
    pub const fn local_address(mut self, address: IpAddr) -> Self {
        self.transport.tcp.local_address = Some(address);
        self
    }

    /// How long the system waits for the peer's system to acknowledge bytes before it ends the connection
    /// (`TCP_USER_TIMEOUT`). Default: the ping interval times one more than the pings that may stay out, 24 s.
    ///
    /// It has an effect on Linux and Android only. Zero leaves it to the system; more than 24 days count
    /// as 24 days.
    pub const fn tcp_user_timeout(mut self, timeout: Duration) -> Self {
        self.transport.tcp.user_timeout = Some(timeout);
        self
    }

    /// A dead network path is noticed by the system no later than by our own pings.
    pub(crate) fn user_timeout(&self) -> Duration {
        let pings = self.max_pings_out.saturating_add(1);
        let patience = || self.ping_interval.saturating_mul(pings);
        self.transport.tcp.user_timeout.unwrap_or_else(patience).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_patience_follows_that_of_the_pings() {
        let options = ConnectOptions::new();
        assert_eq!(options.user_timeout(), Duration::from_secs(24));
        let options = options.ping_interval(Duration::from_secs(1)).max_pings_out(4);
        assert_eq!(options.user_timeout(), Duration::from_secs(5));
        let options = options.tcp_user_timeout(Duration::from_secs(7));
        assert_eq!(options.user_timeout(), Duration::from_secs(7));
        assert_eq!(options.tcp_user_timeout(Duration::MAX).user_timeout(), LONGEST);
    }
}
