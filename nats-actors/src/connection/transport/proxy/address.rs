//! Where a proxy is, and how it is asked.

use std::fmt;

use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;
use url::Url;

use super::http;
use crate::auth::Secret;
use crate::connection::transport::address::addresses;
use crate::connection::transport::attempt::Attempt;
use crate::connection::transport::race::race;
use crate::connection::transport::tcp;
use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::ConnectOptions;

/// A proxy, and who we are to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::connection::transport) struct ProxyAddr {
    kind: Kind,
    host: String,
    port: u16,
    login: Option<(String, Secret)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    Socks5,
}

impl ProxyAddr {
    /// The proxy that the options name.
    pub(in crate::connection::transport) fn of(
        options: &ConnectOptions,
    ) -> Result<Option<Self>, Error> {
        let Some(text) = &options.transport.proxy else { return Ok(None) };
        if options.transport.connector.is_some() {
            return Err(bad("a connector and a proxy exclude each other"));
        }
        Self::parse(text.expose()).map(Some).map_err(bad)
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "the address of the proxy is none")?;
        let (kind, port) = match url.scheme() {
            "http" => (Kind::Http, 80),
            "socks5" | "socks5h" => (Kind::Socks5, 1080),
            _ => return Err("the scheme of a proxy must be http or socks5"),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or("the address of the proxy has no host")?;
        let password = decoded(url.password().unwrap_or_default())?;
        let user = decoded(url.username())?;
        Ok(Self {
            kind,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            login: (!user.is_empty()).then(|| (user, Secret::from(password))),
        })
    }

    /// Has the proxy open a way to the server.
    pub(in crate::connection::transport) async fn open(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> Result<TcpStream, Error> {
        attempt.enter(ConnectStage::Proxy);
        let failed = |attempt: &Attempt<'_>, error: Fault| {
            attempt.failed(error).detail(format!("by way of {self}"))
        };
        let reached = self.reach(attempt.options).await;
        let stream = reached.map_err(|error| failed(attempt, error.into()))?;
        let server = attempt.server;
        let opened = match self.kind {
            Kind::Http => {
                http::tunnel(stream, server, self.login.as_ref()).await.map_err(Fault::from)
            }
            Kind::Socks5 => self.socks(stream, server.host(), server.port()).await,
        };
        opened.map_err(|error| failed(attempt, error))
    }

    async fn reach(&self, options: &ConnectOptions) -> std::io::Result<TcpStream> {
        let found = addresses(&self.host, self.port, tcp::choice(options)).await?;
        race(found, |address| tcp::open(address, options)).await
    }

    async fn socks(&self, stream: TcpStream, host: &str, port: u16) -> Result<TcpStream, Fault> {
        let opened = match &self.login {
            None => Socks5Stream::connect_with_socket(stream, (host, port)).await,
            Some((user, password)) => {
                let password = password.expose();
                Socks5Stream::connect_with_password_and_socket(stream, (host, port), user, password)
                    .await
            }
        };
        Ok(opened?.into_inner())
    }
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

impl fmt::Display for ProxyAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            Kind::Http => "http",
            Kind::Socks5 => "socks5",
        };
        match self.host.contains(':') {
            true => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

fn decoded(part: &str) -> Result<String, &'static str> {
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8();
    decoded.map(Into::into).map_err(|_| "the login at the proxy is not UTF-8")
}

/// The address itself stays out: it may hold a password, and where that ends is not known.
fn bad(rule: &'static str) -> Error {
    Error::new(ErrorKind::BadOptions).detail(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_the_kind_the_place_and_the_login() {
        let shown = |text: &str| ProxyAddr::parse(text).unwrap().to_string();
        assert_eq!(shown("http://proxy.test"), "http://proxy.test:80");
        assert_eq!(shown("socks5://u:p@10.0.0.1"), "socks5://10.0.0.1:1080");
        assert_eq!(shown("socks5h://[::1]:9"), "socks5://[::1]:9");

        let proxy = ProxyAddr::parse("http://u%40x:p%3Aw@proxy.test:8080").unwrap();
        assert_eq!(proxy.login, Some(("u@x".to_owned(), Secret::from("p:w"))));
        assert!(!format!("{proxy:?}").contains("p:w"));
    }

    #[test]
    fn a_bad_address_is_told_without_its_secret() {
        for text in ["proxy.test:80", "https://u:hidden@proxy.test", "socks5://", "hidden"] {
            let options = ConnectOptions::new().proxy(text);
            let error = ProxyAddr::of(&options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadOptions, "{text}");
            assert!(!format!("{error} {error:?} {options:?}").contains("hidden"), "{text}");
        }
    }
}
