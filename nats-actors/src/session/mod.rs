//! The session layer.
