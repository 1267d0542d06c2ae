//! The return value of a handler, whatever its type, as one value that the runtime understands.

use super::handler_error::{Disposition, HandlerError};
use super::outcome::{Outcome, Reason};

/// What the handler's return value says about its message.
///
/// Made from what a handler may return, through [`IntoSettled`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it decides the fate of the message; return it to the runtime"]
pub struct Settled {
    pub(crate) said: Said,
}

/// The three ways in which a message leaves its handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The handler ended and chose.
    Outcome(Outcome),
    /// The handler failed, panicked or ran out of time.
    Failed { disposition: Disposition, reason: Reason },
    /// The message could not even be given to a handler.
    Rejected(Reason),
}

impl Settled {
    /// The handler failed with `error`.
    pub fn failed<E: HandlerError + ?Sized>(error: &E) -> Self {
        Self::failure(error.disposition(), error.to_string())
    }

    /// The handler failed: what to do, and why.
    pub fn failure(disposition: Disposition, reason: impl Into<Reason>) -> Self {
        Self { said: Said::Failed { disposition, reason: reason.into() } }
    }

    /// The message cannot be given to a handler, now or later: it does not decode, or has no route.
    pub fn rejected(reason: impl Into<Reason>) -> Self {
        Self { said: Said::Rejected(reason.into()) }
    }
}

impl From<Outcome> for Settled {
    fn from(outcome: Outcome) -> Self {
        Self { said: Said::Outcome(outcome) }
    }
}

/// What a handler of a consumer may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an outcome of a consumer handler",
    label = "not an outcome",
    note = "return `()`, `Outcome`, `Result<(), E>` or `Result<Outcome, E>` with `E: HandlerError`"
)]
pub trait IntoSettled {
    /// What the value says about the message.
    fn into_settled(self) -> Settled;
}

impl IntoSettled for () {
    fn into_settled(self) -> Settled {
        Outcome::Ack.into()
    }
}

impl IntoSettled for Outcome {
    fn into_settled(self) -> Settled {
        self.into()
    }
}

impl IntoSettled for Settled {
    fn into_settled(self) -> Settled {
        self
    }
}

impl<E: HandlerError> IntoSettled for Result<(), E> {
    fn into_settled(self) -> Settled {
        self.map_or_else(|error| Settled::failed(&error), IntoSettled::into_settled)
    }
}

impl<E: HandlerError> IntoSettled for Result<Outcome, E> {
    fn into_settled(self) -> Settled {
        self.map_or_else(|error| Settled::failed(&error), Settled::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::HandlerFault;

    #[test]
    fn every_return_type_says_something() {
        let ack = Settled::from(Outcome::Ack);
        let fault = || HandlerFault::new("no").terminal();
        let failed = Settled::failure(Disposition::Terminal, "no");

        assert_eq!(().into_settled(), ack);
        assert_eq!(Outcome::Retry.into_settled(), Settled::from(Outcome::Retry));
        assert_eq!(Ok::<(), HandlerFault>(()).into_settled(), ack);
        assert_eq!(Err::<(), _>(fault()).into_settled(), failed);
        assert_eq!(Err::<Outcome, _>(fault()).into_settled(), failed);
        assert_eq!(
            Ok::<_, HandlerFault>(Outcome::DoubleAck).into_settled(),
            Settled::from(Outcome::DoubleAck)
        );
    }
}
