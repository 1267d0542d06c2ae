//! What every kind of request sends.

use std::borrow::Cow;

use super::check::{check, is_plain};
use super::draft::Draft;
use super::handle::Client;
use super::propagation::add_trace;
use crate::connection::{Asked, Inbox, Outbound, Refusal, RequestRefusal, Shared, Waiter};
use crate::error::{Error, ErrorKind};
use crate::propagation::Sending;
use crate::protocol::Payload;

/// A message that expects replies.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) client: &'a Client,
    pub(super) draft: Draft<'a>,
    own_inbox: bool,
    /// Its span, if its client propagates traces.
    sending: Option<Box<Sending>>,
}

/// The setters of every kind of request, for the `impl` of a type that holds its [`Question`] there.
macro_rules! question_setters {
    ($place:ident) => {
        message_setters!($place.draft);

        /// Takes what comes back at a subscription of its own, which ends with it, instead of at the one that all requests
        /// share. Default: as the options say.
        ///
        /// That costs a SUB and an UNSUB. It is for permissions that know each inbox.
        pub fn inbox_per_request(mut self) -> Self {
            self.$place.inbox_per_request();
            self
        }
    };
}

pub(super) use question_setters;

impl<'a> Question<'a> {
    pub(super) fn new(client: &'a Client, subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        let own_inbox = client.connection().shared().options.messaging.inbox_per_request;
        Self { client, draft: Draft::new(subject, payload), own_inbox, sending: None }
    }

    pub(super) const fn inbox_per_request(&mut self) {
        self.own_inbox = true;
    }

    /// The same question, to be sent again.
    pub(super) fn again(&mut self) -> Self {
        let draft = self.draft.again();
        Self { client: self.client, draft, own_inbox: self.own_inbox, sending: None }
    }

    pub(super) fn shared(&self) -> &'a Shared {
        self.client.connection().shared()
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        if let Some(sending) = &self.sending {
            sending.failed(&kind);
        }
        Error::new(kind).on(&*self.draft.subject)
    }

    #[inline]
    fn add_trace(&mut self) {
        let shared = self.shared();
        if let Some(propagator) = &shared.options.propagator
            && self.sending.is_none()
        {
            self.sending = add_trace(shared, propagator, &mut self.draft).map(Box::new);
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
        if let Some(fault) = self.draft.take_fault() {
            return Err(fault);
        }
        self.add_trace();
        let (shared, outbound) = (self.shared(), self.draft.outbound());
        if !is_plain(outbound.subject, outbound.reply) {
            let inbox = shared.longest_inbox();
            let reply = outbound.reply.unwrap_or(&inbox);
            check(shared, &Outbound { reply: Some(reply), ..outbound })?;
        }
        let inbox = match outbound.reply {
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
