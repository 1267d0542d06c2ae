//! The JWTs of NATS: claims that a key has signed.

mod claims;
mod issue;
mod token;
mod wire;

pub use self::claims::UserClaims;
pub use self::issue::UserJwt;
pub use self::token::sign_claims;

pub(super) use self::token::Token;
