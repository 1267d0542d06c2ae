//! What an error of a handler means for the message.

use std::fmt::Display;
use std::time::Duration;

/// An error that knows what should happen to the message whose handler failed with it.
///
/// `#[derive(HandlerError)]` on an enum reads `#[retry]`, `#[retry(after = …)]`, `#[terminal]` and `#[fatal]` on the
/// variants. By hand:
///
/// ```
/// # use std::fmt;
/// # use nats_actors::worker::{Disposition, HandlerError};
/// struct Refused;
///
/// impl fmt::Display for Refused {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("the bank refused the card")
///     }
/// }
///
/// impl HandlerError for Refused {
///     fn disposition(&self) -> Disposition {
///         Disposition::Terminal
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what should happen to a message whose handler failed with it",
    label = "not a handler error",
    note = "derive `HandlerError` (`#[retry]`, `#[retry(after = ..)]`, `#[terminal]` or `#[fatal]` on each variant), or return `nats_actors::HandlerFault`, which any `std::error::Error` converts into with `?`"
)]
pub trait HandlerError: Display {
    /// What should happen to the message.
    fn disposition(&self) -> Disposition;
}

/// What should happen to a message whose handler failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disposition {
    /// Another attempt may help; it follows after the delay of the retry policy.
    Retry,
    /// Another attempt may help, but not before this delay.
    RetryAfter(Duration),
    /// No attempt will help; the message becomes a dead letter now.
    Terminal,
    /// No message can be handled; the consumer pauses and reports, and the message comes back later.
    Fatal,
}
