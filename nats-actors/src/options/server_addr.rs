//! The address of a server.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use url::Url;

use super::scheme::Scheme;
use crate::auth::{Credentials, Secret};
use crate::error::{Error, ErrorKind};

/// Where a server listens, and perhaps how to log in there.
///
/// Written as `scheme://host:port`, `host:port` or `host`, with the [`Scheme`]s `nats`, `tcp`, `tls`, `ws` and `wss`;
/// the port is that of the scheme if there is none, IPv6 addresses stand in brackets. A user and a password, or a token
/// alone, may stand before an `@`; they are percent-decoded. A path and a query may follow for WebSocket only.
///
/// `Display` and `Debug` show neither the login nor the query.
///
/// ```
/// use nats_actors::{Scheme, ServerAddr};
///
/// # fn main() -> Result<(), nats_actors::Error> {
/// let addr = ServerAddr::parse("wss://ann:s3cr3t@nats.example/ws")?;
/// assert_eq!((addr.scheme(), addr.host(), addr.port()), (Scheme::WebSocketTls, "nats.example", 443));
/// assert_eq!(addr.to_string(), "wss://nats.example:443/ws");
/// assert_eq!(ServerAddr::parse("localhost")?.to_string(), "localhost:4222");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerAddr {
    scheme: Scheme,
    host: String,
    port: u16,
    /// Path and query of a WebSocket address; a proxy in front may want to see them.
    path: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
    /// The name to expect in the certificate, when it is not the host.
    tls_name: Option<String>,
}

impl ServerAddr {
    /// How the server is reached.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

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

    /// The path and the query of a WebSocket address; `/` if there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }

    /// The name that the server's certificate must have, unless the options name another.
    ///
    /// It is the host; but an IP address that a server told about has the name under which that server was reached.
    #[must_use]
    pub fn tls_name(&self) -> &str {
        self.tls_name.as_deref().unwrap_or(&self.host)
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
        let scheme = Scheme::parse(url.scheme())
            .ok_or_else(|| bad(text, "the scheme must be nats, tcp, tls, ws or wss"))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| bad(text, "there is no host"))?;
        Ok(Self {
            scheme,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or_else(|| scheme.default_port()),
            path: path(scheme, &url).map_err(|rule| bad(text, rule))?,
            user: Some(decoded(text, url.username())?).filter(|user| !user.is_empty()),
            password: url.password().map(|text| decoded(text, text)).transpose()?.map(Secret::from),
            tls_name: None,
        })
    }

    /// Reads what this server told about another one, which is reached as this one is: the same scheme, path and login,
    /// and for a bare IP address the same name in the certificate.
    pub(crate) fn tells_about(&self, text: &str) -> Result<Self, Error> {
        let mut told = Self::parse(text)?;
        told.scheme = self.scheme;
        told.path.clone_from(&self.path);
        told.user.clone_from(&self.user);
        told.password.clone_from(&self.password);
        let named = self.tls_name().parse::<IpAddr>().is_err();
        if named && told.host.parse::<IpAddr>().is_ok() {
            told.tls_name = Some(self.tls_name().to_owned());
        }
        Ok(told)
    }

    /// Whether both lead to the same port of the same host.
    pub(crate) fn is_same_place(&self, other: &Self) -> bool {
        self.port == other.port && self.host.eq_ignore_ascii_case(&other.host)
    }
}

/// What follows the port, which only a WebSocket address may have.
fn path(scheme: Scheme, url: &Url) -> Result<Option<String>, &'static str> {
    if url.fragment().is_some() {
        return Err("a fragment has no meaning");
    }
    match (url.path(), url.query()) {
        ("" | "/", None) => Ok(None),
        _ if !scheme.is_websocket() => Err("nothing may follow the port"),
        (path, None) => Ok(Some(path.to_owned())),
        (path, Some(query)) => Ok(Some(format!("{path}?{query}"))),
    }
}

fn decoded(whole: &str, part: &str) -> Result<String, Error> {
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| bad(whole, "the login is not UTF-8"))
}

/// An error about an address; neither what stands before an `@` nor a query enters it.
fn bad(text: &str, rule: &'static str) -> Error {
    let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let shown = shown.split_once('?').map_or(shown, |(shown, _)| shown);
    Error::new(ErrorKind::BadOptions).on(shown).detail(rule)
}

impl fmt::Display for ServerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scheme != Scheme::Nats {
            write!(f, "{}://", self.scheme)?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)?;
        } else {
            write!(f, "{}:{}", self.host, self.port)?;
        }
        let path = self.path.as_deref().unwrap_or_default();
        f.write_str(path.split('?').next().unwrap_or_default().trim_end_matches('/'))
    }
}

