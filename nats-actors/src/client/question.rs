//! What every kind of request sends.

use std::borrow::Cow;

use super::check::{check, encode, is_plain};
use super::handle::Client;
use super::propagation::add_trace;
use crate::codec::Encodes;
use crate::connection::{Asked, Inbox, Outbound, Refusal, RequestRefusal, Shared, Waiter};
use crate::error::{Error, ErrorKind};
use crate::propagation::Sending;
use crate::protocol::{Headers, Payload};

/// A message that expects replies.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) client: &'a Client,
    pub(super) subject: Cow<'a, str>,
    reply: Option<Cow<'a, str>>,
    own_inbox: bool,
    headers: Option<Headers>,
    payload: Payload<'a>,
    fault: Option<Error>,
    /// Its span, if its client propagates traces.
    sending: Option<Box<Sending>>,
}

impl<'a> Question<'a> {
    pub(super) fn new(client: &'a Client, subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        let own_inbox = client.connection().shared().options.messaging.inbox_per_request;
        let (reply, headers, fault, sending) = (None, None, None, None);
        Self { client, subject, reply, own_inbox, headers, payload, fault, sending }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        let headers = self.headers.get_or_insert_with(Headers::new);
        if let Err(error) = headers.append(name, value) {
            let fault = || Error::new(ErrorKind::BadHeader).on(&*self.subject).because(error);
            self.fault.get_or_insert_with(fault);
        }
    }

    pub(super) fn headers(&mut self, headers: Headers) {
        self.headers = Some(headers);
    }

    pub(super) fn encoded<C: Encodes<T>, T: ?Sized>(&mut self, value: &T) {
        match encode::<C, T>(value, &self.subject) {
            Ok(payload) => self.payload = payload,
            Err(error) => drop(self.fault.get_or_insert(error)),
        }
    }

    pub(super) fn inbox_per_request(&mut self) {
        self.own_inbox = true;
    }

    pub(super) fn reply_to(&mut self, subject: Cow<'a, str>) {
        self.reply = Some(subject);
    }

    /// The same question, to be sent again.
    pub(super) fn again(&mut self) -> Self {
        Self {
            client: self.client,
            subject: self.subject.clone(),
            reply: self.reply.clone(),
            own_inbox: self.own_inbox,
            headers: self.headers.clone(),
            payload: self.payload.clone(),
            fault: self.fault.take(),
            sending: None,
        }
    }

    pub(super) fn shared(&self) -> &'a Shared {
        self.client.connection().shared()
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        if let Some(sending) = &self.sending {
            sending.failed(&kind);
        }
        Error::new(kind).on(&*self.subject)
    }

    #[inline]
    fn add_trace(&mut self) {
        let shared = self.shared();
        if let Some(propagator) = &shared.options.propagator
            && self.sending.is_none()
        {
            let payload = self.payload.as_slice();
            let sending = add_trace(shared, propagator, &self.subject, payload, &mut self.headers);
            self.sending = sending.map(Box::new);
        }
    }

    /// Sends it; `None` when the outbox has no room now.
    ///
    /// `waiter` gets the replies: at most `max` of them, if they come in at an inbox of its own.
    pub(super) fn send(
        &mut self,
        max: Option<u64>,
        waiter: Waiter,
    ) -> Result<Option<Asked>, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        self.add_trace();
        let outbound = Outbound {
            subject: &self.subject,
            reply: self.reply.as_deref(),
            headers: self.headers.as_ref(),
            payload: &self.payload,
        };
        let shared = self.shared();
        if !is_plain(outbound.subject, outbound.reply) {
            let inbox = shared.longest_inbox();
            let reply = outbound.reply.unwrap_or(&inbox);
            check(shared, &Outbound { reply: Some(reply), ..outbound })?;
        }
        let inbox = match &self.reply {
            Some(subject) => Inbox::At(subject),
            None if self.own_inbox => Inbox::Own,
            None => Inbox::Shared,
        };
        match shared.ask(&outbound, inbox, max, waiter) {
            Ok(asked) => Ok(Some(asked)),
            Err(RequestRefusal::Outbox(Refusal::Full | Refusal::Ahead)) => Ok(None),
            Err(RequestRefusal::Outbox(Refusal::NoRoom)) => Err(self.error(ErrorKind::OutboxFull)),
            Err(RequestRefusal::Outbox(Refusal::Disconnected)) => {
                Err(self.error(ErrorKind::Disconnected))
            }
            Err(RequestRefusal::Outbox(Refusal::Draining)) => Err(self.error(ErrorKind::Draining)),
            Err(RequestRefusal::Outbox(Refusal::Closed)) => Err(self.error(ErrorKind::Closed)),
            Err(RequestRefusal::Outbox(Refusal::TooLarge(max))) => Err(self
                .error(ErrorKind::PayloadTooLarge)
                .detail(format!("the server takes at most {max} bytes of headers and payload"))),
            Err(RequestRefusal::Outbox(Refusal::NoHeaders)) => {
                Err(self.error(ErrorKind::HeadersUnsupported))
            }
            Err(RequestRefusal::TooMany) => Err(self.error(ErrorKind::TooMany)),
        }
    }
}
