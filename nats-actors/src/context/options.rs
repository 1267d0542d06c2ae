//! A context as the options of a connection.

use super::expand;
use super::settings::{Context, Settings, set};
use crate::auth::{Credentials, Secret};
use crate::error::{Error, ErrorKind};
use crate::options::{ConnectOptions, IntoServers, ServerAddr};

/// Where a context without a server connects to.
const DEFAULT_SERVER: &str = "nats://localhost:4222";

impl Context {
    /// The servers that it names; `nats://localhost:4222` if it names none.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) for an address that cannot be read.
    pub fn servers(&self) -> Result<Vec<ServerAddr>, Error> {
        set(self.settings.url.expose()).unwrap_or(DEFAULT_SERVER).into_servers()
    }

    /// The options that it stands for, to which others can be added; a later setter counts.
    ///
    /// ```
    /// use nats_actors::context::Context;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let context: Context = serde_json::from_str(r#"{"url": "nats://localhost:4222", "token": "t0ken"}"#)?;
    /// let connect = context.options()?.name("orders").connect(context.servers()?);
    /// # drop(connect);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Of several logins the first of user, `.creds` file, nkey, JWT with seed and token counts, as for the CLI. Paths
    /// may begin with `~` and hold `$NAME` or `${NAME}`.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) for a path whose variables are not set, a setting that needs a feature of
    /// this crate that is off, an `nsc` reference that was not [resolved](Self::resolve), or the certificate store of
    /// Windows, which is not supported.
    pub fn options(&self) -> Result<ConnectOptions, Error> {
        let settings = &self.settings;
        if set(&settings.windows_cert_store).is_some() {
            return Err(bad("windows_cert_store", "the store of Windows is not supported"));
        }
        if self.is_unresolved() {
            return Err(bad("nsc", "the reference is not resolved"));
        }
        let mut options = login(ConnectOptions::new(), settings)?;
        if let Some(prefix) = set(&settings.inbox_prefix) {
            options = options.inbox_prefix(prefix);
        }
        proxied(secured(options, settings)?, settings)
    }
}

fn login(options: ConnectOptions, settings: &Settings) -> Result<ConnectOptions, Error> {
    let secret = |secret: &Secret| set(secret.expose()).map(|_| secret.clone());
    if let Some(user) = set(&settings.user) {
        return Ok(options.user_and_password(user, settings.password.clone()));
    }
    if let Some(creds) = set(&settings.creds) {
        return Ok(options.credentials_file(expand::path(creds)?));
    }
    if let Some(seed) = set(&settings.nkey) {
        return Ok(options.nkey_seed_file(expand::path(seed)?));
    }
    Ok(match (secret(&settings.user_jwt), secret(&settings.user_seed)) {
        (Some(jwt), Some(seed)) => options.jwt_and_seed(jwt, seed),
        (Some(jwt), None) => options.credentials(Credentials::new().jwt(jwt)),
        (None, Some(seed)) => options.nkey_seed(seed),
        (None, None) => match secret(&settings.token) {
            Some(token) => options.token(token),
            None => options,
        },
    })
}

#[cfg(feature = "tls")]
fn secured(mut options: ConnectOptions, settings: &Settings) -> Result<ConnectOptions, Error> {
    if let Some(authority) = set(&settings.ca) {
        options = options.tls_authorities(expand::path(authority)?);
    }
    match (set(&settings.cert), set(&settings.key)) {
        (Some(chain), Some(key)) => {
            options = options.tls_client_certificate(expand::path(chain)?, expand::path(key)?);
        }
        (None, None) => {}
        _ => return Err(bad("cert", "a certificate and its key come together")),
    }
    Ok(if settings.tls_first { options.tls_first() } else { options })
}

