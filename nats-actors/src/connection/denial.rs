//! Permission errors, brought to the operation that caused them.

use std::sync::atomic::Ordering;
use std::task::Waker;

use super::inlet::Inlet;
use super::lock::lock;
use super::queue::End;
use super::shared::Shared;
use super::waiter::Outcome;
use crate::error::ErrorKind;
use crate::protocol::ServerError;
use crate::session::{Entry, Interest, Token};

/// A subscription that the server refused.
#[derive(Clone, Copy)]
struct Refused<'a> {
    subject: &'a str,
    queue: Option<&'a str>,
    sid: Option<u64>,
}

impl<'a> Refused<'a> {
    fn of(error: &'a ServerError) -> Option<Self> {
        match error {
            ServerError::PermissionsViolationSubscription { subject, queue, sid } => {
                Some(Self { subject, queue: queue.as_deref(), sid: *sid })
            }
            _ => None,
        }
    }

    /// Whether it is this one. Without a number any one with that subject and queue group will do: each is told once.
    fn is(self, entry: &Entry<Inlet>) -> bool {
        let is_named = || entry.pattern() == self.subject && entry.queue_group() == self.queue;
        self.sid.map_or_else(is_named, |sid| entry.sid() == sid)
    }
}

/// Ends the user's subscription that the server refused, before the fence that waits for the refusal closes.
pub(super) fn deny_queue(interest: &mut Interest<Inlet>, error: &ServerError) {
    let (denied, kind) = match error {
        ServerError::MaxSubscriptions => (one_too_many(interest), ErrorKind::TooMany),
        error => (refused_queue(interest, error), ErrorKind::Denied),
    };
    if let Some(entry) = denied.and_then(|sid| interest.remove(sid)) {
        let subject = entry.pattern().to_owned();
        entry.target.end(End::Failed(kind, subject));
    }
}

fn refused_queue(interest: &Interest<Inlet>, error: &ServerError) -> Option<u64> {
    let refused = Refused::of(error)?;
    let is_queue = |entry: &&Entry<Inlet>| matches!(entry.target, Inlet::Queue(_));
    interest.iter().filter(is_queue).find(|entry| refused.is(entry)).map(Entry::sid)
}

/// The server does not say which one it refused: it has refused the newest ones, and those have got nothing.
fn one_too_many(interest: &Interest<Inlet>) -> Option<u64> {
    let newest = interest.iter().filter(|entry| entry.is_silent()).max_by_key(|e| e.order())?;
    matches!(newest.target, Inlet::Queue(_)).then(|| newest.sid())
}

impl Shared {
    /// The requests that lost their inbox, or that the server did not let pass, end as denied.
    pub(super) fn deny_requests(&self, error: &ServerError) {
        match error {
            // Where nobody waits there is nobody to look for: there can be an error for each publish.
            ServerError::PermissionsViolationPublish { subject } if self.waits_for_replies() => {
                let replies = self.outbox.replies_of(subject);
                self.deny_replies_to(replies.iter().map(Vec::as_slice));
            }
            ServerError::PermissionsViolationReply { reply } => {
                self.deny_replies_to([reply.as_bytes()].into_iter());
            }
            _ => {}
        }
        if let Some(refused) = Refused::of(error) {
            self.deny_inbox(refused);
        }
    }

    fn waits_for_replies(&self) -> bool {
        !lock(&self.replies).is_empty()
    }

    fn deny_inbox(&self, refused: Refused<'_>) {
        let mut interest = lock(&self.interest);
        let is_inbox = |entry: &&Entry<Inlet>| !matches!(entry.target, Inlet::Queue(_));
        let denied = interest.iter().filter(is_inbox).find(|entry| refused.is(entry));
        let Some(entry) = denied.map(Entry::sid).and_then(|sid| interest.remove(sid)) else {
            return;
        };
        drop(interest);
        if let Inlet::Request(token) = entry.target {
            self.deny([token].into_iter());
        } else {
            // The next request asks again.
            self.replies_wanted.store(false, Ordering::Release);
            self.end_requests(|_| Some(Outcome::Denied));
        }
    }

    fn deny_replies_to<'a>(&self, replies: impl Iterator<Item = &'a [u8]>) {
        let interest = lock(&self.interest);
        let own = |entry: &'_ Entry<Inlet>| match entry.target {
            Inlet::Request(token) => Some((entry.pattern().as_bytes().to_vec(), token)),
            Inlet::Queue(_) | Inlet::Replies => None,
        };
        let inboxes: Vec<(Vec<u8>, Token)> = interest.iter().filter_map(own).collect();
        drop(interest);
        let at_inbox =
            |reply| inboxes.iter().find(|(inbox, _)| inbox == reply).map(|found| found.1);
        self.deny(replies.filter_map(|reply| self.request_of(reply).or_else(|| at_inbox(reply))));
    }

    fn deny(&self, tokens: impl Iterator<Item = Token>) {
        let mut wakers: Vec<Waker> = Vec::new();
        let mut replies = lock(&self.replies);
        for token in tokens {
            let waiter = replies.get_mut(token);
            wakers.extend(waiter.and_then(|waiter| waiter.end(Outcome::Denied)));
        }
        drop(replies);
        wakers.into_iter().for_each(Waker::wake);
    }
}
