//! The one integration binary: a module per topic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail a test by panicking"
)]

mod app;
mod auth;
mod core;
mod fixture;
mod jetstream;
mod lifecycle;
mod messaging;
mod observe;
mod reliability;
mod service;
mod transport;
mod worker;
