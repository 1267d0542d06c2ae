//! From bytes that were read to messages at their subscriptions.

use std::sync::{Arc, MutexGuard};
use std::task::Waker;

use bytes::Bytes;

use super::blocked::Blocked;
use super::denial::deny_queue;
use super::handover::merge;
use super::inlet::{Collector, Inlet};
use super::lock::lock;
use super::queue::End;
use super::read_buffer::ReadBuffer;
use super::shared::Shared;
use super::statistics::Counters;
use super::waiter::Waiter;
use crate::protocol::client_op;
use crate::protocol::{DecodeLimits, Decoded, FrameSpan, Message, MsgFrame};
use crate::protocol::{ProtocolError, ServerError, ServerFrame, ServerInfo, decode};
use crate::session::{Frames, Interest, Replies, Shelf, Token};

/// A batch from this size on shares the read buffer; a smaller one is copied out of it.
const SHARE_FROM: usize = 24 * 1024;
/// How many buffers of small messages are remembered, to be used again when their messages are gone.
const SHELF_BUFFERS: usize = 256;

/// Something that the actor must decide about.
#[derive(Debug)]
pub(super) enum Control {
    Info(Box<ServerInfo>),
    Error(ServerError),
}

/// What one pass over the buffer left to do.
#[derive(Debug, Default)]
pub(super) struct Pass {
    /// How many bytes the buffer must hold before the next pass.
    pub(super) need: usize,
    /// Whether there is more in the buffer, for which the batches that are blocked must be delivered first, and what the
    /// actor must hear be heard.
    pub(super) paused: bool,
    /// Batches whose queue is full and whose policy is to wait.
    pub(super) blocked: Vec<Blocked>,
    /// What the actor must hear, in order.
    pub(super) control: Vec<Control>,
    /// Why nothing can be read any more.
    pub(super) broken: Option<ProtocolError>,
}

/// Parses what a read brought, groups it by subscription, and hands each subscription its batch.
#[derive(Debug)]
pub(super) struct Intake {
    limits: DecodeLimits,
    routes: Routes,
}

/// Where messages go during a pass, and what there is to do behind it.
#[derive(Debug)]
struct Routes {
    /// The connection from which they come.
    epoch: u64,
    /// Whether another connection brings the same replies.
    merging: bool,
    /// The subscriptions that have something in their batch.
    touched: Vec<u64>,
    /// Whether a batch is large enough to share the read buffer.
    sharing: bool,
    /// A reply that is large enough to share it too, and those that came behind it.
    large: Vec<(Token, FrameSpan)>,
    /// Where batches go that do not share it.
    shelf: Shelf,
    scratch: Vec<u8>,
    wakers: Vec<Waker>,
    messages: u64,
    late: u64,
}

impl Intake {
    pub(super) fn new(epoch: u64) -> Self {
        Self { limits: DecodeLimits::default(), routes: Routes::new(epoch) }
    }

    /// Takes every whole frame out of `buffer` and delivers it.
    pub(super) fn pass(&mut self, shared: &Arc<Shared>, buffer: &mut ReadBuffer) -> Pass {
        let mut pass = Pass::default();
        let mut tables = Tables { shared, interest: lock(&shared.interest), replies: None };
        self.routes.touched.append(&mut shared.moving.take_touched());
        self.routes.merging = shared.moving.is_merging();
        let mut used = 0;
        loop {
            match decode(buffer.unused().get(used..).unwrap_or_default(), &self.limits) {
                Err(error) => {
                    pass.broken = Some(error);
                    break;
                }
                Ok(Decoded::Incomplete { need }) => {
                    pass.need = need;
                    break;
                }
                Ok(Decoded::Frame { frame: ServerFrame::Msg(frame), len }) => {
                    self.routes.deliver(&mut tables, &frame, used);
                    used += len;
                }
                Ok(Decoded::Frame { frame: ServerFrame::Pong, len }) => {
                    // A fence closes behind what came before it, and so must wait for it too: for an `-ERR` as well,
                    // whose message is not known any more once it counts as confirmed.
                    self.routes.hand_over(
                        &mut tables,
                        buffer,
                        std::mem::take(&mut used),
                        &mut pass,
                    );
                    pass.paused = !pass.blocked.is_empty() || !pass.control.is_empty();
                    if pass.paused {
                        break;
                    }
                    shared.outbox.pong(self.routes.epoch);
                    used += len;
                }
                Ok(Decoded::Frame { frame, len }) => {
                    control(&mut tables, self.routes.epoch, &frame, &mut pass);
                    used += len;
                }
            }
        }
        self.routes.hand_over(&mut tables, buffer, used, &mut pass);
        drop(tables);
        self.routes.finish(shared);
        pass
    }
}

