//! Who one claims to be.

mod credentials;
mod secret;

pub use self::credentials::Credentials;
pub use self::secret::Secret;
