//! What the fuzz targets check. Run one with `cargo +nightly fuzz run server_ops`.

pub mod checks;
pub mod text_checks;
