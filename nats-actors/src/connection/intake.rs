//! From bytes that were read to messages at their subscriptions.

use std::sync::{Arc, MutexGuard};
use std::task::Waker;

use bytes::{Buf, Bytes, BytesMut};

use super::blocked::Blocked;
use super::denial::deny_queue;
use super::handover::merge;
use super::inlet::{Collector, Inlet};
use super::lock::lock;
use super::queue::End;
use super::shared::Shared;
use super::shelf::Shelf;
use super::statistics::Counters;
use super::waiter::Waiter;
use crate::protocol::client_op;
use crate::protocol::{DecodeLimits, Decoded, Message, MessageLayout, MsgFrame};
use crate::protocol::{ProtocolError, ServerError, ServerFrame, ServerInfo, decode};
use crate::session::{Interest, Replies, Token};

/// Frames from this size on share the read buffer; smaller ones are copied out of it.
const SHARE_FROM: usize = 16 * 1024;

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
    /// Whether there is more in the buffer, for which the batches that are blocked must be delivered first.
    pub(super) paused: bool,
    /// Batches whose queue is full and whose policy is to wait.
    pub(super) blocked: Vec<Blocked>,
    /// What the actor must hear, in order.
    pub(super) control: Vec<Control>,
}

/// Parses what a read brought, groups it by subscription, and hands each subscription its batch.
#[derive(Debug)]
pub(super) struct Intake {
    limits: DecodeLimits,
    shelf: Shelf,
    routes: Routes,
}

/// Where messages go during a pass, and what there is to do behind it.
#[derive(Debug, Default)]
struct Routes {
    /// The connection from which they come.
    epoch: u64,
    /// The subscriptions that have something in their batch.
    touched: Vec<u64>,
    wakers: Vec<Waker>,
    messages: u64,
    late: u64,
}

impl Intake {
    pub(super) fn new(epoch: u64) -> Self {
        let routes = Routes { epoch, ..Routes::default() };
        Self { limits: DecodeLimits::default(), shelf: Shelf::new(), routes }
    }

    /// Takes every whole frame out of `buffer` and delivers it.
    pub(super) fn pass(
        &mut self,
        shared: &Arc<Shared>,
        buffer: &mut BytesMut,
    ) -> Result<Pass, ProtocolError> {
        let mut pass = Pass::default();
        let mut tables = Tables { shared, interest: lock(&shared.interest), replies: None };
        self.routes.touched.append(&mut shared.moving.take_touched());
        let mut used = 0;
        let result = loop {
            match decode(buffer.get(used..).unwrap_or_default(), &self.limits) {
                Err(error) => break Err(error),
                Ok(Decoded::Incomplete { need }) => break Ok(need),
                Ok(Decoded::Frame { frame: ServerFrame::Msg(frame), len }) if len < SHARE_FROM => {
                    self.copy(&mut tables, &frame);
                    used += len;
                }
                Ok(Decoded::Frame { frame: ServerFrame::Msg(frame), len }) => {
                    let (sid, layout) = (frame.sid, frame.layout());
                    let range = frame.subject_offset..frame.end_offset();
                    buffer.advance(used);
                    used = 0;
                    let whole = buffer.split_to(len).freeze();
                    self.deliver(&mut tables, sid, whole.slice(range), layout);
                }
                Ok(Decoded::Frame { frame, len }) => {
                    if matches!(frame, ServerFrame::Pong) {
                        self.hand_over(&mut tables, &mut pass);
                        // A fence closes behind what came before it, and so must wait for it too.
                        pass.paused = !pass.blocked.is_empty();
                        if pass.paused {
                            break Ok(0);
                        }
                    }
                    control(&mut tables, self.routes.epoch, &frame, &mut pass);
                    used += len;
                }
            }
        };
        self.hand_over(&mut tables, &mut pass);
        drop(tables);
        self.routes.finish(shared);
        buffer.advance(used);
        pass.need = result?;
        Ok(pass)
    }

    /// Delivers a copy of a frame that is not worth keeping the read buffer for.
    #[inline]
    fn copy(&mut self, tables: &mut Tables<'_>, frame: &MsgFrame<'_>) {
        let size = frame.packed_len();
        if size > Shelf::LARGEST {
            let mut own = Vec::with_capacity(size);
            let layout = frame.pack_into(&mut own);
            return self.deliver(tables, frame.sid, Bytes::from(own), layout);
        }
        if !self.shelf.has_room(size) {
            self.clear_shelf(tables);
        }
        self.shelf.put(frame);
    }

