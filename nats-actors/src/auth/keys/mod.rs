//! NKeys: Ed25519 keys whose text tells what they are the keys of.

mod codec;
mod kind;
mod pair;
mod public;

pub use self::kind::KeyKind;
pub use self::pair::KeyPair;
pub use self::public::PublicKey;
