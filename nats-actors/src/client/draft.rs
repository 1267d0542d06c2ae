//! A message that is being put together, whichever operation sends it.

use std::borrow::Cow;

use super::check::encode;
use crate::codec::Encodes;
use crate::connection::Outbound;
use crate::error::{Error, ErrorKind, Unsent};
use crate::protocol::{Headers, Payload};

/// What goes out, and what is wrong with it, if something is.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) subject: Cow<'a, str>,
    pub(super) reply: Option<Cow<'a, str>>,
    pub(super) headers: Option<Headers>,
    pub(super) payload: Payload<'a>,
    /// The first thing that could not be put in; told when it is sent.
    fault: Option<Error>,
}

impl<'a> Draft<'a> {
    #[inline]
    pub(super) const fn new(subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        Self { subject, reply: None, headers: None, payload, fault: None }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        let headers = self.headers.get_or_insert_with(Headers::new);
        if let Err(error) = headers.append(name, value) {
            let fault = Error::new(ErrorKind::BadHeader).on(&*self.subject).because(error);
            self.fail(fault);
        }
    }

    pub(super) fn headers(&mut self, headers: Headers) {
        self.headers = Some(headers);
    }

    pub(super) fn encoded<C: Encodes<T>, T: ?Sized>(&mut self, value: &T) {
        match encode::<C, T>(value, &self.subject) {
            Ok(payload) => self.payload = payload,
            Err(fault) => self.fail(fault),
        }
    }

    pub(super) fn reply_to(&mut self, subject: Cow<'a, str>) {
        self.reply = Some(subject);
    }

    /// It cannot be sent; the first fault counts.
    pub(super) fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }

    #[inline]
    pub(super) const fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    pub(super) const fn take_fault(&mut self) -> Option<Error> {
        self.fault.take()
    }

    #[inline]
    pub(super) fn outbound(&self) -> Outbound<'_> {
        Outbound {
            subject: &self.subject,
            reply: self.reply.as_deref(),
            headers: self.headers.as_ref(),
            payload: &self.payload,
        }
    }

    /// The same once more.
    pub(super) fn again(&mut self) -> Self {
        Self {
            subject: self.subject.clone(),
            reply: self.reply.clone(),
            headers: self.headers.clone(),
            payload: self.payload.clone(),
            fault: self.take_fault(),
        }
    }

    /// Takes the message out, to be given back.
    pub(super) fn take(&mut self) -> Unsent {
        let payload = std::mem::replace(&mut self.payload, Payload::Borrowed(&[]));
        Unsent {
            subject: self.subject.to_string(),
            reply: self.reply.take().map(Cow::into_owned),
            headers: self.headers.take(),
            payload: payload.into_bytes(),
        }
    }
}

impl From<Unsent> for Draft<'_> {
    fn from(Unsent { subject, reply, headers, payload }: Unsent) -> Self {
        let mut draft = Self::new(subject.into(), payload.into());
        draft.reply = reply.map(Cow::Owned);
        draft.headers = headers;
        draft
    }
}

/// The setters of every operation that sends a message, for the `impl` of a type that holds its [`Draft`] there.
macro_rules! message_setters {
    ($($place:ident).+) => {
        /// Adds a header; a name may be added several times. Default: no headers.
        ///
        /// Awaiting it is the error [`BadHeader`](ErrorKind::BadHeader) if the name or the value is not legal.
        pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
            self.$($place).+.header(name, value.as_ref());
            self
        }

        /// Takes these headers instead of what was added before. Default: no headers.
        pub fn headers(mut self, headers: Headers) -> Self {
            self.$($place).+.headers(headers);
            self
        }

        /// Takes `value` as JSON for the payload; see [`Json`]. Default: the payload that it was begun with.
        ///
        /// Awaiting it is the error [`Codec`](ErrorKind::Codec) if the value has no form in JSON.
        pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
            self.encoded::<Json, T>(value)
        }

        /// Takes `value`, written by the codec `C`, for the payload. Default: the payload that it was begun with.
        ///
        /// Awaiting it is the error [`Codec`](ErrorKind::Codec) if the value has no form in this codec.
        pub fn encoded<C: Encodes<T>, T: ?Sized>(mut self, value: &T) -> Self {
            self.$($place).+.encoded::<C, T>(value);
            self
        }
    };
}

pub(super) use message_setters;
