//! TCP, set up for a connection that stays for days and must not wait for small writes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};

use super::address::{Choice, addresses};
use super::attempt::Attempt;
use super::race::race;
use crate::error::{ConnectStage, Error};
use crate::options::ConnectOptions;

/// The system's own probes, for a connection on which our pings do not run: while it is being made.
const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(15);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(5);

/// Opens a connection to whichever address of the host answers first.
pub(super) async fn connect(
    attempt: &mut Attempt<'_>,
    host: &str,
    port: u16,
) -> Result<TcpStream, Error> {
    attempt.enter(ConnectStage::Resolve);
    let found = addresses(host, port, choice(attempt.options)).await;
    let found = found.map_err(|error| attempt.failed(error))?;
    attempt.enter(ConnectStage::Dial);
    let won = race(found, |address| open(address, attempt.options)).await;
    won.map_err(|error| attempt.failed(error))
}

pub(super) fn choice(options: &ConnectOptions) -> Choice {
    Choice { local: options.transport.tcp.local_address, shuffle: options.shuffle }
}

pub(super) async fn open(address: SocketAddr, options: &ConnectOptions) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(local) = options.transport.tcp.local_address {
        socket.bind((local, 0).into())?;
    }
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    let keep_alive =
        TcpKeepalive::new().with_time(KEEP_ALIVE_AFTER).with_interval(KEEP_ALIVE_EVERY);
    SockRef::from(&stream).set_tcp_keepalive(&keep_alive)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    SockRef::from(&stream).set_tcp_user_timeout(Some(options.user_timeout()))?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::net::TcpListener;

    use super::*;

    // spec: TRN-01, CON-36
    #[tokio::test]
    async fn a_socket_is_set_up_as_the_options_say() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let local = IpAddr::from([127, 0, 0, 2]);
        let options = ConnectOptions::new().local_address(local);
        let stream = open(address, &options).await.unwrap();

        assert!(stream.nodelay().unwrap());
        assert_eq!(stream.local_addr().unwrap().ip(), local);
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEP_ALIVE_AFTER);
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEP_ALIVE_EVERY);
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(24)));
        }
    }
}
