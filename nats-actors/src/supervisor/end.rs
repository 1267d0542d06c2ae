//! How a life ended, with its reason.

use std::any::Any;
use std::error::Error;
use std::sync::Arc;

use ractor::{Signal, SupervisionEvent};

use super::core::Exit;
use super::error::{StartError, chain};
use super::report::{DrainReport, EndCause, Ended};

/// The end of one life: the kind that decides, and the text that explains.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) exit: Exit,
    pub(super) error: Option<Arc<str>>,
    /// What a supervisor that was the child says about its own children.
    pub(super) report: Option<DrainReport>,
}

impl End {
    pub(super) fn normal() -> Self {
        Self { exit: Exit::Normal, error: None, report: None }
    }

    pub(super) fn failed(text: impl Into<Arc<str>>) -> Self {
        Self { exit: Exit::Failed, error: Some(text.into()), report: None }
    }

    /// A configuration error is found at any depth of the chain.
    pub(super) fn because(error: &(dyn Error + 'static)) -> Self {
        let mut config = false;
        let mut next = Some(error);
        while let Some(cause) = next {
            config |= cause.downcast_ref::<StartError>().is_some_and(StartError::is_config);
            next = cause.source();
        }
        let exit = if config { Exit::Config } else { Exit::Failed };
        Self { exit, error: Some(chain(error).into()), report: None }
    }

    /// What ractor says about an actor that ended. Only the reason tells a kill from a stop.
    pub(super) fn of_actor(event: SupervisionEvent) -> Self {
        match event {
            SupervisionEvent::ActorTerminated(_, state, reason) => {
                let killed = Signal::Kill.to_string();
                match (state, reason) {
                    (Some(_), reason) if reason.as_ref() != Some(&killed) => Self::normal(),
                    (_, reason) => Self::failed(reason.unwrap_or(killed)),
                }
            }
            SupervisionEvent::ActorFailed(_, error) => Self::because(error.as_ref()),
            _ => Self::failed("ended without a reason"),
        }
    }

    pub(super) fn of_supervisor(ended: Ended) -> Self {
        let exit = match &ended.cause {
            EndCause::Asked => Exit::Normal,
            EndCause::Escalated { .. } | EndCause::Killed => Exit::Failed,
            EndCause::Exit { .. } => Exit::Process,
        };
        let error = (exit != Exit::Normal).then(|| ended.cause.to_string().into());
        Self { exit, error, report: Some(ended.report) }
    }

    pub(super) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Self::failed(format!("panicked: {}", text.unwrap_or("no message")))
    }
}
