//! Requests that wait for long are reminded to set a timer of their own.
//!
//! Most replies come at once, and a timer that is set and cleared for each is a seventh of what a request costs. So a
//! request with some patience sets none, and is woken when it has waited for a while: then it sets one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::Notify;

use super::lock::lock;
use super::shared::Shared;
use super::waiter::Waiter;
use crate::session::{Replies, Token};

/// A request is reminded when it has waited for one to two of these.
const PERIOD: Duration = Duration::from_millis(20);
/// A request with less time than this sets its timer at once: reminders come late on a machine that is busy.
pub(crate) const PATIENT_FROM: Duration = Duration::from_millis(200);

/// Where requests ask for a reminder. The flags are read and written under the lock of the replies.
#[derive(Debug, Default)]
pub(super) struct Reminder {
    /// How many tasks remind: for a moment two, when the actor is started again.
    tasks: AtomicUsize,
    /// Whether the task has something to wait for, and knows.
    awake: AtomicBool,
    wake: Notify,
}

impl Reminder {
    /// Sees to it that the request is woken when it has waited for a while; `false` if nobody is there to do it.
    #[inline]
    pub(super) fn remind(&self, replies: &mut Replies<Waiter>, token: Token) -> bool {
        if self.tasks.load(Ordering::Relaxed) == 0 {
            return false;
        }
        replies.watch(token);
        if !self.awake.load(Ordering::Relaxed) {
            self.awake.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
        true
    }
}

/// Reminds, until it is dropped. Those who still wait for a reminder then get it at once.
pub(super) async fn remind(shared: Arc<Shared>) {
    let reminding = Reminding::begin(&shared);
    loop {
        tokio::time::sleep(PERIOD).await;
        if !reminding.pass() {
            shared.reminder.wake.notified().await;
        }
    }
}

/// The presence of the task.
struct Reminding<'a>(&'a Shared);

impl<'a> Reminding<'a> {
    fn begin(shared: &'a Shared) -> Self {
        let _replies = lock(&shared.replies);
        shared.reminder.tasks.fetch_add(1, Ordering::Relaxed);
        // What a task before this one has left.
        shared.reminder.awake.store(true, Ordering::Relaxed);
        Self(shared)
    }

    /// Wakes who has waited for a whole period; returns whether somebody may be due at the next pass.
    fn pass(&self) -> bool {
        let mut wakers = Vec::new();
        let mut replies = lock(&self.0.replies);
        let more = replies.lingering(|waiter| wakers.extend(waiter.waker()));
        self.0.reminder.awake.store(more, Ordering::Relaxed);
        drop(replies);
        wakers.into_iter().for_each(Waker::wake);
        more
    }
}

impl Drop for Reminding<'_> {
    fn drop(&mut self) {
        let left = {
            let _replies = lock(&self.0.replies);
            self.0.reminder.tasks.fetch_sub(1, Ordering::Relaxed)
        };
        if left == 1 {
            while self.pass() {}
        }
    }
}
