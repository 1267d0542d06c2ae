//! What was accepted for a server, until the server has confirmed it.

use std::collections::VecDeque;

use bytes::Bytes;

use super::fence::{Fence, Fences};
use super::loss::{Loss, LossPolicy};
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Headers, Payload, next_client_frame};

/// A run of encoded bytes, ready for the socket.
pub type Segment = Bytes;

/// An open buffer is closed at this size, so that the writer can begin on it.
const SEGMENT: usize = 64 * 1024;
/// A buffer that is handed to the writer below this size is copied, so that it does not pin a whole segment.
const SMALL: usize = 4 * 1024;
/// Payloads from this size on are written from where they are.
const BY_REFERENCE: usize = 32 * 1024;
/// A PING follows at least every so many bytes.
const FENCE_EVERY: u64 = 64 * 1024;
const LINE_END: &[u8] = b"\r\n";
/// How many buffers are kept for use again.
const SPARE: usize = 32;

/// The frames that were accepted: first appended, then handed to the writer, then written, then confirmed.
///
/// A frame is kept until a PONG proves that the server has processed it. When the connection is lost before that,
/// [`disconnect`](Self::disconnect) says which publishes are in doubt and keeps the ones that never reached the kernel
/// for the next connection. Positions count bytes since the beginning and never go back.
///
/// `W` is who waits for a fence.
#[derive(Debug)]
pub struct Outgoing<W> {
    open: Vec<u8>,
    /// How many publishes were accepted before the first byte of `open`.
    open_publishes: u64,
    /// Closed runs that are not confirmed yet, oldest first; contiguous, and followed by `open`.
    closed: VecDeque<Closed>,
    /// How many of `closed` the writer has taken.
    taken: usize,
    appended: u64,
    written: u64,
    confirmed: u64,
    publishes: u64,
    requests: u64,
    fences: Fences<W>,
    fence_positions: VecDeque<u64>,
    last_fence: u64,
    spare: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Closed {
    segment: Segment,
    publishes_before: u64,
}

impl<W> Outgoing<W> {
    /// Nothing was accepted yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            open: Vec::with_capacity(SMALL),
            open_publishes: 0,
            closed: VecDeque::new(),
            taken: 0,
            appended: 0,
            written: 0,
            confirmed: 0,
            publishes: 0,
            requests: 0,
            fences: Fences::new(),
            fence_positions: VecDeque::new(),
            last_fence: 0,
            spare: Vec::new(),
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
        self.fence_positions.push_back(self.appended);
        self.fences.ping(waiter)
    }

    /// Counts a PONG: what was sent before its PING is confirmed; who waited for it goes to `done`.
    pub fn pong(&mut self, done: &mut Vec<W>) {
        if self.fences.pong(done).is_some()
            && let Some(position) = self.fence_positions.pop_front()
        {
            self.confirm(position);
        }
    }

    /// Hands the next runs to the writer, at most `max` of them; a fence is added when one is due.
    pub fn take(&mut self, max: usize, to: &mut Vec<Segment>) {
        if self.appended - self.last_fence >= FENCE_EVERY {
            self.ping(None);
        }
        if self.closed.len() - self.taken < max {
            self.close();
        }
        let before = to.len();
        to.extend(self.closed.iter().skip(self.taken).take(max).map(|run| run.segment.clone()));
        self.taken += to.len() - before;
    }

