//! The outgoing stream on its way from one connection to another.

use super::lane::Lane;
use crate::session::outgoing::{Outgoing, Segment};

/// One of the two connections of a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// The one that is left.
    Old,
    /// The one that is moved to.
    New,
}

/// Where bytes for a writer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// From the stream of publishes, which counts what was written.
    Stream,
    /// From beside it.
    Aside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The old connection carries the stream.
    Before,
    /// The old connection carries the stream up to the hold; what is appended waits for the new one.
    Held,
    /// The new connection carries the stream.
    Crossed,
    /// The new connection is gone: the old one goes on with the stream, behind what went beside it meanwhile.
    Returning,
}

/// Moves an [`Outgoing`] stream from one live connection to another, without a frame in doubt.
///
/// The stream stays one: its fences go on, because the new connection takes over only when the old one has answered
/// every PING before the hold. What concerns both connections (SUB, UNSUB) goes into the stream and beside it.
#[derive(Debug)]
pub struct Crossing<W> {
    phase: Phase,
    old: Lane<W>,
    new: Lane<W>,
    /// PONGs that the old connection owes to the stream.
    owed: u64,
    old_ended: bool,
}

impl<W> Crossing<W> {
    /// The old connection carries the stream, the new one has been told `announced` by other ways.
    #[must_use]
    pub const fn new() -> Self {
        Self { phase: Phase::Before, old: Lane::new(), new: Lane::new(), owed: 0, old_ended: false }
    }

    /// Which connection will carry what is appended now.
    #[must_use]
    pub fn heads_for(&self) -> Side {
        match self.phase {
            Phase::Before | Phase::Returning => Side::Old,
            Phase::Held | Phase::Crossed => Side::New,
        }
    }

    /// Whether the new connection carries the stream.
    #[must_use]
    pub fn is_crossed(&self) -> bool {
        self.phase == Phase::Crossed
    }

    /// Appends control operations for both connections.
    pub fn control(&mut self, bytes: &[u8], out: &mut Outgoing<W>) {
        out.control(|stream| stream.extend_from_slice(bytes));
        if let Some(beside) = self.beside() {
            beside.append(bytes);
        }
    }

    /// Appends the announcement of a new subscription; whether both connections get it.
    ///
    /// Behind the hold the old connection needs no new subscriptions.
    pub fn announce(&mut self, bytes: &[u8], out: &mut Outgoing<W>) -> bool {
        let both = self.phase == Phase::Before;
        if both {
            self.control(bytes, out);
        } else {
            out.control(|stream| stream.extend_from_slice(bytes));
        }
        both
    }

    /// Appends control operations for one connection.
    pub fn control_one(&mut self, side: Side, bytes: &[u8], out: &mut Outgoing<W>) {
        match side {
            Side::Old if self.heads_for() == Side::Old => {
                out.control(|stream| stream.extend_from_slice(bytes));
            }
            Side::Old => self.old.append(bytes),
            Side::New => self.new.append(bytes),
        }
    }

    /// Sends a PING to the connection for which the stream is not headed; gives the waiter back if there is none.
    ///
    /// # Errors
    ///
    /// The waiter itself.
    pub fn fence_beside(&mut self, waiter: W) -> Result<(), W> {
        match self.beside() {
            Some(beside) => {
                beside.ping(waiter);
                Ok(())
            }
            None => Err(waiter),
        }
    }

    /// Sends a PING to the new connection, before it carries the stream; gives the waiter back if it does already.
    ///
    /// # Errors
    ///
    /// The waiter itself.
    pub fn fence_new(&mut self, waiter: W) -> Result<(), W> {
        if !matches!(self.phase, Phase::Before | Phase::Held) {
            return Err(waiter);
        }
        self.new.ping(waiter);
        Ok(())
    }

    /// Keeps what is appended from now on for the new connection; the PONG behind the rest goes to `waiter`.
    ///
    /// Without a new connection nothing happens, and `waiter` is dropped.
    pub fn hold(&mut self, waiter: W, out: &mut Outgoing<W>) {
        if self.phase != Phase::Before {
            return;
        }
        out.hold(Some(waiter));
        self.owed = out.pings_out();
        self.phase = Phase::Held;
    }

    /// Gives the stream to the new connection; `false` while the old one has not confirmed all before the hold.
    pub fn cross(&mut self, out: &mut Outgoing<W>) -> bool {
        if self.phase == Phase::Held && out.is_crossable() {
            out.release();
            self.phase = Phase::Crossed;
        }
        self.phase == Phase::Crossed
    }

    /// Hands the writer of one connection what it is to write; `None` if there is nothing.
    pub fn take(
        &mut self,
        side: Side,
        out: &mut Outgoing<W>,
        max: usize,
        to: &mut Vec<Segment>,
    ) -> Option<Source> {
        let aside = |lane: &mut Lane<W>, to: &mut Vec<Segment>| {
            lane.take().map(|bytes| {
                to.push(bytes.into());
                Source::Aside
            })
        };
        if side == Side::New
            && let Some(source) = aside(&mut self.new, to)
        {
            return Some(source);
        }
        if (side == Side::New) == (self.phase == Phase::Crossed) {
            out.take(max, to);
            if !to.is_empty() {
                return Some(Source::Stream);
            }
        }
        if side == Side::New || self.phase == Phase::Before {
            return None;
        }
        let source = aside(&mut self.old, to);
        if source.is_none() && self.phase == Phase::Returning {
            out.release();
            out.take(max, to);
            return (!to.is_empty()).then_some(Source::Stream);
        }
        source
    }

    /// Counts a PONG of one connection; who waited for it goes to `done`.
    pub fn pong(&mut self, side: Side, out: &mut Outgoing<W>, done: &mut Vec<W>) {
        match (side, self.phase) {
            (Side::Old, Phase::Before) => out.pong(done),
            (Side::Old, _) if self.owed > 0 => {
                self.owed -= 1;
                out.pong(done);
            }
            (Side::Old, phase) => {
                if !self.old.pong(done) && phase == Phase::Returning {
                    out.pong(done);
                }
            }
            (Side::New, phase) => {
                if !self.new.pong(done) && phase == Phase::Crossed {
                    out.pong(done);
                }
            }
        }
    }

    /// The old connection is gone; returns who waited for it beside the stream.
    ///
    /// What becomes of the stream's part that it carried is for the caller to say first.
    pub fn old_is_gone(&mut self) -> Vec<W> {
        self.owed = 0;
        self.phase = Phase::Crossed;
        self.old_ended = true;
        self.old.end()
    }

    /// The new connection is gone before it carried the stream; returns who waited for it.
    pub fn new_is_gone(&mut self) -> Vec<W> {
        if self.phase == Phase::Crossed {
            return Vec::new();
        }
        self.phase = Phase::Returning;
        self.new.end()
    }

    /// Whether the one connection that is left sends and hears nothing beside the stream: this value is not needed any
    /// more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.phase {
            Phase::Before | Phase::Held => false,
            Phase::Crossed => self.old_ended && self.new.is_idle(),
            Phase::Returning => self.owed == 0 && self.old.is_idle(),
        }
    }

    /// The way to the connection for which the stream is not headed.
    fn beside(&mut self) -> Option<&mut Lane<W>> {
        match self.phase {
            Phase::Before => Some(&mut self.new),
            Phase::Held => Some(&mut self.old),
            Phase::Crossed => (!self.old_ended).then_some(&mut self.old),
            Phase::Returning => None,
        }
    }
}

impl<W> Default for Crossing<W> {
    fn default() -> Self {
        Self::new()
    }
}
