//! What every kind of request sends.

use std::borrow::Cow;

use super::handle::Client;
use crate::connection::{Asked, Inbox, Outbound, Refusal, RequestRefusal, Shared, Waiter};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Payload, check_subject};

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
}

impl<'a> Question<'a> {
    pub(super) fn new(client: &'a Client, subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        let own_inbox = client.connection().shared().options.messaging.inbox_per_request;
        Self { client, subject, reply: None, own_inbox, headers: None, payload, fault: None }
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

    pub(super) fn inbox_per_request(&mut self) {
        self.own_inbox = true;
    }

    pub(super) fn reply_to(&mut self, subject: Cow<'a, str>) {
        self.reply = Some(subject);
    }

    pub(super) fn shared(&self) -> &'a Shared {
        self.client.connection().shared()
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind).on(&*self.subject)
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
        for subject in [Some(&self.subject), self.reply.as_ref()].into_iter().flatten() {
            let bad = |error| Error::new(ErrorKind::BadSubject).on(&**subject).because(error);
            check_subject(subject).map_err(bad)?;
        }
        let outbound = Outbound {
            subject: &self.subject,
            reply: None,
            headers: self.headers.as_ref(),
            payload: &self.payload,
        };
        let inbox = match &self.reply {
            Some(subject) => Inbox::At(subject),
            None if self.own_inbox => Inbox::Own,
            None => Inbox::Shared,
        };
        match self.shared().ask(&outbound, inbox, max, waiter) {
            Ok(asked) => Ok(Some(asked)),
            Err(RequestRefusal::Outbox(Refusal::Full | Refusal::Ahead)) => Ok(None),
            Err(RequestRefusal::Outbox(Refusal::Closed)) => Err(self.error(ErrorKind::Closed)),
            Err(RequestRefusal::Outbox(Refusal::TooLarge(max))) => Err(self
                .error(ErrorKind::PayloadTooLarge)
                .detail(format!("the server takes at most {max} bytes of headers and payload"))),
            Err(RequestRefusal::TooMany) => Err(self.error(ErrorKind::TooMany)),
        }
    }
}
