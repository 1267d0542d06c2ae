//! The address of a server.

use std::borrow::Cow;
use std::fmt;

use url::Url;

use crate::auth::{Credentials, Secret};
use crate::error::{Error, ErrorKind};

/// The port of a server when an address names none.
const DEFAULT_PORT: u16 = 4222;

/// Where a server listens, and perhaps how to log in there.
///
/// Written as `nats://host:port`, `host:port` or `host`; the port is 4222 if there is none, IPv6 addresses stand in
/// brackets. A user and a password, or a token alone, may stand before an `@`; they are percent-decoded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerAddr {
    host: String,
    port: u16,
    user: Option<String>,
    password: Option<Secret>,
}

impl ServerAddr {
    /// The name or address of the host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How the address itself says to log in; `None` if it does not.
    #[must_use]
    pub fn credentials(&self) -> Option<Credentials> {
        let user = self.user.as_deref()?;
        Some(match &self.password {
            Some(password) => Credentials::new().user_and_password(user, password.clone()),
            None => Credentials::new().token(user),
        })
    }

    /// Parses one address.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions), with the address (less its login) and the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let full: Cow<'_, str> =
            if text.contains("://") { text.into() } else { format!("nats://{text}").into() };
        let url = Url::parse(&full).map_err(|error| bad(text, "not an address").because(error))?;
        if !matches!(url.scheme(), "nats" | "tcp") {
            return Err(bad(text, "the scheme must be nats"));
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| bad(text, "there is no host"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(bad(text, "nothing may follow the port"));
        }
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(DEFAULT_PORT),
            user: Some(decoded(text, url.username())?).filter(|user| !user.is_empty()),
            password: url.password().map(|text| decoded(text, text)).transpose()?.map(Secret::from),
        })
    }
}

fn decoded(whole: &str, part: &str) -> Result<String, Error> {
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| bad(whole, "the login is not UTF-8"))
}

/// An error about an address; what stands before an `@` does not enter it.
fn bad(text: &str, rule: &'static str) -> Error {
    let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
    Error::new(ErrorKind::BadOptions).on(shown).detail(rule)
}

impl fmt::Display for ServerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for ServerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.user.is_some() { "<redacted>@" } else { "" };
        write!(f, "{login}{self}")
    }
}

/// What names one or more servers: a text with commas, or a list of texts.
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
        if servers.is_empty() {
            return Err(Error::new(ErrorKind::BadOptions).detail("there is no server address"));
        }
        Ok(servers)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        ServerAddr::parse(text).map_or_else(|error| error.to_string(), |addr| addr.to_string())
    }

    #[test]
    fn addresses_may_be_short() {
        assert_eq!(shown("localhost"), "localhost:4222");
        assert_eq!(shown("10.0.0.1:5222"), "10.0.0.1:5222");
        assert_eq!(shown("nats://[::1]:4333"), "[::1]:4333");
        assert_eq!(shown(" nats://a/ "), "a:4222");
    }

    #[test]
    fn a_bad_address_is_named_with_its_rule_and_without_its_login() {
        assert_eq!(
            shown("http://u:hidden@host"),
            "options that cannot be used on `host`: the scheme must be nats"
        );
        assert!(shown("nats://host:4222/path").ends_with("nothing may follow the port"));
        assert!(shown("nats://:4222").contains("not an address"));
        assert!(shown("nats://host:99999").contains("not an address"));
    }

    #[test]
    fn logins_are_read_decoded_and_never_shown() {
        let addr = ServerAddr::parse("nats://bob:p%40ss@host").unwrap();
        let user = Credentials::new().user_and_password("bob", "p@ss");
        assert_eq!(addr.credentials(), Some(user));
        assert!(!format!("{addr:?} {addr}").contains("bob"));

        let token = ServerAddr::parse("t0ken@host").unwrap();
        assert_eq!(token.credentials(), Some(Credentials::new().token("t0ken")));
    }

    #[test]
    fn lists_are_split_at_commas() {
        let servers = "a, nats://b:1,,c".into_servers().unwrap();
        let shown: Vec<String> = servers.iter().map(ToString::to_string).collect();

        assert_eq!(shown, ["a:4222", "b:1", "c:4222"]);
        assert_eq!(vec!["a", "b"].into_servers().unwrap().len(), 2);
        assert_eq!(" ,".into_servers().unwrap_err().kind(), ErrorKind::BadOptions);
    }
}
