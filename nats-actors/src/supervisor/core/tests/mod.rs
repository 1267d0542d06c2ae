//! The core against a model of its children that may do anything, at any time.

mod explore;
mod world;
