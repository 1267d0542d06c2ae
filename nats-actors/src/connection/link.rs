//! What happens to the shared state when a connection begins or ends.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::deadline::deadline_in;
use super::event::Event;
use super::lock::lock;
use super::outbox::Wreck;
use super::shared::Shared;
use super::state::ConnectionState;
use super::waiter::Outcome;
use crate::error::{Error, ErrorKind};
use crate::protocol::ClientFrame;

impl Shared {
    /// A server is there: returns what it must hear first, and lets messages go.
    pub(super) fn link_up(&self) -> Vec<u8> {
        let mut preamble = Vec::new();
        let mut interest = lock(&self.interest);
        interest.announce_all(&mut preamble);
        let replies = lock(&self.replies);
        let is_given_up = |frame: &ClientFrame<'_>| match self.token_of(frame) {
            Some(token) => !replies.contains(token),
            None => false,
        };
        let loss = self.outbox.up(|frame| self.is_request(frame), is_given_up);
        drop((replies, interest));
        if !loss.is_empty() {
            self.events.push(Event::PublishLoss(loss));
        }
        preamble
    }

    /// The server is gone: requests that it may have end now, publishes in doubt are reported.
    pub(super) fn link_down(&self, epoch: u64, reason: String) {
        self.state.send_replace(ConnectionState::Reconnecting);
        self.end_requests(|waiter| {
            let written = self.outbox.has_written(waiter.position());
            waiter.sent(0);
            written.then_some(Outcome::Disconnected)
        });
        let policy = self.options.loss_policy;
        let Wreck { loss, fences, unconfirmed } =
            self.outbox.down(policy, |frame| self.is_request(frame));
        for waiter in fences {
            let _ = waiter.send(Err(unconfirmed));
        }
        self.end_draining();
        self.events.push(Event::Disconnected { epoch, reason });
        if !loss.is_empty() {
            self.events.push(Event::PublishLoss(loss));
        }
    }

    /// Waits until the server has confirmed everything that was accepted before this call.
    pub(crate) async fn flush(&self, timeout: Duration) -> Result<(), Error> {
        let fenced = tokio::time::timeout(timeout, self.fence()).await;
        fenced.unwrap_or_else(|_| {
            let (.., unconfirmed) = self.outbox.counts();
            Err(unconfirmed_error(ErrorKind::TimedOut, unconfirmed))
        })
    }

    async fn fence(&self) -> Result<(), Error> {
        let mut state = self.connection_state();
        loop {
            state.borrow_and_update();
            let (waiter, answer) = oneshot::channel();
            if self.outbox.fence(waiter).is_ok() {
                return match answer.await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(unconfirmed)) if self.is_closed() => {
                        Err(unconfirmed_error(ErrorKind::Closed, unconfirmed))
                    }
                    Ok(Err(unconfirmed)) => {
                        Err(unconfirmed_error(ErrorKind::Disconnected, unconfirmed))
                    }
                    Err(_) => Err(Error::new(ErrorKind::Closed)),
                };
            }
            if self.is_closed() || state.changed().await.is_err() {
                return Err(Error::new(ErrorKind::Closed));
            }
        }
    }

    /// Flushes, over as many reconnects as it takes; returns whether it worked in time.
    pub(crate) async fn settle(&self, timeout: Duration) -> bool {
        let deadline = deadline_in(timeout);
        loop {
            if !self.is_connected() && self.outbox.is_settled() {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.flush(left).await {
                Ok(()) => return true,
                Err(error) if error.kind() == ErrorKind::Disconnected => {}
                Err(_) => return false,
            }
        }
    }
}

fn unconfirmed_error(kind: ErrorKind, unconfirmed: u64) -> Error {
    let error = Error::new(kind).maybe();
    match unconfirmed {
        0 => error,
        1 => error.detail("1 publish is unconfirmed"),
        n => error.detail(format!("{n} publishes are unconfirmed")),
    }
}
