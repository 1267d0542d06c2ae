//! The ways to log in.

use super::secret::Secret;
use crate::protocol::ConnectInfo;

/// How to log in: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// No login.
    #[default]
    None,
    /// A token that the server's configuration names.
    Token(Secret),
    /// A user with a password.
    User {
        /// The user's name.
        name: String,
        /// The user's password.
        password: Secret,
    },
}

impl Credentials {
    /// Whether there is no login.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(crate) fn fill(&self, connect: &mut ConnectInfo) {
        match self {
            Self::None => {}
            Self::Token(token) => connect.auth_token = Some(token.expose().to_owned()),
            Self::User { name, password } => {
                connect.user = Some(name.clone());
                connect.pass = Some(password.expose().to_owned());
            }
        }
    }
}
