//! What the outbox holds, and who is let in.

use std::task::Waker;

use super::handover::Passage;
use super::outbound::{Outbound, Refusal};
use super::outbox::{FenceWaiter, Link, wake};
use crate::options::{BufferOverflow, ConnectOptions};
use crate::protocol::{ClientFrame, ServerInfo};
use crate::session::{Loss, Outgoing};

/// How long a publisher may run ahead of the kernel before it lets other tasks run: in bytes.
const RUN_AHEAD: u64 = 512 * 1024;

/// How many bytes a publisher that runs ahead may add between two chances for the writer.
const POLITE_EVERY: u64 = 64 * 1024;

/// The outgoing stream and its bounds.
#[derive(Debug)]
pub(super) struct State {
    pub(super) out: Outgoing<FenceWaiter>,
    pub(super) link: Link,
    /// Why nothing at all is accepted, while that is so.
    pub(super) shut: Option<Refusal>,
    /// The writer, when it has nothing to do.
    pub(super) writer: Option<Waker>,
    /// While there are two connections.
    pub(super) passage: Option<Box<Passage>>,
    pub(super) limit: u64,
    /// The bound while there is no server, and what happens at it.
    pub(super) limit_down: u64,
    pub(super) overflow: BufferOverflow,
    /// What the reply subjects of requests begin with.
    reply_prefix: String,
    /// What made room for younger messages while there was no server.
    pub(super) dropped: Loss,
    pub(super) max_payload: usize,
    pub(super) takes_headers: bool,
    /// Whether the writer, once woken, lets those who are about to send something go first.
    pub(super) gathers: bool,
    /// The position from which on a publisher that runs ahead is told so again.
    pub(super) polite_from: u64,
}

impl State {
    pub(super) fn new(options: &ConnectOptions, reply_prefix: &str) -> Self {
        let limit_down = options.disconnect_bytes() as u64;
        Self {
            out: Outgoing::keeping(options.outbox_bytes as u64),
            link: Link::Down,
            shut: (limit_down == 0).then_some(Refusal::Disconnected),
            writer: None,
            passage: None,
            limit: options.outbox_bytes as u64,
            limit_down,
            overflow: options.lifecycle.buffer_overflow,
            reply_prefix: reply_prefix.to_owned(),
            dropped: Loss::default(),
            max_payload: usize::MAX,
            takes_headers: true,
            gathers: false,
            polite_from: 0,
        }
    }

    pub(super) const fn limit_to(&mut self, info: &ServerInfo) {
        self.max_payload = info.max_payload;
        self.takes_headers = info.headers;
    }

    /// Whether the writer should run first; said once per [`POLITE_EVERY`] bytes.
    #[inline]
    pub(super) fn is_ahead(&mut self) -> bool {
        let ahead = self.link == Link::Up
            && self.out.unwritten() > RUN_AHEAD
            && self.out.appended() >= self.polite_from;
        if ahead {
            self.polite_from = self.out.appended() + POLITE_EVERY;
        }
        ahead
    }

    #[inline]
    pub(super) fn admit(&mut self, message: &Outbound<'_>) -> Result<(), Refusal> {
        if let Some(refusal) = self.shut {
            return Err(refusal);
        }
        let size = message.size();
        if size > self.max_payload {
            return Err(Refusal::TooLarge(self.max_payload));
        }
        if message.headers.is_some() && !self.takes_headers {
            return Err(Refusal::NoHeaders);
        }
        let kept = self.out.retained();
        let limit = if self.link == Link::Up { self.limit } else { self.limit_down };
        if kept > 0 && kept + size as u64 > limit {
            return self.full(size as u64, limit);
        }
        Ok(())
    }

    /// There is no room: with a server, only a PONG makes some, so one must be on its way; without one, it depends.
    #[cold]
    fn full(&mut self, size: u64, limit: u64) -> Result<(), Refusal> {
        if self.link == Link::Up {
            if self.out.needs_fence() {
                self.out.ping(None);
                wake(self.writer.take());
            }
            return Err(Refusal::Full);
        }
        match self.overflow {
            BufferOverflow::Wait => Err(Refusal::Full),
            BufferOverflow::Fail => Err(Refusal::NoRoom),
            BufferOverflow::DropOldest => self.make_room(size, limit),
        }
    }

    /// Drops the oldest publishes; some more than needed, since each time moves all that is kept.
    fn make_room(&mut self, size: u64, limit: u64) -> Result<(), Refusal> {
        let prefix = self.reply_prefix.as_bytes();
        let is_request = |frame: &ClientFrame<'_>| match frame {
            ClientFrame::Publish(publish) => {
                publish.reply.is_some_and(|reply| reply.starts_with(prefix))
            }
            _ => false,
        };
        let loss = self.out.make_room(size.max(limit / 16), is_request);
        self.dropped.join(loss);
        let kept = self.out.retained();
        if kept > 0 && kept + size > limit { Err(Refusal::NoRoom) } else { Ok(()) }
    }
}
