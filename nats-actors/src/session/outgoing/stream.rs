//! What was accepted for a server, until the server has confirmed it.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::protocol::client_op;
use crate::protocol::{Headers, Payload};
use crate::session::fence::{Fence, Fences};

/// A run of encoded bytes, ready for the socket.
pub type Segment = Bytes;

/// An open buffer is closed at this size, so that the writer can begin on it.
const SEGMENT: usize = 64 * 1024;
/// A buffer that is handed to the writer below this size is copied, so that it does not pin a whole segment.
const SMALL: usize = 4 * 1024;
/// Copies lie one behind the other in buffers of this size.
const SMALL_RUNS: usize = 2 * SMALL;
/// Payloads from this size on are written from where they are.
pub(super) const BY_REFERENCE: usize = 32 * 1024;
/// A PING follows at least every so many bytes, if so much may be kept: each costs the server a write and this client a
/// wake.
pub(super) const FENCE_EVERY: u64 = 512 * 1024;
/// How many fences there are in what may be kept, so that confirmations make room steadily.
const FENCES: u64 = 8;
const LINE_END: &[u8] = b"\r\n";
/// How many buffers are kept for use again, at most.
const SPARE: usize = 128;

/// The frames that were accepted: first appended, then handed to the writer, then written, then confirmed.
///
/// A frame is kept until a PONG proves that the server has processed it. When the connection is lost before that,
/// [`disconnect`](Self::disconnect) says which publishes are in doubt and keeps the ones that never reached the kernel
/// for the next connection. Positions count bytes since the beginning and never go back.
///
/// `W` is who waits for a fence.
#[derive(Debug)]
pub struct Outgoing<W> {
    pub(super) open: Vec<u8>,
    /// How many publishes were accepted before the first byte of `open`.
    pub(super) open_publishes: u64,
    /// Closed runs that are not confirmed yet, oldest first; contiguous, and followed by `open`.
    pub(super) closed: VecDeque<Closed>,
    /// How many of `closed` the writer has taken.
    pub(super) taken: usize,
    pub(super) appended: u64,
    pub(super) written: u64,
    pub(super) confirmed: u64,
    pub(super) publishes: u64,
    /// How many publishes are confirmed, or gone: those that are lost or were dropped count as soon as that is told.
    pub(super) settled: u64,
    requests: u64,
    pub(super) fences: Fences<W>,
    pub(super) marks: VecDeque<Mark>,
    /// Where the last fence closed: what stands before it is confirmed, also in a run that goes on behind it.
    pub(super) fenced: u64,
    pub(super) last_fence: u64,
    fence_every: u64,
    /// How many of `closed` the present connection may still carry, while the rest is held for another one.
    pub(super) held: Option<usize>,
    spare: Vec<Vec<u8>>,
    spares: usize,
    /// Where the next small run is copied to.
    small: BytesMut,
}

/// Where a PING stands: the position behind it, and how many publishes stand before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    position: u64,
    publishes: u64,
}

#[derive(Debug)]
pub(super) struct Closed {
    pub(super) segment: Segment,
    pub(super) publishes_before: u64,
}

impl<W> Outgoing<W> {
    /// Nothing was accepted yet, and there is no bound to what is kept.
    #[must_use]
    pub fn new() -> Self {
        Self::keeping(u64::MAX)
    }

    /// Nothing was accepted yet, and its owner keeps `limit` bytes at most.
    #[must_use]
    pub fn keeping(limit: u64) -> Self {
        Self {
            open: Vec::with_capacity(SMALL),
            open_publishes: 0,
            closed: VecDeque::new(),
            taken: 0,
            appended: 0,
            written: 0,
            confirmed: 0,
            publishes: 0,
            settled: 0,
            requests: 0,
            fences: Fences::new(),
            marks: VecDeque::new(),
            fenced: 0,
            last_fence: 0,
            fence_every: (limit / FENCES).clamp(SMALL as u64, FENCE_EVERY),
            held: None,
            spare: Vec::new(),
            spares: usize::try_from(limit / SEGMENT as u64).map_or(SPARE, |most| most.min(SPARE)),
            small: BytesMut::new(),
        }
    }

    /// Appends a publish and counts it.
    #[inline]
    pub fn publish(
        &mut self,
        subject: &str,
        reply: Option<&str>,
        headers: Option<&Headers>,
        payload: &Payload<'_>,
    ) {
        self.publishes += 1;
        self.append(subject, reply, headers, payload);
    }

    /// Appends a message that reports its own fate (a request), and returns the position behind it.
    #[inline]
    pub fn request(
        &mut self,
        subject: &str,
        reply: Option<&str>,
        headers: Option<&Headers>,
        payload: &Payload<'_>,
    ) -> u64 {
        self.requests += 1;
        self.append(subject, reply, headers, payload)
    }

    #[inline]
    fn append(
        &mut self,
        subject: &str,
        reply: Option<&str>,
        headers: Option<&Headers>,
        payload: &Payload<'_>,
    ) -> u64 {
        let bytes = payload.as_slice();
        if bytes.len() >= BY_REFERENCE {
            return self.by_reference(subject, reply, headers, payload);
        }
        let before = self.open.len();
        match headers {
            None => client_op::encode_pub(&mut self.open, subject, reply, bytes),
            Some(headers) => client_op::encode_hpub(&mut self.open, subject, reply, headers, bytes),
        }
        self.grew(before)
    }

    /// Appends encoded control operations: SUB, UNSUB or PONG.
    pub fn control(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        let before = self.open.len();
        encode(&mut self.open);
        self.grew(before);
    }