impl fmt::Debug for ServerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.user.is_some() { "<redacted>@" } else { "" };
        write!(f, "{login}{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        ServerAddr::parse(text).map_or_else(|error| error.to_string(), |addr| addr.to_string())
    }

    // spec: CON-01, A40-01
    #[test]
    fn addresses_may_be_short() {
        assert_eq!(shown("localhost"), "localhost:4222");
        assert_eq!(shown("10.0.0.1:5222"), "10.0.0.1:5222");
        assert_eq!(shown("nats://[::1]:4333"), "[::1]:4333");
        assert_eq!(shown(" nats://a/ "), "a:4222");
        assert_eq!(shown("[::1]"), "[::1]:4222");
    }

    // spec: CON-01, A40-01
    #[test]
    fn each_scheme_has_its_port() {
        let cases = [
            ("nats://a", Scheme::Nats, 4222),
            ("tcp://a", Scheme::Nats, 4222),
            ("tls://a", Scheme::Tls, 4222),
            ("ws://a", Scheme::WebSocket, 80),
            ("wss://a", Scheme::WebSocketTls, 443),
            ("wss://a:443", Scheme::WebSocketTls, 443),
            ("wss://a:8443", Scheme::WebSocketTls, 8443),
        ];
        for (text, scheme, port) in cases {
            let addr = ServerAddr::parse(text).unwrap();
            assert_eq!((addr.scheme(), addr.port(), addr.host()), (scheme, port, "a"), "{text}");
        }
        assert_eq!(shown("tls://a"), "tls://a:4222");
    }

    #[test]
    fn a_bad_address_is_named_with_its_rule_and_without_its_login() {
        assert_eq!(
            shown("http://u:hidden@host"),
            "options that cannot be used on `host`: the scheme must be nats, tcp, tls, ws or wss"
        );
        assert!(shown("nats://host:4222/path").ends_with("nothing may follow the port"));
        assert!(shown("tls://host?query").ends_with("nothing may follow the port"));
        assert!(shown("ws://host/#fragment").ends_with("a fragment has no meaning"));
        assert!(shown("nats://:4222").contains("not an address"));
        assert!(shown("nats://host:99999").contains("not an address"));
        assert!(!shown("http://host/?token=hidden").contains("hidden"));
    }

    // spec: TRN-08
    #[test]
    fn a_websocket_address_keeps_its_path_and_query_and_shows_no_query() {
        let addr = ServerAddr::parse("wss://host/a/b?jwt=hidden").unwrap();
        assert_eq!(
            (addr.path(), addr.to_string().as_str()),
            ("/a/b?jwt=hidden", "wss://host:443/a/b")
        );
        assert!(!format!("{addr:?}").contains("hidden"));
        assert_eq!(ServerAddr::parse("ws://host").unwrap().path(), "/");
    }

    // spec: CON-02
    #[test]
    fn logins_are_read_decoded_and_never_shown() {
        let addr = ServerAddr::parse("nats://bob:p%40ss@host").unwrap();
        let user = Credentials::new().user_and_password("bob", "p@ss");
        assert_eq!(addr.credentials(), Some(user));
        assert!(!format!("{addr:?} {addr}").contains("bob"));

        let token = ServerAddr::parse("t0ken@host").unwrap();
        assert_eq!(token.credentials(), Some(Credentials::new().token("t0ken")));
    }

    // spec: CON-19, CON-21, A40-07, TRN-08
    #[test]
    fn a_told_server_is_reached_as_the_teller_is() {
        let teller = ServerAddr::parse("wss://u:p@name.test/nats?q").unwrap();
        let told = teller.tells_about("10.0.0.2:8443").unwrap();

        assert_eq!((told.scheme(), told.path()), (Scheme::WebSocketTls, "/nats?q"));
        assert_eq!((told.host(), told.tls_name()), ("10.0.0.2", "name.test"));
        assert_eq!(told.credentials(), teller.credentials());
        let further = told.tells_about("[::2]:1").unwrap();
        assert_eq!((further.host(), further.tls_name()), ("::2", "name.test"));
        assert_eq!(told.tells_about("other.test:1").unwrap().tls_name(), "other.test");
        let bare = ServerAddr::parse("tls://10.0.0.1").unwrap();
        assert_eq!(bare.tells_about("10.0.0.2:1").unwrap().tls_name(), "10.0.0.2");
    }
}
