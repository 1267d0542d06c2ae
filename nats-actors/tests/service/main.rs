//! Services in process: subjects, extractors, codec, errors and the generated client.
#![cfg(feature = "macros")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod calls;
mod mounts;
mod orders;
