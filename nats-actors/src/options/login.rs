//! How to log in.

use super::connect_options::ConnectOptions;
use super::server_addr::ServerAddr;
use crate::auth::{CredentialProvider, Credentials, Login, Secret};

/// # Logging in
///
/// The last of these counts; [`credentials`](Self::credentials) sends several things at once. A login in a server's
/// address counts first, for that server and those that it tells about. The default is no login.
///
/// What cannot be used is an error of [`connect`](Self::connect) before anything is dialled:
/// [`BadOptions`](crate::ErrorKind::BadOptions), whose source is an [`AuthError`](crate::auth::AuthError). What the server
/// refuses is [`Unauthorized`](crate::ErrorKind::Unauthorized).
impl ConnectOptions {
    /// Logs in with a token. Default: no login.
    pub fn token(self, token: impl Into<Secret>) -> Self {
        self.credentials(Credentials::new().token(token))
    }

    /// Logs in with a user and a password. Default: no login.
    pub fn user_and_password(self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.credentials(Credentials::new().user_and_password(user, password))
    }

    /// Logs in with any combination of user, password, token, JWT and key. Default: no login.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.login(Login::fixed(Ok(credentials)))
    }

    /// Asks for the credentials at each attempt to connect, and again before they expire; see [`CredentialProvider`].
    /// Default: no login.
    pub fn credential_provider(self, provider: impl CredentialProvider) -> Self {
        self.login(Login::provider(provider))
    }

    /// Whether a login that this server has refused twice in a row will be refused for ever.
    pub(crate) fn stops_at_refusals_of(&self, server: &ServerAddr) -> bool {
        let may_change = server.credentials().is_none() && self.login.is_renewable();
        !may_change && self.reconnect.stops_at_refusals()
    }

    pub(super) fn login(mut self, login: Login) -> Self {
        self.login = login;
        self
    }
}
