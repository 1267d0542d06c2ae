//! Each `tests/expand/<name>.rs` expands to its `<name>.expanded.rs`; `UPDATE=1` rewrites those.
