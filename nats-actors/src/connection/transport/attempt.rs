//! One attempt to connect: for whom it is made and how far it came.

use std::borrow::Cow;
use std::error::Error as StdError;

use crate::error::{ConnectStage, Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};

/// The context of one attempt; its errors name the server and the stage.
#[derive(Debug)]
pub(in crate::connection) struct Attempt<'a> {
    pub(in crate::connection) options: &'a ConnectOptions,
    pub(in crate::connection) server: &'a ServerAddr,
    /// Outlives the attempt, to tell where it stood when the time was over.
    pub(in crate::connection) stage: &'a mut ConnectStage,
}

impl Attempt<'_> {
    pub(super) const fn enter(&mut self, stage: ConnectStage) {
        *self.stage = stage;
    }

    /// The attempt failed at the present stage for this reason.
    pub(super) fn failed(&self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.error(ErrorKind::Connect(*self.stage)).because(cause)
    }

    /// The attempt failed at the present stage, and nothing below it says why.
    pub(super) fn refused(&self, detail: impl Into<Cow<'static, str>>) -> Error {
        self.error(ErrorKind::Connect(*self.stage)).detail(detail)
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind).on(self.server.to_string())
    }
}
