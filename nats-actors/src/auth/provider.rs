//! Credentials that somebody is asked for at each attempt to connect.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::credentials::Credentials;
use super::error::{AuthError, AuthErrorKind};
use crate::protocol::ServerInfo;

/// Knows, at each attempt to connect, how to log in: a vault, a token service, a key in hardware.
///
/// It is asked anew for every attempt, also before the credentials [expire](Credentials::expires_at), when the client
/// connects again ahead of time. It runs in the task of the attempt and within the
/// [`connect_timeout`](crate::ConnectOptions::connect_timeout): what it returns too late is dropped with the attempt. An
/// error or a panic fails that attempt, which is tried again as any other. Its errors enter
/// [`Event::ConnectFailed`](crate::Event::ConnectFailed): they must not hold secrets.
///
/// A function will do:
///
/// ```no_run
/// use std::sync::Arc;
/// use nats_actors::ConnectOptions;
/// use nats_actors::auth::{CredentialRequest, Credentials};
///
/// struct Vault;
///
/// impl Vault {
///     async fn token_for(&self, server: &str) -> std::io::Result<String> {
///         Ok(server.to_owned())
///     }
/// }
///
/// # async fn example() -> Result<(), nats_actors::Error> {
/// let vault = Arc::new(Vault);
/// let client = ConnectOptions::new()
///     .credential_provider(move |request: CredentialRequest| {
///         let vault = Arc::clone(&vault);
///         async move { vault.token_for(request.server()).await.map(|token| Credentials::new().token(token)) }
///     })
///     .connect("nats://localhost:4222")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait CredentialProvider: Send + Sync + 'static {
    /// Why there are no credentials.
    type Error: Into<Box<dyn StdError + Send + Sync>>;

    /// The credentials for this attempt.
    ///
    /// # Errors
    ///
    /// What it returns is the cause of an error at [`ConnectStage::Credentials`](crate::ConnectStage::Credentials): the
    /// attempt fails, and the next one asks again.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at the connect timeout, and when the client is closed meanwhile.
    fn credentials(
        &self,
        request: CredentialRequest,
    ) -> impl Future<Output = Result<Credentials, Self::Error>> + Send;
}

impl<F, Answer, E> CredentialProvider for F
where
    F: Fn(CredentialRequest) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<Credentials, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Error = E;

    fn credentials(
        &self,
        request: CredentialRequest,
    ) -> impl Future<Output = Result<Credentials, E>> + Send {
        self(request)
    }
}

/// Who asks for credentials.
#[derive(Clone, Debug)]
pub struct CredentialRequest {
    server: String,
    info: Arc<ServerInfo>,
}

impl CredentialRequest {
    pub(crate) const fn new(server: String, info: Arc<ServerInfo>) -> Self {
        Self { server, info }
    }

    /// `host:port` of the server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// What the server told about itself.
    #[must_use]
    pub fn info(&self) -> &ServerInfo {
        &self.info
    }

    /// What is to be signed; empty if the server does not take signatures.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        self.info.nonce.as_bytes()
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Credentials, AuthError>> + Send + 'a>>;

/// A provider whose type is forgotten.
pub(super) trait AnyProvider: Send + Sync {
    fn ask(&self, request: CredentialRequest) -> Asked<'_>;
}

impl<P: CredentialProvider> AnyProvider for P {
    fn ask(&self, request: CredentialRequest) -> Asked<'_> {
        Box::pin(async move {
            let asked = AssertUnwindSafe(async move { self.credentials(request).await });
            match asked.catch_unwind().await {
                Ok(Ok(credentials)) => Ok(credentials),
                Ok(Err(error)) => Err(AuthError::new(AuthErrorKind::Provider).because(error)),
                Err(_) => Err(AuthError::new(AuthErrorKind::ProviderPanicked)),
            }
        })
    }
}
