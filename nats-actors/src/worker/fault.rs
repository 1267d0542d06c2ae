//! The error type for handlers that have none of their own.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::handler_error::{Disposition, HandlerError};

/// Any error, with a disposition: `?` on a [`std::error::Error`] makes one that is retried.
///
/// It does not implement [`Error`] itself, which is what allows the conversion from every error.
///
/// ```
/// # use nats_actors::worker::{Disposition, HandlerError, HandlerFault, FaultExt};
/// fn parse(text: &str) -> Result<u32, HandlerFault> {
///     Ok(text.parse().terminal()?)
/// }
///
/// assert_eq!(parse("x").unwrap_err().disposition(), Disposition::Terminal);
/// ```
pub struct HandlerFault {
    cause: Box<dyn Error + Send + Sync>,
    disposition: Disposition,
}

impl HandlerFault {
    /// A fault that is retried, from a text.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { cause: reason.into().into(), disposition: Disposition::Retry }
    }

    /// The same fault, not to be retried: the message becomes a dead letter.
    #[must_use]
    pub fn terminal(mut self) -> Self {
        self.disposition = Disposition::Terminal;
        self
    }

    /// The same fault, to be retried after `delay`.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.disposition = Disposition::RetryAfter(delay);
        self
    }

    /// The same fault, which pauses the consumer.
    #[must_use]
    pub fn fatal(mut self) -> Self {
        self.disposition = Disposition::Fatal;
        self
    }

    /// The error that caused the fault.
    #[must_use]
    pub fn cause(&self) -> &(dyn Error + Send + Sync + 'static) {
        self.cause.as_ref()
    }
}

impl HandlerError for HandlerFault {
    fn disposition(&self) -> Disposition {
        self.disposition
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerFault {
    fn from(cause: E) -> Self {
        Self { cause: Box::new(cause), disposition: Disposition::Retry }
    }
}

impl fmt::Display for HandlerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        let mut source = self.cause.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for HandlerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFault")
            .field("cause", &self.cause)
            .field("disposition", &self.disposition)
            .finish()
    }
}

/// Says at the place of a `?` that an error must not be retried as usual.
pub trait FaultExt<T>: Sized {
    /// An error here makes the message a dead letter.
    ///
    /// # Errors
    ///
    /// The error of `self`, as a terminal fault.
    fn terminal(self) -> Result<T, HandlerFault>;

    /// An error here is retried, but not before `delay`.
    ///
    /// # Errors
    ///
    /// The error of `self`, as a fault with that delay.
    fn retry_after(self, delay: Duration) -> Result<T, HandlerFault>;

    /// An error here pauses the consumer.
    ///
    /// # Errors
    ///
    /// The error of `self`, as a fatal fault.
    fn fatal(self) -> Result<T, HandlerFault>;
}

impl<T, E: Into<HandlerFault>> FaultExt<T> for Result<T, E> {
    fn terminal(self) -> Result<T, HandlerFault> {
        self.map_err(|error| error.into().terminal())
    }

    fn retry_after(self, delay: Duration) -> Result<T, HandlerFault> {
        self.map_err(|error| error.into().retry_after(delay))
    }

    fn fatal(self) -> Result<T, HandlerFault> {
        self.map_err(|error| error.into().fatal())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn fails() -> Result<(), io::Error> {
        Err(io::Error::other("disk full"))
    }

    #[test]
    fn a_question_mark_makes_a_fault_that_is_retried() {
        let run = || -> Result<(), HandlerFault> { Ok(fails()?) };

        let fault = run().unwrap_err();

        assert_eq!(fault.disposition(), Disposition::Retry);
        assert_eq!(fault.to_string(), "disk full");
    }

    #[test]
    fn the_place_of_the_error_decides_its_disposition() {
        let delay = Duration::from_secs(3);

        assert_eq!(fails().terminal().unwrap_err().disposition(), Disposition::Terminal);
        assert_eq!(fails().fatal().unwrap_err().disposition(), Disposition::Fatal);
        assert_eq!(
            fails().retry_after(delay).unwrap_err().disposition(),
            Disposition::RetryAfter(delay)
        );
        assert_eq!(HandlerFault::new("odd").cause().to_string(), "odd");
    }

    #[test]
    fn the_chain_of_causes_is_told() {
        #[derive(Debug)]
        struct Outer(io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cannot save")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }

        let fault = HandlerFault::from(Outer(io::Error::other("disk full")));

        assert_eq!(fault.to_string(), "cannot save: disk full");
    }
}