#[cfg(not(feature = "tls"))]
fn secured(options: ConnectOptions, settings: &Settings) -> Result<ConnectOptions, Error> {
    let texts = [&settings.ca, &settings.cert, &settings.key];
    if settings.tls_first || texts.into_iter().any(|text| set(text).is_some()) {
        return Err(bad("tls", "it needs the feature `tls`"));
    }
    Ok(options)
}

#[cfg(feature = "proxy")]
#[expect(clippy::unnecessary_wraps, reason = "the twin without the feature fails")]
fn proxied(options: ConnectOptions, settings: &Settings) -> Result<ConnectOptions, Error> {
    let Some(address) = set(settings.socks_proxy.expose()) else { return Ok(options) };
    Ok(match address.contains("://") {
        true => options.proxy(address),
        false => options.proxy(format!("socks5://{address}")),
    })
}

#[cfg(not(feature = "proxy"))]
fn proxied(options: ConnectOptions, settings: &Settings) -> Result<ConnectOptions, Error> {
    match set(settings.socks_proxy.expose()) {
        Some(_) => Err(bad("socks_proxy", "it needs the feature `proxy`")),
        None => Ok(options),
    }
}

/// An error about a setting.
fn bad(setting: &str, rule: &'static str) -> Error {
    Error::new(ErrorKind::BadOptions).on(setting).detail(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(text: &str) -> Context {
        serde_json::from_str(text).unwrap()
    }

    fn login_of(text: &str) -> String {
        format!("{:?}", context(text).options().unwrap().login)
    }

    // spec: A21-03
    #[test]
    fn the_server_has_a_default_and_may_be_a_list() {
        let shown = |text: &str| {
            let servers = context(text).servers().unwrap();
            servers.iter().map(ToString::to_string).collect::<Vec<_>>()
        };

        assert_eq!(shown("{}"), ["localhost:4222"]);
        assert_eq!(shown(r#"{"url":""}"#), ["localhost:4222"]);
        assert_eq!(shown(r#"{"url":"nats://a, b:1"}"#), ["a:4222", "b:1"]);
    }

    // spec: A21-03
    #[test]
    fn each_login_is_taken_the_way_the_cli_takes_it() {
        let all = r#"{"token":"t","user":"u","password":"p","creds":"/c","nkey":"/n"}"#;
        assert!(login_of(all).contains("user: Some"), "{}", login_of(all));
        assert!(login_of(r#"{"token":"t","creds":"/c","nkey":"/n"}"#).contains("/c"));
        assert!(login_of(r#"{"token":"t","nkey":"/n"}"#).contains("Seed(\"/n\")"));
        assert!(login_of(r#"{"token":"t","user":""}"#).contains("token: Some"));
        assert!(login_of(r#"{"user_jwt":"j"}"#).contains("jwt: Some"));
        let both = login_of(r#"{"user_jwt":"j","user_seed":"s"}"#);
        assert!(both.contains("NoJwt"), "{both}");
        assert_eq!(login_of("{}"), login_of(r#"{"color_scheme":"red"}"#));
    }

    // spec: A21-05
    #[test]
    fn the_other_settings_are_applied() {
        let options = context(r#"{"inbox_prefix":"_I.x"}"#).options().unwrap();
        assert_eq!(options.inbox_prefix, "_I.x");

        for bad in [r#"{"windows_cert_store":"user"}"#, r#"{"creds":"$NO_SUCH_NAME/x"}"#] {
            assert_eq!(context(bad).options().unwrap_err().kind(), ErrorKind::BadOptions, "{bad}");
        }
    }

    // spec: A21-05, SEC-32
    #[cfg(feature = "tls")]
    #[test]
    fn tls_is_applied() {
        let shown = format!("{:?}", context(r#"{"ca":"/ca","tls_first":true}"#).options().unwrap());
        assert!(shown.contains("/ca") && shown.contains("first: true"), "{shown}");

        let half = context(r#"{"cert":"/c"}"#).options().unwrap_err();
        assert!(half.to_string().contains("come together"), "{half}");
    }
}
