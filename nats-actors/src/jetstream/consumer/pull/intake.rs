//! The way of messages from the subscription to the buffer.

use std::sync::Arc;
use std::time::Instant;

use ractor::ActorRef;
use tokio::sync::oneshot;

use super::message::PullMsg;
use super::shared::Shared;
use super::state::MessagesEvent;
use crate::jetstream::Error;
use crate::protocol::header_name as header;
use crate::protocol::{Message, Status};
use crate::subscription::Subscription;

/// Where the server answers pulls: one subscription, and a subject under it for each pull.
#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) prefix: String,
    pub(crate) subscription: Subscription,
}

/// One status, and the pull that it is about.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) token: u64,
    pub(crate) status: Status,
    /// Messages of the pull that were not delivered, where the server tells.
    pub(crate) undelivered: Option<usize>,
}

/// Moves messages until the subscription ends, or until `drain` is told and all that the server had
/// sent before it knew is here.
pub(crate) async fn run(
    mut inbox: Inbox,
    shared: Arc<Shared>,
    actor: ActorRef<PullMsg>,
    mut drain: oneshot::Receiver<()>,
) {
    const BATCH: usize = 1024;

    let mut farewell = Farewell { actor, error: None };
    let mut batch = Vec::new();
    let draining = loop {
        tokio::select! {
            biased;
            _ = &mut drain => break true,
            taken = inbox.subscription.next_batch(&mut batch, BATCH) => {
                if taken == 0 {
                    break false;
                }
                farewell.pass(take_in(&mut batch, &inbox.prefix, &shared));
            }
        }
    };
    if draining {
        if shared.client().state().is_connected() {
            // What it cannot fetch any more is delivered again after the ack wait.
            let _ = inbox.subscription.drain().await;
        } else {
            inbox.subscription.unsubscribe();
        }
        while inbox.subscription.next_batch(&mut batch, BATCH).await > 0 {
            farewell.pass(take_in(&mut batch, &inbox.prefix, &shared));
        }
    } else {
        farewell.error = inbox.subscription.error().map(Error::from);
    }
}

/// Sorts a batch: messages to the buffer, statuses to the actor.
fn take_in(batch: &mut Vec<Message>, prefix: &str, shared: &Shared) -> Option<PullMsg> {
    let mut statuses = Vec::new();
    // What a stream delivers keeps the subject that it was published to: only statuses come on
    // ours, whatever the headers of a stored message say.
    let own = |message: &Message| message.subject().starts_with(prefix);
    if batch.iter().any(own) {
        batch.retain(|message| {
            let is_status = own(message);
            if is_status {
                statuses.extend(said(message, prefix));
            }
            !is_status
        });
        if statuses.iter().any(|said| said.status.code() == Status::CONTROL) {
            shared.saw_heartbeat();
        }
    }
    let mut news = !statuses.is_empty();
    if !batch.is_empty() {
        shared.saw_delivery();
        let delivered = batch.len();
        store(std::mem::take(batch), shared);
        news |= shared.tally.add(delivered);
    }
    news.then_some(PullMsg::Arrived(statuses))
}

fn store(batch: Vec<Message>, shared: &Shared) {
    shared.ledger.add(batch.len(), batch.iter().map(Message::wire_size).sum());
    let refused = shared.buffer.push(batch, shared.most_buffered(), Instant::now());
    if !refused.is_empty() {
        shared.give_back(&refused);
        let _ = shared.events.send(MessagesEvent::Refused { messages: refused.len() });
    }
}

fn said(message: &Message, prefix: &str) -> Option<Said> {
    let token = message.subject().strip_prefix(prefix)?.strip_prefix('.')?.parse().ok()?;
    let status = message.status()?;
    let headers = message.headers_lossy();
    let undelivered = headers.get(header::PENDING_MESSAGES).and_then(|text| text.parse().ok());
    Some(Said { token, status, undelivered })
}

/// Tells the actor that nothing comes any more, however the task ends.
struct Farewell {
    actor: ActorRef<PullMsg>,
    error: Option<Error>,
}

impl Farewell {
    fn pass(&self, news: Option<PullMsg>) {
        if let Some(news) = news {
            let _ = self.actor.cast(news);
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        let _ = self.actor.cast(PullMsg::IntakeEnded(self.error.take()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Headers;

    // spec: CNS-55
    #[test]
    fn a_status_names_its_pull_and_what_was_not_delivered() {
        let mut frame = b"_INBOX.x.7".to_vec();
        let block = b"NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 5\r\n\r\n";
        frame.extend_from_slice(block);
        let layout = crate::protocol::MessageLayout::packed(10, 0, block.len());
        let message = Message::from_frame(frame.into(), layout).unwrap();
        let said = said(&message, "_INBOX.x").unwrap();

        assert_eq!((said.token, said.status.code(), said.undelivered), (7, 408, Some(5)));
        assert_eq!(said.status.description(), "Request Timeout");
    }

    #[test]
    fn what_is_no_status_of_a_pull_says_nothing() {
        for subject in ["_INBOX.x", "_INBOX.x.", "_INBOX.x.a", "_INBOX.xy.1", "_INBOX.x.1.2"] {
            let message = Message::new(subject, None, Some(&Headers::new()), b"");
            assert!(said(&message, "_INBOX.x").is_none(), "{subject}");
        }
    }
}