/// The tables of the connection, locked for a pass.
struct Tables<'a> {
    shared: &'a Arc<Shared>,
    interest: MutexGuard<'a, Interest<Inlet>>,
    /// Locked with the first reply.
    replies: Option<MutexGuard<'a, Replies<Waiter>>>,
}

impl Routes {
    fn new(epoch: u64) -> Self {
        Self {
            epoch,
            merging: false,
            touched: Vec::new(),
            sharing: false,
            large: Vec::new(),
            shelf: Shelf::new(SHELF_BUFFERS),
            scratch: Vec::new(),
            wakers: Vec::new(),
            messages: 0,
            late: 0,
        }
    }

    /// Notes where a message lies, `base` bytes and more behind the beginning of the buffer.
    #[inline]
    fn deliver(&mut self, tables: &mut Tables<'_>, frame: &MsgFrame<'_>, base: usize) {
        let span = FrameSpan::new(frame, base);
        let size = span.wire_size();
        self.messages += 1;
        let Some(entry) = tables.interest.get_mut(frame.sid) else {
            self.late += 1;
            return;
        };
        if self.merging
            && !matches!(entry.target, Inlet::Queue(_))
            && is_second(tables.shared, self.epoch, frame)
        {
            return;
        }
        let last = entry.delivered();
        match &mut entry.target {
            Inlet::Queue(collector) => {
                if collector.spans.is_empty() {
                    self.touched.push(frame.sid);
                }
                collector.spans.push(span);
                collector.bytes += size;
                collector.complete |= last;
                self.sharing |= collector.bytes >= SHARE_FROM;
            }
            Inlet::Replies => {
                let token = tables.shared.request_of(frame.subject);
                self.answer(tables, token, frame, span);
            }
            Inlet::Request(token) => {
                let token = *token;
                self.answer(tables, Some(token), frame, span);
            }
        }
    }

    /// Hands a reply to the request that waits for it, if one still does.
    fn answer(
        &mut self,
        tables: &mut Tables<'_>,
        token: Option<Token>,
        frame: &MsgFrame<'_>,
        span: FrameSpan,
    ) {
        let shared = tables.shared;
        let Some(token) = token else { return };
        if span.wire_size() >= SHARE_FROM || !self.large.is_empty() {
            self.sharing = true;
            return self.large.push((token, span));
        }
        let replies = tables.replies.get_or_insert_with(|| lock(&shared.replies));
        let Some(waiter) = replies.get_mut(token) else { return };
        self.scratch.clear();
        let layout = frame.pack_into(&mut self.scratch);
        if let Some(message) = Message::from_frame(self.shelf.hold(&self.scratch), layout) {
            self.wakers.extend(waiter.reply(message));
        }
    }

    /// Hands over large replies, and those that came behind one of them.
    #[cold]
    fn answer_large(&mut self, shared: &Shared, whole: &Bytes) {
        let mut replies = lock(&shared.replies);
        for (token, span) in self.large.drain(..) {
            let Some(waiter) = replies.get_mut(token) else { continue };
            let bytes = whole.slice(span.range());
            let kept = if span.wire_size() < SHARE_FROM { self.shelf.hold(&bytes) } else { bytes };
            self.wakers.extend(waiter.reply(Message::from_span(kept, &span)));
        }
    }

