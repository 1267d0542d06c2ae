//! The orders app.
fn main() {}
