//! What names one or more servers.

use super::server_addr::ServerAddr;
use crate::error::{Error, ErrorKind};

/// What names one or more servers: one or several [`ServerAddr`]s, a text with commas, or a list of texts; see [`ServerAddr`] for what
/// a text may say.
///
/// WebSocket and other addresses do not mix in one list.
///
/// ```
/// use nats_actors::IntoServers;
///
/// # fn main() -> Result<(), nats_actors::Error> {
/// assert_eq!("nats://a:4222, b".into_servers()?.len(), 2);
/// assert_eq!(["ws://a", "wss://b"].into_servers()?.len(), 2);
/// assert!("nats://a,ws://b".into_servers().is_err());
/// # Ok(())
/// # }
/// ```
pub trait IntoServers {
    /// Every address, in order.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) for the first address that cannot be read, or if there is none.
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error>;
}

impl IntoServers for &str {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        [self].as_slice().into_servers()
    }
}

impl IntoServers for String {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        self.as_str().into_servers()
    }
}

impl IntoServers for &String {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        self.as_str().into_servers()
    }
}

impl<T: AsRef<str>> IntoServers for &[T] {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        let texts = self.iter().flat_map(|text| text.as_ref().split(','));
        let servers: Vec<ServerAddr> = texts
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(ServerAddr::parse)
            .collect::<Result<_, _>>()?;
        checked(servers)
    }
}

impl<T: AsRef<str>> IntoServers for Vec<T> {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        self.as_slice().into_servers()
    }
}

impl<T: AsRef<str>, const N: usize> IntoServers for [T; N] {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        self.as_slice().into_servers()
    }
}

impl IntoServers for ServerAddr {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        Ok(vec![self])
    }
}

impl IntoServers for Vec<ServerAddr> {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        checked(self)
    }
}

fn checked(servers: Vec<ServerAddr>) -> Result<Vec<ServerAddr>, Error> {
    if servers.is_empty() {
        return Err(Error::new(ErrorKind::BadOptions).detail("there is no server address"));
    }
    alike(&servers)?;
    Ok(servers)
}

/// The servers of one pool are all reached by WebSocket, or none is: what one tells about the others would be of no use.
pub(crate) fn alike(servers: &[ServerAddr]) -> Result<(), Error> {
    let Some((first, rest)) = servers.split_first() else { return Ok(()) };
    let websocket = first.scheme().is_websocket();
    match rest.iter().find(|server| server.scheme().is_websocket() != websocket) {
        None => Ok(()),
        Some(server) => Err(Error::new(ErrorKind::BadOptions)
            .on(server.to_string())
            .detail("WebSocket and other addresses do not mix")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: CON-01, A40-01
    #[test]
    fn lists_are_split_at_commas() {
        let servers = "a, nats://b:1,,c".into_servers().unwrap();
        let shown: Vec<String> = servers.iter().map(ToString::to_string).collect();

        assert_eq!(shown, ["a:4222", "b:1", "c:4222"]);
        assert_eq!(vec!["a", "b"].into_servers().unwrap().len(), 2);
        assert_eq!(" ,".into_servers().unwrap_err().kind(), ErrorKind::BadOptions);
        assert_eq!(
            Vec::<ServerAddr>::new().into_servers().unwrap_err().kind(),
            ErrorKind::BadOptions
        );
        assert_eq!(servers.clone().into_servers().unwrap(), servers);
    }

    // spec: CON-01, W-25
    #[test]
    fn websocket_and_other_addresses_do_not_mix() {
        let error = "ws://a, nats://b".into_servers().unwrap_err();

        assert_eq!(
            error.to_string(),
            "options that cannot be used on `b:4222`: WebSocket and other addresses do not mix"
        );
        assert_eq!("nats://a,tls://b".into_servers().unwrap().len(), 2);
        assert_eq!(["ws://a", "wss://b"].into_servers().unwrap().len(), 2);
    }
}
