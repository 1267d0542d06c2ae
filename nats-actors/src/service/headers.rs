//! Headers of replies, and what their texts may be.

pub use crate::protocol::header_name::{SERVICE_ERROR as ERROR, SERVICE_ERROR_CODE as ERROR_CODE};

/// Milliseconds after which the caller may try again; ours.
pub const RETRY_AFTER_MS: &str = "Retry-After-Ms";

pub(super) use crate::protocol::one_line as sanitised;