    /// Moves every batch, which lies in the first `used` bytes of `buffer`, to its queue.
    fn hand_over(
        &mut self,
        tables: &mut Tables<'_>,
        buffer: &mut ReadBuffer,
        used: usize,
        pass: &mut Pass,
    ) {
        tables.replies = None;
        if std::mem::take(&mut self.sharing) {
            let whole = buffer.hand_out(used);
            if !self.large.is_empty() {
                self.answer_large(tables.shared, &whole);
            }
            return self.push_all(tables, Source::Shared(&whole), pass);
        }
        self.push_all(tables, Source::Borrowed(buffer.unused()), pass);
        buffer.used(used);
    }

    fn push_all(&mut self, tables: &mut Tables<'_>, source: Source<'_>, pass: &mut Pass) {
        let shared = tables.shared;
        let mut touched = std::mem::take(&mut self.touched);
        for sid in touched.drain(..) {
            let Some(entry) = tables.interest.get_mut(sid) else { continue };
            let Inlet::Queue(collector) = &mut entry.target else { continue };
            let batch = self.batch(collector, source);
            let mut batch = merge(entry, self.epoch, batch);
            let Inlet::Queue(collector) = &mut entry.target else { continue };
            let complete = collector.complete;
            let pushed = collector.queue.push(&mut batch, &mut collector.spans);
            Counters::add(&shared.counters.dropped, pushed.dropped);
            if pushed.blocked {
                let (shared, queue) = (Arc::clone(shared), Arc::clone(&collector.queue));
                pass.blocked.push(Blocked {
                    shared,
                    queue,
                    batch,
                    finished: complete.then_some(sid),
                });
                continue;
            }
            if (complete || pushed.failed)
                && let Some(entry) = tables.interest.remove(sid)
            {
                // Also behind a maximum: the server counts no message of its own.
                shared.outbox.control(|out| client_op::encode_unsub(out, sid, None));
                entry.target.end(End::Finished);
            }
        }
        self.touched = touched;
    }

    /// The batch of one subscription, in a buffer that it may keep.
    fn batch(&mut self, collector: &mut Collector, source: Source<'_>) -> Frames {
        let mut spans = std::mem::take(&mut collector.spans);
        let bytes = std::mem::take(&mut collector.bytes);
        if let Source::Shared(whole) = source
            && bytes >= SHARE_FROM
        {
            return Frames::new(whole.clone(), spans, bytes);
        }
        self.scratch.clear();
        for span in &mut spans {
            let at = self.scratch.len();
            self.scratch.extend_from_slice(source.bytes().get(span.range()).unwrap_or_default());
            *span = span.moved_to(at);
        }
        Frames::new(self.shelf.hold(&self.scratch), spans, bytes)
    }

    /// Wakes who was answered, and counts.
    fn finish(&mut self, shared: &Shared) {
        self.wakers.drain(..).for_each(Waker::wake);
        Counters::add(&shared.counters.in_messages, std::mem::take(&mut self.messages));
        Counters::add(&shared.counters.late, std::mem::take(&mut self.late));
    }
}

/// Whether the other connection has brought this reply already.
#[cold]
fn is_second(shared: &Shared, epoch: u64, frame: &MsgFrame<'_>) -> bool {
    let mut bytes = Vec::with_capacity(frame.packed_len());
    let layout = frame.pack_into(&mut bytes);
    let reply = Message::from_frame(bytes.into(), layout);
    reply.is_some_and(|reply| shared.moving.is_second(epoch, &reply))
}

/// What the batches of a pass lie in.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// A buffer that batches may share.
    Shared(&'a Bytes),
    /// The read buffer, which is written again.
    Borrowed(&'a [u8]),
}

impl<'a> Source<'a> {
    fn bytes(self) -> &'a [u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }
}

fn control(tables: &mut Tables<'_>, epoch: u64, frame: &ServerFrame<'_>, pass: &mut Pass) {
    match frame {
        ServerFrame::Ping => tables.shared.outbox.pong_for_ping(epoch),
        ServerFrame::Info(json) => {
            if let Ok(info) = ServerInfo::parse(json) {
                pass.control.push(Control::Info(Box::new(info)));
            }
        }
        ServerFrame::Err(text) => {
            let error = ServerError::parse(text);
            deny_queue(&mut tables.interest, &error);
            pass.control.push(Control::Error(error));
        }
        ServerFrame::Ok | ServerFrame::Pong | ServerFrame::Msg(_) => {}
    }
}
