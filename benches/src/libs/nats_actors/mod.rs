//! This project's client with its default options.

mod measure;

pub(crate) use measure::measure;
