//! What may go wrong when a child starts or is added.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use ractor::{ActorProcessingErr, SpawnErr};

/// Why a child did not start, or ended.
///
/// A configuration error parks the child at once: another life would fail in the same way. Returned from an actor's own
/// handler (boxed, as every actor error) it has the same effect.
#[derive(Debug)]
pub struct StartError {
    config: bool,
    source: ActorProcessingErr,
}

impl StartError {
    /// A failure that another life may not have; it takes one restart from the budget.
    pub fn failed(cause: impl Into<ActorProcessingErr>) -> Self {
        let source = cause.into();
        Self { config: false, source }
    }

    /// A failure that every life would have until somebody changes something; it takes nothing from the budget.
    pub fn config(cause: impl Into<ActorProcessingErr>) -> Self {
        let source = cause.into();
        Self { config: true, source }
    }

    /// Whether restarting cannot help.
    #[must_use]
    pub fn is_config(&self) -> bool {
        self.config
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.config {
            "the configuration does not work"
        } else {
            "the child failed"
        })
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

impl From<SpawnErr> for StartError {
    /// Keeps a configuration error that an actor's `pre_start` returned.
    fn from(error: SpawnErr) -> Self {
        match error {
            SpawnErr::StartupFailed(cause) => match cause.downcast::<Self>() {
                Ok(own) => *own,
                Err(cause) => Self::failed(cause),
            },
            other @ (SpawnErr::ActorAlreadyStarted | SpawnErr::ActorAlreadyRegistered(_)) => {
                Self::failed(other)
            }
        }
    }
}

/// Why a child was not taken by a supervisor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddError {
    /// A child of that name is in the table.
    DuplicateName(Arc<str>),
    /// The supervisor is draining or over.
    Closed,
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName(name) => write!(f, "a child named `{name}` is already supervised"),
            Self::Closed => f.write_str("the supervisor is closed"),
        }
    }
}

impl Error for AddError {}

/// An error and its causes in one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