    /// Appends a PING; `waiter` is handed back by the PONG that answers it.
    pub fn ping(&mut self, waiter: Option<W>) -> Fence {
        self.control(|out| out.extend_from_slice(client_op::PING));
        self.last_fence = self.appended;
        self.marks.push_back(Mark { position: self.appended, publishes: self.publishes });
        self.fences.ping(waiter)
    }

    /// Counts a PONG: what was sent before its PING is confirmed; who waited for it goes to `done`.
    pub fn pong(&mut self, done: &mut Vec<W>) {
        if self.fences.pong(done).is_some()
            && let Some(mark) = self.marks.pop_front()
        {
            self.fenced = mark.position;
            self.settled = mark.publishes;
            self.confirm(mark.position);
        }
    }

    /// Hands the next runs to the writer, at most `max` of them; a fence is added when one is due.
    pub fn take(&mut self, max: usize, to: &mut Vec<Segment>) {
        if let Some(held) = self.held {
            return self.hand_out(max.min(held.saturating_sub(self.taken)), to);
        }
        if self.appended - self.last_fence >= self.fence_every {
            self.ping(None);
        }
        if self.closed.len() - self.taken < max {
            self.close();
        }
        self.hand_out(max, to);
    }

    /// The kernel took `count` more bytes of what the writer was handed.
    pub const fn wrote(&mut self, count: usize) {
        self.written += count as u64;
    }

    /// Gives back the memory that only a burst needs, if nothing is kept.
    pub fn rest(&mut self) {
        if self.retained() == 0 {
            self.spare = Vec::new();
            self.small = BytesMut::new();
        }
    }

    #[cfg(test)]
    pub(super) fn buffers(&self) -> usize {
        self.spare.len() + usize::from(self.small.capacity() > 0)
    }

    /// Whether a frame that ends at `position` has reached the kernel.
    #[must_use]
    pub const fn has_written(&self, position: u64) -> bool {
        self.written >= position
    }

    /// Bytes that wait for the writer or for the kernel.
    #[must_use]
    pub const fn unwritten(&self) -> u64 {
        self.appended - self.written
    }

    /// Bytes that are kept: accepted and not yet confirmed.
    #[must_use]
    pub const fn retained(&self) -> u64 {
        self.appended - self.confirmed
    }

    /// Publishes that are accepted and neither confirmed nor gone.
    #[must_use]
    pub const fn unconfirmed(&self) -> u64 {
        self.publishes - self.settled
    }

    /// Whether something was appended that no fence follows.
    #[must_use]
    pub const fn needs_fence(&self) -> bool {
        self.appended > self.last_fence
    }

    /// Messages accepted so far: publishes and requests.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.publishes + self.requests
    }

    /// Bytes accepted so far, control operations included.
    #[must_use]
    pub const fn appended(&self) -> u64 {
        self.appended
    }

    fn by_reference(
        &mut self,
        subject: &str,
        reply: Option<&str>,
        headers: Option<&Headers>,
        payload: &Payload<'_>,
    ) -> u64 {
        let before = self.open.len();
        let bytes = payload.clone().into_bytes();
        let header_len = headers.map(Headers::encoded_len);
        let total = header_len.unwrap_or(0) + bytes.len();
        client_op::encode_pub_head(&mut self.open, subject, reply, header_len, total);
        if let Some(headers) = headers {
            headers.encode(&mut self.open);
        }
        self.grew(before);
        self.close();
        self.appended += bytes.len() as u64 + LINE_END.len() as u64;
        self.push(bytes);
        self.push(Bytes::from_static(LINE_END));
        self.appended
    }

    #[inline]
    fn hand_out(&mut self, max: usize, to: &mut Vec<Segment>) {
        let before = to.len();
        to.extend(self.closed.iter().skip(self.taken).take(max).map(|run| run.segment.clone()));
        self.taken += to.len() - before;
    }

    #[inline]
    fn grew(&mut self, before: usize) -> u64 {
        self.appended += (self.open.len() - before) as u64;
        if self.open.len() >= SEGMENT {
            self.close();
        }
        self.appended
    }

    pub(super) fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        if self.open.len() < SMALL {
            return self.close_small();
        }
        let next = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(SEGMENT + SMALL));
        let full = std::mem::replace(&mut self.open, next);
        self.push(Bytes::from(full));
    }

    /// One at a time, messages share a buffer, and cost neither an allocation nor much of what is kept.
    fn close_small(&mut self) {
        if self.small.capacity() < self.open.len() && !self.small.try_reclaim(SMALL_RUNS) {
            self.small = BytesMut::with_capacity(SMALL_RUNS);
        }
        self.small.extend_from_slice(&self.open);
        self.open.clear();
        let run = self.small.split().freeze();
        self.push(run);
    }

    fn push(&mut self, segment: Segment) {
        self.closed.push_back(Closed { segment, publishes_before: self.open_publishes });
        self.open_publishes = self.publishes;
    }

    fn confirm(&mut self, position: u64) {
        while let Some(front) = self.closed.front() {
            let end = self.confirmed + front.segment.len() as u64;
            if end > position || self.taken == 0 {
                break;
            }
            self.confirmed = end;
            self.taken -= 1;
            if let Some(held) = &mut self.held {
                *held = held.saturating_sub(1);
            }
            if let Some(run) = self.closed.pop_front() {
                self.recycle(run.segment);
            }
        }
    }

    fn recycle(&mut self, segment: Segment) {
        if self.spare.len() >= self.spares || segment.len() < SMALL {
            return;
        }
        if let Ok(unique) = segment.try_into_mut() {
            let mut buffer = Vec::from(unique);
            if (SEGMENT..=4 * SEGMENT).contains(&buffer.capacity()) {
                buffer.clear();
                self.spare.push(buffer);
            }
        }
    }
}

impl<W> Default for Outgoing<W> {
    fn default() -> Self {
        Self::new()
    }
}
