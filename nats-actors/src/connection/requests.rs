//! Requests: out with a reply subject, back to who waits.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::BuildHasher as _;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use super::inlet::Inlet;
use super::lock::lock;
use super::outbound::{Outbound, Refusal};
use super::shared::Shared;
use super::waiter::{Outcome, Waiter};
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Message};
use crate::session::Token;

/// Why a request was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestRefusal {
    Outbox(Refusal),
    TooMany,
}

/// A request that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    token: Token,
    /// Its own subscription, if it has one.
    sid: Option<u64>,
    /// Whether it is woken, outcome or not, when it has waited for a while.
    reminded: bool,
}

impl Asked {
    /// Whether it is woken, outcome or not, when it has waited for a while: a timer can be set then.
    pub(crate) const fn is_reminded(&self) -> bool {
        self.reminded
    }

    /// Whether there is something to forget although the outcome was taken.
    pub(crate) const fn leaves_something(&self) -> bool {
        self.sid.is_some()
    }
}

/// Where the replies to a request come in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inbox<'a> {
    /// At the subscription that all requests share.
    Shared,
    /// At a subject of its own.
    Own,
    /// At this subject.
    At(&'a str),
}

/// The end of the reply subject of a request with an inbox of its own: the shared subscription does not match it.
const OWN: &str = ".own";

impl Shared {
    /// Sends a request, whose `waiter` then gets the replies: at most `max` of them, if it has an inbox of its own.
    pub(crate) fn ask(
        &self,
        message: &Outbound<'_>,
        inbox: Inbox<'_>,
        max: Option<u64>,
        waiter: Waiter,
    ) -> Result<Asked, RequestRefusal> {
        match inbox {
            Inbox::Shared => self.request(message, waiter),
            Inbox::Own => self.request_at(None, message, max, waiter),
            Inbox::At(subject) => self.request_at(Some(subject), message, max, waiter),
        }
    }

    fn request(&self, message: &Outbound<'_>, waiter: Waiter) -> Result<Asked, RequestRefusal> {
        self.want_replies()?;
        let mut replies = lock(&self.replies);
        let secret = |number| self.secrets.hash_one(number);
        let token = replies.insert(waiter, secret).map_err(|_| RequestRefusal::TooMany)?;
        let gathers = replies.len() > 1;
        let reply = Some(replies.subject(&self.reply_prefix, token));
        match self.outbox.request(&Outbound { reply, ..*message }, gathers) {
            Ok(position) => {
                if let Some(waiter) = replies.get_mut(token) {
                    waiter.sent(position);
                }
                let reminded = self.reminder.remind(&mut replies, token);
                Ok(Asked { token, sid: None, reminded })
            }
            Err(refusal) => {
                replies.remove(token);
                Err(RequestRefusal::Outbox(refusal))
            }
        }
    }

    #[cold]
    fn request_at(
        &self,
        subject: Option<&str>,
        message: &Outbound<'_>,
        max: Option<u64>,
        waiter: Waiter,
    ) -> Result<Asked, RequestRefusal> {
        let mut interest = lock(&self.interest);
        let mut replies = lock(&self.replies);
        let secret = |number| self.secrets.hash_one(number);
        let token = replies.insert(waiter, secret).map_err(|_| RequestRefusal::TooMany)?;
        let reply = match subject {
            Some(subject) => Cow::Borrowed(subject),
            None => Cow::Owned(format!("{}{}{OWN}", self.reply_prefix, token.number())),
        };
        let Some(entry) = interest.insert(&reply, None, max, Inlet::Request(token)) else {
            replies.remove(token);
            return Err(RequestRefusal::TooMany);
        };
        let sid = entry.sid();
        self.announce(&mut interest, sid);
        let message = Outbound { reply: Some(&reply), ..*message };
        let sent = match subject {
            Some(_) => self.outbox.request_as_publish(&message),
            None => self.outbox.request(&message, false),
        };
        match (sent, replies.get_mut(token)) {
            (Ok(position), Some(waiter)) => waiter.sent(position),
            (Ok(_), None) => {}
            (Err(refusal), _) => {
                replies.remove(token);
                interest.remove(sid);
                self.outbox.control(|out| client_op::encode_unsub(out, sid, None));
                return Err(RequestRefusal::Outbox(refusal));
            }
        }
        Ok(Asked { token, sid: Some(sid), reminded: false })
    }

