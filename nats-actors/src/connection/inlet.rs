//! Where the messages of a subscription go, as the reader sees it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::handover::Merge;
use super::queue::{End, Queue};
use crate::protocol::{FrameSpan, Message};
use crate::session::Token;

/// The target of a subscription.
#[derive(Debug)]
pub(super) enum Inlet {
    /// A queue that somebody reads.
    Queue(Collector),
    /// The requests that wait for replies.
    Replies,
    /// One request, which has an inbox of its own.
    Request(Token),
}

/// A queue, and what one read has brought for it so far.
#[derive(Debug)]
pub(super) struct Collector {
    pub(super) queue: Arc<Queue>,
    /// Where its messages lie in the buffer of the reader.
    pub(super) spans: Vec<FrameSpan>,
    /// What they count together.
    pub(super) bytes: usize,
    /// Whether the last message of a maximum is in the batch.
    pub(super) complete: bool,
    /// While two connections deliver.
    pub(super) merge: Option<Box<Merge>>,
    /// What only one of them has brought, and goes in front.
    pub(super) released: VecDeque<Message>,
}

impl Inlet {
    pub(super) fn queue(queue: Arc<Queue>) -> Self {
        Self::Queue(Collector {
            queue,
            spans: Vec::new(),
            bytes: 0,
            complete: false,
            merge: None,
            released: VecDeque::new(),
        })
    }

    pub(super) fn end(self, end: End) {
        if let Self::Queue(collector) = self {
            collector.queue.end(end);
        }
    }
}
