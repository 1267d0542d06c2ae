//! The supervisor layer.
