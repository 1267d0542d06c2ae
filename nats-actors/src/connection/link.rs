//! What happens to the shared state when a connection begins or ends.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::closing::left;
use super::event::Event;
use super::lock::lock;
use super::outbox::Wreck;
use super::reason::{DisconnectCause, Failure, Lost};
use super::shared::Shared;
use super::waiter::Outcome;
use crate::error::{Error, ErrorKind};
use crate::protocol::ClientFrame;
use crate::session::Loss;

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
        self.report_loss(loss);
        preamble
    }

    /// The server is gone: requests that it may have end now, publishes in doubt are reported. Returns why it is gone, as
    /// far as the server itself has told.
    pub(super) fn link_down(&self, epoch: u64, lost: Lost) -> DisconnectCause {
        let Lost { cause, reason } = self.explained(epoch, lost);
        self.life.lost();
        self.state.send_modify(|state| *state = state.linked(None));
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
        self.events.push(Event::Disconnected { epoch, cause: cause.clone(), reason });
        self.report_loss(loss);
        cause
    }

    /// With what the server had complained about, which is then why it is gone, or the last error.
    fn explained(&self, epoch: u64, lost: Lost) -> Lost {
        let Some(complaint) = self.life.take_complaint(epoch) else {
            let (kind, reason) = (ErrorKind::Disconnected, lost.reason.clone());
            self.life.failed(Failure { kind, reason });
            return lost;
        };
        let ends = matches!(lost.cause, DisconnectCause::ServerClosed | DisconnectCause::Io(_));
        let reason = match lost.cause {
            DisconnectCause::ServerError(_) => lost.reason,
            _ => format!("{} ({complaint})", lost.reason),
        };
        let cause = if ends { DisconnectCause::ServerError(complaint) } else { lost.cause };
        Lost { cause, reason }
    }

    pub(super) fn report_loss(&self, loss: Loss) {
        if !loss.is_empty() {
            self.events.push(Event::PublishLoss(loss));
        }
    }

    /// Waits until the server has confirmed everything that was accepted before this call.
    pub(crate) async fn flush(&self, timeout: Duration) -> Result<(), Error> {
        let fenced = tokio::time::timeout(timeout, self.fence()).await;
        fenced.unwrap_or_else(|_| {
            let unconfirmed = self.outbox.unconfirmed();
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

    /// Flushes, over as many reconnects as it takes, if there is anything to flush.
    pub(crate) async fn settle(&self, deadline: Instant) {
        while !self.outbox.is_settled() {
            match self.flush(left(deadline)).await {
                Err(error) if error.kind() == ErrorKind::Disconnected => {}
                _ => return,
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
