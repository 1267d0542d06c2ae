//! What a message has to be before it is sent.

use crate::codec::Encodes;
use crate::connection::{Outbound, Shared};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Payload, SubjectError, check_subject};

/// Subject and reply subject together may be so long without a closer look at the control line, with room for an inbox.
const SHORT: usize = 3700;

/// Whether both subjects are legal and fit, told at a glance.
#[inline]
pub(super) fn is_plain(subject: &str, reply: Option<&str>) -> bool {
    check_subject(subject).is_ok()
        && reply.is_none_or(|reply| check_subject(reply).is_ok())
        && subject.len() + reply.map_or(0, str::len) <= SHORT
}

/// Whether the message may go out nevertheless; else which subject breaks which rule.
#[cold]
pub(super) fn check(shared: &Shared, message: &Outbound<'_>) -> Result<(), Error> {
    for subject in [Some(message.subject), message.reply].into_iter().flatten() {
        let bad = |error| Error::new(ErrorKind::BadSubject).on(subject).because(error);
        match check_subject(subject) {
            Err(SubjectError::EmptyToken) if subject.is_empty() => {
                return Err(bad(SubjectError::EmptyToken));
            }
            // Servers take these, and whitespace was found before them if there is any.
            Err(SubjectError::EmptyToken | SubjectError::Wildcard)
                if !shared.options.messaging.check_subjects && is_one_word(subject) => {}
            Err(error) => return Err(bad(error)),
            Ok(()) => {}
        }
    }
    if message.fits_control_line() {
        return Ok(());
    }
    let detail = "with its reply subject it does not fit into a control line";
    Err(Error::new(ErrorKind::BadSubject).on(message.subject).detail(detail))
}

/// A value as a payload.
pub(super) fn encode<C: Encodes<T>, T: ?Sized>(
    value: &T,
    subject: &str,
) -> Result<Payload<'static>, Error> {
    let mut bytes = Vec::new();
    match C::encode(value, &mut bytes) {
        Ok(()) => Ok(bytes.into()),
        Err(error) => Err(Error::new(ErrorKind::Codec).on(subject).because(error)),
    }
}

/// Whether it stays one argument of a control line.
fn is_one_word(subject: &str) -> bool {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c');
    !subject.bytes().any(blank)
}
