//! How to log in with keys.

use std::error::Error as StdError;
use std::path::PathBuf;

use super::connect_options::ConnectOptions;
use crate::auth::{Login, Secret};

/// # Logging in with keys
///
/// Files are read again at each attempt to connect, so that what was renewed is used; a client whose JWT expires
/// connects anew before that. With [`InitialConnect::FailFast`](crate::InitialConnect::FailFast) a file that cannot be
/// used is an error before anything is dialled; otherwise it may come later, and is an error of the attempt.
///
/// Functions that sign get the server's nonce and return the 64 bytes of its Ed25519 signature. They run under the rules
/// of a [`CredentialProvider`](crate::auth::CredentialProvider): anew for each attempt, within the connect timeout (their
/// future is dropped then), and with a panic caught. Their error is the cause of that attempt's failure, at
/// [`ConnectStage::Credentials`](crate::ConnectStage::Credentials).
///
/// The last of these methods and those of the other logins counts.
impl ConnectOptions {
    /// Logs in with a `.creds` file: a user's JWT and seed, as `nsc` writes it. Default: no login.
    pub fn credentials_file(self, path: impl Into<PathBuf>) -> Self {
        self.login(Login::creds_file(path.into()))
    }

    /// Logs in with the text of a `.creds` file. Default: no login.
    pub fn credentials_text(self, text: impl Into<Secret>) -> Self {
        self.login(Login::creds(&text.into()))
    }

    /// Logs in with a user's JWT and seed. Default: no login.
    pub fn jwt_and_seed(self, jwt: impl Into<Secret>, seed: impl Into<Secret>) -> Self {
        self.login(Login::jwt_and_seed(&jwt.into(), &seed.into()))
    }

    /// Logs in with a file that holds a user's JWT, and another one that holds the seed. Default: no login.
    pub fn jwt_and_seed_files(self, jwt: impl Into<PathBuf>, seed: impl Into<PathBuf>) -> Self {
        self.login(Login::jwt_and_seed_files(jwt.into(), seed.into()))
    }

    /// Logs in with a user's JWT, for which a function signs; it is [`nkey`](Self::nkey) with a JWT in place of the key.
    /// Default: no login.
    pub fn jwt<F, Answer, S, E>(self, jwt: impl Into<Secret>, sign: F) -> Self
    where
        F: Fn(Vec<u8>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Vec<u8>> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        self.login(Login::jwt(jwt.into(), sign))
    }

    /// Logs in with the seed (`SU…`) of a user that the server knows by its public key. Default: no login.
    pub fn nkey_seed(self, seed: impl Into<Secret>) -> Self {
        self.login(Login::seed(&seed.into()))
    }

    /// Logs in with a file that holds the seed (`SU…`) of such a user. Default: no login.
    pub fn nkey_seed_file(self, path: impl Into<PathBuf>) -> Self {
        self.login(Login::seed_file(path.into()))
    }

    /// Logs in with the public key (`U…`) of a user, for which a function signs. Default: no login.
    ///
    /// ```no_run
    /// use nats_actors::ConnectOptions;
    ///
    /// # async fn sign_in_hardware(nonce: Vec<u8>) -> std::io::Result<Vec<u8>> { Ok(nonce) }
    /// # async fn example() -> Result<(), nats_actors::Error> {
    /// let client = ConnectOptions::new()
    ///     .nkey("UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4", sign_in_hardware)
    ///     .connect("nats://localhost:4222")
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn nkey<F, Answer, S, E>(self, public_key: &str, sign: F) -> Self
    where
        F: Fn(Vec<u8>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Vec<u8>> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        self.login(Login::nkey(public_key, sign))
    }
}
