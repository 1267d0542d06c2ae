//! What is asked of an actor.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A question to an actor that may live in another process, and what comes back.
///
/// It travels as JSON, and so do reply and error. The error's `Display` is the text of `Nats-Service-Error` (ADR-32), so
/// that callers in other languages understand it, too.
///
/// ```
/// use nats_actors::actor::Call;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Add {
///     amount: u32,
/// }
///
/// impl Call for Add {
///     type Reply = u64;
///     type Error = String;
/// }
/// ```
pub trait Call: Serialize + DeserializeOwned + Send + 'static {
    /// What comes back.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
    /// What comes back instead when the actor cannot do it.
    type Error: Serialize + DeserializeOwned + Display + Send + 'static;
}
