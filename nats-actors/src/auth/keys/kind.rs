//! What a key is the key of.

use std::fmt;

/// What a key is the key of; the first letter of its public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// `O…`: an operator, who vouches for accounts.
    Operator,
    /// `A…`: an account, which vouches for users.
    Account,
    /// `U…`: a user, who logs in.
    User,
    /// `N…`: a server.
    Server,
    /// `C…`: a cluster.
    Cluster,
}

impl KeyKind {
    const ALL: [Self; 5] = [Self::Operator, Self::Account, Self::User, Self::Server, Self::Cluster];

    /// The byte in front of the key; its upper five bits are the letter.
    pub(super) const fn prefix(self) -> u8 {
        let letter = match self {
            Self::Account => 0,
            Self::Cluster => 2,
            Self::Server => 13,
            Self::Operator => 14,
            Self::User => 20,
        };
        letter << 3
    }

    pub(super) fn of_prefix(prefix: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operator => "operator",
            Self::Account => "account",
            Self::User => "user",
            Self::Server => "server",
            Self::Cluster => "cluster",
        })
    }
}
