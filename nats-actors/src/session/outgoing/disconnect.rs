//! What becomes of the outgoing stream when its connection is lost.

use std::ops::Range;

use super::stream::{Closed, Outgoing};
use crate::protocol::{ClientFrame, next_client_frame};
use crate::session::loss::{Loss, LossPolicy};

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It goes out on the next connection.
    Kept,
    /// It does not, and that is news.
    Lost,
    /// It does not, and somebody knows already.
    Forgotten,
}

/// Messages that go out again, with no gap in the numbers of their publishes.
#[derive(Debug)]
struct Run {
    bytes: Vec<u8>,
    before: u64,
    last: u64,
}

impl<W> Outgoing<W> {
    /// The connection is lost: keeps what must be sent on the next one, and tells what is in doubt.
    ///
    /// Frames that the kernel did not take whole are kept in order; control operations are dropped, for they belong to
    /// the lost connection. `is_request` tells frames that report their own fate. Who waited for a fence is returned.
    pub fn disconnect(
        &mut self,
        policy: LossPolicy,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> (Loss, Vec<W>) {
        let (written, fenced) = (self.written, self.fenced);
        let loss = self.sort(is_request, |_, publish, at| {
            if at.end <= fenced {
                Fate::Forgotten
            } else if at.end > written || (publish && policy == LossPolicy::Resend) {
                Fate::Kept
            } else {
                Fate::Lost
            }
        });
        (loss, self.fences.reset())
    }

    /// Drops messages that must not go out, and tells which publishes are among them.
    ///
    /// For the time between two connections, when nothing is with a writer.
    pub fn screen(
        &mut self,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
        drops: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> Loss {
        let none = !frames(&self.flatten()).any(|(frame, _)| drops(&frame));
        if none {
            return Loss::default();
        }
        self.sort(is_request, |frame, _, _| if drops(frame) { Fate::Lost } else { Fate::Kept })
    }

    /// Drops the oldest publishes, `bytes` of them if there are so many, and tells which. Requests stay: each has a
    /// deadline of its own.
    ///
    /// For the time between two connections, when nothing is with a writer.
    pub fn make_room(&mut self, bytes: u64, is_request: impl Fn(&ClientFrame<'_>) -> bool) -> Loss {
        let mut freed = 0;
        self.sort(is_request, |_, publish, at| {
            if !publish || freed >= bytes {
                return Fate::Kept;
            }
            freed += at.end - at.start;
            Fate::Lost
        })
    }

    /// Decides about every message; `fate` is given its frame, whether it is a publish, and where it stands.
    fn sort(
        &mut self,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
        mut fate: impl FnMut(&ClientFrame<'_>, bool, Range<u64>) -> Fate,
    ) -> Loss {
        let all = self.flatten();
        let starts = self.starts();
        let mut starts = starts.iter().peekable();
        let mut loss = Loss::default();
        let mut again: Vec<Run> = Vec::new();
        let (mut number, mut kept) = (0, 0);
        for (frame, range) in frames(&all) {
            while let Some((start, before)) = starts.next_if(|(start, _)| *start <= range.start) {
                // A run may begin inside of a frame, whose payload it is.
                number = if *start == range.start { *before } else { number };
            }
            let ClientFrame::Publish(sent) = frame else { continue };
            let publish = !is_request(&frame);
            number += u64::from(publish);
            let bytes = all.get(range.clone()).unwrap_or_default();
            let at = self.confirmed + range.start as u64..self.confirmed + range.end as u64;
            match fate(&frame, publish, at) {
                Fate::Kept => {
                    kept += u64::from(publish);
                    keep(&mut again, bytes, publish, number);
                }
                Fate::Lost if publish => loss.add(number, sent.subject, bytes.len()),
                Fate::Lost | Fate::Forgotten => {}
            }
        }
        self.restart(again);
        self.settled = self.publishes - kept;
        loss
    }

    fn restart(&mut self, mut again: Vec<Run>) {
        self.written = self.appended;
        self.confirmed = self.appended;
        self.last_fence = self.appended;
        self.marks.clear();
        // Whoever held it back for another connection had this one to wait for.
        self.held = None;
        self.taken = 0;
        self.appended += again.iter().map(|run| run.bytes.len() as u64).sum::<u64>();
        // What is appended next has the next number.
        let open = again.pop_if(|run| run.last == self.publishes);
        self.open_publishes = open.as_ref().map_or(self.publishes, |run| run.before);
        self.open = open.map(|run| run.bytes).unwrap_or_default();
        let closed = again.into_iter();
        let closed =
            closed.map(|run| Closed { segment: run.bytes.into(), publishes_before: run.before });
        self.closed = closed.collect();
    }

    /// Where each run begins in what [`flatten`](Self::flatten) gives, and how many publishes were before it.
    fn starts(&self) -> Vec<(usize, u64)> {
        let mut at = 0;
        let closed = self.closed.iter().map(|run| {
            let start = at;
            at += run.segment.len();
            (start, run.publishes_before)
        });
        let mut starts: Vec<_> = closed.collect();
        starts.push((at, self.open_publishes));
        starts
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
}

fn keep(again: &mut Vec<Run>, bytes: &[u8], publish: bool, number: u64) {
    let before = number - u64::from(publish);
    if let Some(run) = again.last_mut().filter(|run| publish && run.before == run.last) {
        // Requests have no numbers: what is missing behind them is missing before them.
        (run.before, run.last) = (before, before);
    }
    let fits = again.last().is_some_and(|run| !publish || run.last == before);
    if !fits {
        again.push(Run { bytes: Vec::new(), before, last: before });
    }
    if let Some(run) = again.last_mut() {
        run.bytes.extend_from_slice(bytes);
        run.last = if publish { number } else { run.last };
    }
}

/// The frames of `bytes`, and where they stand.
fn frames(bytes: &[u8]) -> impl Iterator<Item = (ClientFrame<'_>, Range<usize>)> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let (frame, len) = next_client_frame(bytes.get(at..)?)?;
        let start = at;
        at = at.checked_add(len)?;
        Some((frame, start..at))
    })
}
