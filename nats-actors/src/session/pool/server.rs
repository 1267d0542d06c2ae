//! One server of a pool.

use crate::protocol::ServerError;

/// What a pool knows about one of its servers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolServer<A> {
    /// Where it listens.
    pub address: A,
    /// Whether another server told about it; `false` for one that the user gave.
    pub discovered: bool,
    /// Attempts that failed since the last one that worked.
    pub failures: u32,
    /// Why the last attempt failed, for a person to read; `None` when it worked, or there was none.
    pub last_error: Option<String>,
    /// Whether it had its turn in this pass over the pool.
    pub(super) tried: bool,
    /// How it refused the last login, if it did.
    pub(super) refusal: Option<ServerError>,
}

impl<A> PoolServer<A> {
    pub(super) const fn new(address: A, discovered: bool) -> Self {
        Self { address, discovered, failures: 0, last_error: None, tried: false, refusal: None }
    }

    /// An attempt worked: what failed before is forgotten.
    pub(super) fn worked(&mut self) {
        self.failures = 0;
        self.last_error = None;
        self.refusal = None;
    }
}
