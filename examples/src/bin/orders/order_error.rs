//! Why the service refuses. The variants and their fields reach the caller as they are.

use nats_actors::ServiceError;

use crate::order::OrderId;

/// Code and text go to the `Nats-Service-Error` headers, the variant to the body of the reply; the generated client
/// reads it back as this enum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, ServiceError)]
pub(crate) enum OrderError {
    #[error("there is no order {id}")]
    #[service(code = 404)]
    NotFound { id: OrderId },
    #[error("order {id} was placed before, by another request")]
    #[service(code = 409)]
    Duplicate { id: OrderId },
    #[error("a quantity of {quantity} is not from 1 to {max}")]
    #[service(code = 422)]
    InvalidQuantity { quantity: u32, max: u32 },
    #[error("{left} of {item} left, {quantity} ordered")]
    #[service(code = 409)]
    OutOfStock { item: String, quantity: u32, left: u32 },
    #[error("order {id} is {state} already")]
    #[service(code = 409)]
    TooLate { id: OrderId, state: String },
    /// The caller may try again: `is_retryable()` is true for it.
    #[error("the order stream does not answer")]
    #[service(code = 503, retry_after = "100ms")]
    Unavailable,
}

impl OrderError {
    /// The row of the report that a refusal belongs to.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not found",
            Self::Duplicate { .. } => "duplicate",
            Self::InvalidQuantity { .. } => "invalid quantity",
            Self::OutOfStock { .. } => "out of stock",
            Self::TooLate { .. } => "too late",
            Self::Unavailable => "unavailable",
        }
    }
}
