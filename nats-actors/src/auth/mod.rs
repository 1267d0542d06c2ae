//! Logging in: credentials, where they come from, and the keys behind them.
//!
//! [`ConnectOptions`](crate::ConnectOptions) has a method for each way to log in; [`Credentials`] are any combination of
//! them, and a [`CredentialProvider`] is asked for them at each attempt to connect. Texts that cannot be used, and files
//! when a first connection is to be made now, are errors before anything is dialled; a file that breaks later is an error
//! of the attempt, which is tried again.

#[cfg(feature = "nkeys")]
mod callout;
mod credentials;
#[cfg(feature = "nkeys")]
mod creds;
mod error;
#[cfg(feature = "nkeys")]
mod files;
#[cfg(feature = "nkeys")]
mod jwt;
#[cfg(feature = "nkeys")]
mod key_login;
#[cfg(feature = "nkeys")]
mod keys;
mod login;
#[cfg(feature = "nkeys")]
mod proof;
mod provider;
mod renewal;
mod secret;

pub use self::credentials::Credentials;
pub use self::error::{AuthError, AuthErrorKind};
pub use self::provider::{CredentialProvider, CredentialRequest};
pub use self::secret::Secret;
#[cfg(feature = "nkeys")]
pub use self::{
    callout::CalloutRequest,
    jwt::{UserClaims, UserJwt, sign_claims},
    key_login::format_creds,
    keys::{KeyKind, KeyPair, PublicKey},
};

pub(crate) use self::credentials::wipe;
pub(crate) use self::login::Login;
pub(crate) use self::renewal::renew_in;