    /// Delivers a frame that has a buffer of its own, behind what is on the shelf.
    fn deliver(&mut self, tables: &mut Tables<'_>, sid: u64, frame: Bytes, layout: MessageLayout) {
        self.clear_shelf(tables);
        if let Some(message) = Message::from_frame(frame, layout) {
            self.routes.deliver(tables, sid, message);
        }
    }

    fn clear_shelf(&mut self, tables: &mut Tables<'_>) {
        self.shelf.clear(|sid, message| self.routes.deliver(tables, sid, message));
    }

    /// Moves everything that came so far to its queues.
    fn hand_over(&mut self, tables: &mut Tables<'_>, pass: &mut Pass) {
        self.clear_shelf(tables);
        tables.replies = None;
        self.routes.hand_over(tables.shared, &mut tables.interest, pass);
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
    #[inline]
    fn deliver(&mut self, tables: &mut Tables<'_>, sid: u64, message: Message) {
        let size = message.wire_size();
        self.messages += 1;
        let Some(entry) = tables.interest.get_mut(sid) else {
            self.late += 1;
            return;
        };
        let last = entry.delivered();
        match &mut entry.target {
            Inlet::Queue(collector) => {
                if collector.batch.is_empty() {
                    self.touched.push(sid);
                }
                collector.batch.push_back(message);
                collector.bytes += size;
                collector.complete |= last;
            }
            Inlet::Replies => {
                let shared = tables.shared;
                let replies = tables.replies.get_or_insert_with(|| lock(&shared.replies));
                self.wakers.extend(answer(replies, message));
            }
            Inlet::Request(token) => {
                let shared = tables.shared;
                let replies = tables.replies.get_or_insert_with(|| lock(&shared.replies));
                let waiter = replies.get_mut(*token);
                self.wakers.extend(waiter.and_then(|waiter| waiter.reply(message)));
            }
        }
    }

    /// Moves every batch to its queue.
    fn hand_over(&mut self, shared: &Arc<Shared>, interest: &mut Interest<Inlet>, pass: &mut Pass) {
        for sid in self.touched.drain(..) {
            let Some(entry) = interest.get_mut(sid) else { continue };
            merge(entry, self.epoch);
            let Inlet::Queue(collector) = &mut entry.target else { continue };
            let Collector { queue, batch, bytes, complete, .. } = collector;
            let pushed = queue.push(batch, std::mem::take(bytes));
            Counters::add(&shared.counters.dropped, pushed.dropped);
            if pushed.blocked {
                pass.blocked.push(Blocked {
                    shared: Arc::clone(shared),
                    queue: Arc::clone(queue),
                    batch: std::mem::take(batch),
                    finished: complete.then_some(sid),
                });
                continue;
            }
            if (*complete || pushed.failed)
                && let Some(entry) = interest.remove(sid)
            {
                // Also behind a maximum: the server counts no message of its own.
                shared.outbox.control(|out| client_op::encode_unsub(out, sid, None));
                entry.target.end(End::Finished);
            }
        }
    }

    /// Wakes who was answered, and counts.
    fn finish(&mut self, shared: &Shared) {
        self.wakers.drain(..).for_each(Waker::wake);
        Counters::add(&shared.counters.in_messages, std::mem::take(&mut self.messages));
        Counters::add(&shared.counters.late, std::mem::take(&mut self.late));
    }
}

/// Hands a reply to the request that waits for it, if one still does.
fn answer(replies: &mut Replies<Waiter>, message: Message) -> Option<Waker> {
    let text = message.subject().rsplit('.').next()?;
    let token = Token::parse(text.as_bytes())?;
    replies.get_mut(token)?.reply(message)
}

fn control(tables: &mut Tables<'_>, epoch: u64, frame: &ServerFrame<'_>, pass: &mut Pass) {
    match frame {
        ServerFrame::Ping => tables.shared.outbox.pong_for_ping(epoch),
        ServerFrame::Pong => tables.shared.outbox.pong(epoch),
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
        ServerFrame::Ok | ServerFrame::Msg(_) => {}
    }
}
