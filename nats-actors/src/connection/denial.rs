//! Permission errors, brought to the operation that caused them.

use std::task::Waker;

use super::inlet::Inlet;
use super::lock::lock;
use super::queue::End;
use super::shared::Shared;
use super::waiter::Outcome;
use crate::error::ErrorKind;
use crate::protocol::ServerError;
use crate::session::{Entry, Interest, Token};

/// Ends the subscriptions of users that the server refused, before the fence that waits for the refusal closes.
pub(super) fn deny_queues(interest: &mut Interest<Inlet>, error: &ServerError) {
    let ServerError::PermissionsViolationSubscription { subject, sid, .. } = error else { return };
    let denied = interest.iter().filter(|entry| is_named(entry, subject, *sid));
    let queues = denied.filter(|entry| matches!(entry.target, Inlet::Queue(_)));
    let sids: Vec<u64> = queues.map(Entry::sid).collect();
    for entry in sids.into_iter().filter_map(|sid| interest.remove(sid)) {
        let subject = entry.pattern().to_owned();
        entry.target.end(End::Failed(ErrorKind::Denied, subject));
    }
}

/// Whether the server means this one; without a number it means every one to that subject.
fn is_named(entry: &Entry<Inlet>, subject: &str, sid: Option<u64>) -> bool {
    sid.map_or_else(|| entry.pattern() == subject, |sid| entry.sid() == sid)
}

impl Shared {
    /// The reply subscription ends as denied, if the server names it, and all requests with it.
    pub(super) fn deny_replies(&self, subject: &str, sid: Option<u64>) {
        let mut interest = lock(&self.interest);
        let is_replies = |entry: &&Entry<Inlet>| {
            matches!(entry.target, Inlet::Replies) && is_named(entry, subject, sid)
        };
        let Some(sid) = interest.iter().find(is_replies).map(Entry::sid) else { return };
        interest.remove(sid);
        drop(interest);
        self.replies_denied();
        self.end_requests(|_| Some(Outcome::Denied));
    }

    /// The requests to `subject` that are not confirmed yet end as denied.
    pub(super) fn deny_requests(&self, subject: &str) {
        let mut wakers: Vec<Waker> = Vec::new();
        let sent = self.outbox.replies_of(subject);
        let mut replies = lock(&self.replies);
        for reply in sent {
            let token = self.reply_token(&reply).and_then(Token::parse);
            if let Some(waiter) = token.and_then(|token| replies.get_mut(token)) {
                wakers.extend(waiter.end(Outcome::Denied));
            }
        }
        drop(replies);
        wakers.into_iter().for_each(Waker::wake);
    }
}
