//! Randomness that nobody can foresee.

use std::hash::{BuildHasher as _, RandomState};

/// 64 bits from the system's source of randomness: what they name cannot be guessed by other clients.
///
/// Where that source fails, they are a hash under the keys that the standard library drew from it before.
pub(super) fn entropy() -> u64 {
    getrandom::u64().unwrap_or_else(|_| RandomState::new().hash_one(()))
}