    /// The kernel took `count` more bytes of what the writer was handed.
    pub const fn wrote(&mut self, count: usize) {
        self.written += count as u64;
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

    /// Publishes that are accepted and not yet confirmed.
    #[must_use]
    pub fn unconfirmed(&self) -> u64 {
        self.publishes - self.confirmed_publishes()
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

    /// The connection is lost: keeps what must be sent on the next one, and tells what is in doubt.
    ///
    /// Frames that the kernel did not take whole are kept in order; control operations are dropped, for they belong to
    /// the lost connection. `is_request` tells frames that report their own fate. Who waited for a fence is returned.
    pub fn disconnect(
        &mut self,
        policy: LossPolicy,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> (Loss, Vec<W>) {
        let kept = self.flatten();
        let mut loss = Loss::default();
        let mut again = Vec::new();
        let mut at = 0_usize;
        let mut ordinal = self.confirmed_publishes();
        let mut publishes_again = 0;
        while let Some((frame, len)) = kept.get(at..).and_then(next_client_frame) {
            let end = at.saturating_add(len);
            if let ClientFrame::Publish(sent) = frame {
                let publish = !is_request(&frame);
                ordinal += u64::from(publish);
                let written = self.confirmed + end as u64 <= self.written;
                if !written || (policy == LossPolicy::Resend && publish) {
                    again.extend_from_slice(kept.get(at..end).unwrap_or_default());
                    publishes_again += u64::from(publish);
                } else if publish {
                    loss.add(ordinal, sent.subject, len);
                }
            }
            at = end;
        }
        self.restart(again, publishes_again);
        (loss, self.fences.reset())
    }

    fn restart(&mut self, again: Vec<u8>, publishes_again: u64) {
        self.written = self.appended;
        self.confirmed = self.appended;
        self.last_fence = self.appended;
        self.fence_positions.clear();
        self.closed.clear();
        self.taken = 0;
        self.appended += again.len() as u64;
        self.open = again;
        self.open_publishes = self.publishes - publishes_again;
    }

    fn confirmed_publishes(&self) -> u64 {
        self.closed.front().map_or(self.open_publishes, |run| run.publishes_before)
    }

    /// Everything that is accepted and not confirmed, as one run of bytes; for rare occasions.
    #[must_use]
    pub fn flatten(&self) -> Vec<u8> {
        let size = self.closed.iter().map(|run| run.segment.len()).sum::<usize>() + self.open.len();
        let mut all = Vec::with_capacity(size);
        self.closed.iter().for_each(|run| all.extend_from_slice(&run.segment));
        all.extend_from_slice(&self.open);
        all
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
    fn grew(&mut self, before: usize) -> u64 {
        self.appended += (self.open.len() - before) as u64;
        if self.open.len() >= SEGMENT {
            self.close();
        }
        self.appended
    }

    fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        if self.open.len() < SMALL {
            let copy = Bytes::copy_from_slice(&self.open);
            self.open.clear();
            return self.push(copy);
        }
        let next = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(SEGMENT + SMALL));
        let full = std::mem::replace(&mut self.open, next);
        self.push(Bytes::from(full));
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
            if let Some(run) = self.closed.pop_front() {
                self.recycle(run.segment);
            }
        }
    }

    fn recycle(&mut self, segment: Segment) {
        if self.spare.len() >= SPARE || segment.len() < SMALL {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(out: &mut Outgoing<&'static str>, subject: &str, payload: &[u8]) {
        out.publish(subject, None, None, &Payload::from(payload));
    }

    /// Takes everything, as a writer would, and says how many bytes it was.
    fn take_all(out: &mut Outgoing<&'static str>) -> Vec<u8> {
        let mut runs = Vec::new();
        out.take(usize::MAX, &mut runs);
        runs.concat()
    }

    fn disconnect(out: &mut Outgoing<&'static str>, policy: LossPolicy) -> Loss {
        out.disconnect(policy, |_| false).0
    }

    #[test]
    fn what_the_kernel_never_took_goes_out_again_whole_and_in_order() {
        let mut out = Outgoing::new();
        for subject in ["a", "b", "c"] {
            publish(&mut out, subject, b"12345");
        }
        out.ping(Some("flush"));
        let sent = take_all(&mut out);
        out.wrote(sent.len() / 2);

        let (loss, waiting) = out.disconnect(LossPolicy::Report, |_| false);

        assert_eq!((loss.count, loss.first, loss.last), (1, 1, 1));
        assert_eq!(loss.first_subject, "a");
        assert_eq!(waiting, ["flush"]);
        assert_eq!(take_all(&mut out), b"PUB b 5\r\n12345\r\nPUB c 5\r\n12345\r\n");
        assert_eq!(out.unconfirmed(), 2);
    }

    #[test]
    fn a_pong_confirms_what_was_sent_before_its_ping() {
        let mut out = Outgoing::new();
        publish(&mut out, "a", b"");
        out.ping(Some("flush"));
        let first = take_all(&mut out);
        out.wrote(first.len());
        publish(&mut out, "b", b"");
        let second = take_all(&mut out);
        out.wrote(second.len());
        let mut done = Vec::new();
        out.pong(&mut done);

        assert_eq!(done, ["flush"]);
        assert_eq!(out.unconfirmed(), 1);
        let loss = disconnect(&mut out, LossPolicy::Report);
        assert_eq!((loss.count, loss.first, loss.last), (1, 2, 2));
        assert_eq!(out.retained(), 0);
    }

    #[test]
    fn by_option_everything_in_doubt_is_sent_again() {
        let mut out = Outgoing::new();
        publish(&mut out, "a", b"1");
        out.control(|out| client_op::encode_sub(out, "x", None, 1));
        publish(&mut out, "b", b"2");
        let sent = take_all(&mut out);
        out.wrote(sent.len());

        assert!(disconnect(&mut out, LossPolicy::Resend).is_empty());
        assert_eq!(take_all(&mut out), b"PUB a 1\r\n1\r\nPUB b 1\r\n2\r\n");
    }

    #[test]
    fn large_payloads_are_runs_of_their_own_and_survive_a_disconnect() {
        let mut out = Outgoing::new();
        let large = Bytes::from(vec![7_u8; BY_REFERENCE]);
        publish(&mut out, "a", b"1");
        out.publish("b", Some("r"), None, &Payload::from(large.clone()));
        publish(&mut out, "c", b"3");
        let mut runs = Vec::new();
        out.take(usize::MAX, &mut runs);
        assert!(runs.iter().any(|run| run.as_ptr() == large.as_ptr()), "the payload was copied");
        let sent = runs.concat();
        out.wrote(sent.len() - 1);

        let loss = disconnect(&mut out, LossPolicy::Report);

        assert_eq!((loss.count, loss.last_subject.as_str()), (2, "b"));
        assert_eq!(take_all(&mut out), b"PUB c 1\r\n3\r\n");
    }

    #[test]
    fn requests_report_their_own_fate() {
        let mut out: Outgoing<()> = Outgoing::new();
        let end = out.request("service", Some("_INBOX.1"), None, &Payload::from("?"));
        out.publish("a", None, None, &Payload::from("1"));
        let mut runs = Vec::new();
        out.take(usize::MAX, &mut runs);
        out.wrote(runs.concat().len());

        assert!(out.has_written(end));
        let (loss, _) = out.disconnect(
            LossPolicy::Report,
            |frame| matches!(frame, ClientFrame::Publish(sent) if sent.subject == b"service"),
        );
        assert_eq!((loss.count, loss.first), (1, 1));
    }

    #[test]
    fn fences_follow_by_themselves_and_buffers_are_used_again() {
        let mut out = Outgoing::new();
        let payload = [1_u8; 1000];
        for _ in 0..1000 {
            publish(&mut out, "a", &payload);
            let sent = take_all(&mut out);
            out.wrote(sent.len());
            let pongs = sent.windows(6).filter(|window| *window == client_op::PING).count();
            (0..pongs).for_each(|_| out.pong(&mut Vec::new()));
            assert!(out.retained() <= 2 * FENCE_EVERY);
        }
    }

    #[test]
    fn numbers_go_on_over_several_connections() {
        let mut out = Outgoing::new();
        for round in 0..3_u64 {
            publish(&mut out, "a", b"x");
            publish(&mut out, "b", b"y");
            let sent = take_all(&mut out);
            out.wrote(sent.len());
            let loss = disconnect(&mut out, LossPolicy::Report);
            assert_eq!((loss.first, loss.last), (2 * round + 1, 2 * round + 2));
        }
    }
}
