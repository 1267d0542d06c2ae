//! Permission errors, brought to the operation that caused them.

use std::task::Waker;

use super::inlet::Inlet;
use super::lock::lock;
use super::queue::End;
use super::shared::Shared;
use super::waiter::Outcome;
use crate::error::ErrorKind;
use crate::session::Token;

impl Shared {
    /// The subscription that the server names ends as denied; without a number, every one to that subject.
    pub(super) fn deny_subscriptions(&self, subject: &str, sid: Option<u64>) {
        let sids: Vec<u64> = match sid {
            Some(sid) => vec![sid],
            None => {
                let interest = lock(&self.interest);
                let same = interest.iter().filter(|entry| entry.pattern() == subject);
                same.map(crate::session::Entry::sid).collect()
            }
        };
        sids.into_iter().for_each(|sid| self.deny_subscription(sid));
    }

    fn deny_subscription(&self, sid: u64) {
        let Some(entry) = lock(&self.interest).remove(sid) else { return };
        let subject = entry.pattern().to_owned();
        if matches!(entry.target, Inlet::Replies) {
            self.replies_denied();
            self.end_requests(|_| Some(Outcome::Denied));
        }
        entry.target.end(End::Failed(ErrorKind::Denied, subject));
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
