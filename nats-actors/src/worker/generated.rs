//! What only generated code calls.

use super::consumer::ConsumerMeta;
use super::order::{KeyOrder, OrderedBy};
use super::route;
use super::settled::{IntoSettled, Settled};

/// What a handler's return value says.
pub fn settled<R: IntoSettled>(returned: R) -> Settled {
    returned.into_settled()
}

/// Fails the build with `message` if a consumer is ordered by a placeholder that is not among `params`.
///
/// # Panics
///
/// Then, in the compiler: it is called in constants only.
#[track_caller]
pub const fn keyed<C: ConsumerMeta>(params: &[&str], message: &str) {
    if let Some(KeyOrder { by: OrderedBy::Param(name), .. }) = C::BASE.ordered {
        assert!(route::is_among(name, params), "{}", message);
    }
}