    /// The outcome, once; the request is forgotten with it.
    pub(crate) fn poll_reply(&self, cx: &Context<'_>, asked: Asked) -> Poll<Outcome> {
        let mut replies = lock(&self.replies);
        let Some(waiter) = replies.get_mut(asked.token) else {
            return Poll::Ready(Outcome::Closed);
        };
        let polled = waiter.poll(cx);
        if polled.is_ready() {
            replies.remove(asked.token);
        }
        polled
    }

    /// Moves replies to `to`, which must be empty; an outcome comes behind all of them.
    pub(crate) fn poll_replies(
        &self,
        cx: &Context<'_>,
        asked: Asked,
        to: &mut VecDeque<Message>,
    ) -> Poll<Option<Outcome>> {
        match lock(&self.replies).get_mut(asked.token) {
            Some(waiter) => waiter.poll_many(cx, to),
            None => Poll::Ready(Some(Outcome::Closed)),
        }
    }

    /// Forgets a request whose reply is overdue, so that the server may be gone; whether it may have reached the server.
    pub(crate) fn give_up_request(&self, asked: Asked) -> bool {
        self.suspicion.store(true, Ordering::Relaxed);
        self.forget_request(asked)
    }

    /// Forgets a request; whether it may have reached the server.
    pub(crate) fn forget_request(&self, asked: Asked) -> bool {
        if let Some(sid) = asked.sid {
            self.unsubscribe(sid);
        }
        let waiter = lock(&self.replies).remove(asked.token);
        // With an inbox that the user named it looks like any publish, and goes out with the next connection.
        waiter.is_some_and(|waiter| asked.sid.is_some() || self.outbox.may_write(waiter.position()))
    }

    /// Ends every request for which `ends` says so.
    pub(super) fn end_requests(&self, mut ends: impl FnMut(&mut Waiter) -> Option<Outcome>) {
        let mut wakers: Vec<Waker> = Vec::new();
        for waiter in lock(&self.replies).iter_mut() {
            if let Some(outcome) = ends(waiter) {
                wakers.extend(waiter.end(outcome));
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// A reply subject as long as those of requests can be.
    pub(crate) fn longest_inbox(&self) -> String {
        format!("{}{}{OWN}", self.reply_prefix, u64::MAX)
    }

    /// The request that a reply subject belongs to, if it is one of ours.
    pub(super) fn request_of(&self, reply: &[u8]) -> Option<Token> {
        let text = reply.strip_prefix(self.reply_prefix.as_bytes())?;
        Token::parse(text.strip_suffix(OWN.as_bytes()).unwrap_or(text))
    }

    pub(super) fn is_request(&self, frame: &ClientFrame<'_>) -> bool {
        self.token_of(frame).is_some()
    }

    /// The request that a frame is.
    pub(super) fn token_of(&self, frame: &ClientFrame<'_>) -> Option<Token> {
        match frame {
            ClientFrame::Publish(publish) => publish.reply.and_then(|reply| self.request_of(reply)),
            _ => None,
        }
    }

    /// Subscribes to the replies of requests, once.
    fn want_replies(&self) -> Result<(), RequestRefusal> {
        if self.replies_wanted.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut interest = lock(&self.interest);
        if self.replies_wanted.load(Ordering::Acquire) {
            return Ok(());
        }
        let pattern = format!("{}*", self.reply_prefix);
        let entry = interest.insert(&pattern, None, None, Inlet::Replies);
        let sid = entry.ok_or(RequestRefusal::TooMany)?.sid();
        self.announce(&mut interest, sid);
        self.replies_wanted.store(true, Ordering::Release);
        Ok(())
    }
}
