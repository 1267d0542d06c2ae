//! Where replies leave.

use std::sync::Arc;
use std::time::Duration;

use crate::client::{Client, Publish};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message};
use crate::service::Reply;

use super::counters::Counters;
use super::refusal::Refusal;

/// From this size on a reply goes to the connection as it is, not as a copy.
const BY_REFERENCE: usize = 32 * 1024;

/// Answers the requests of one endpoint, and counts.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) client: Client,
    pub(super) endpoint: &'static str,
    pub(super) counters: Arc<Counters>,
    pub(super) retry_after: Duration,
}

impl Desk {
    /// Counts and logs what became of a request.
    pub(super) fn record(&self, took: Duration, reply: &Reply) {
        let failure = reply.failure();
        self.counters.answered(took, failure);
        if let Some(failure) = failure
            && let Some(detail) = failure.detail()
        {
            tracing::error!(endpoint = self.endpoint, error = %failure, detail, "a request failed");
        }
    }

    /// Sends a reply, and gives its buffer back for the next one. Waits for room in the outbox.
    pub(super) async fn send(&self, to: &str, reply: Reply) -> Vec<u8> {
        let headers = (!reply.headers().is_empty()).then(|| reply.headers().clone());
        if reply.payload().len() >= BY_REFERENCE {
            let publish = self.client.publish(to, reply.into_payload());
            self.sent(to, with(publish, headers).await);
            return Vec::new();
        }
        let publish = self.client.publish(to, reply.payload());
        self.sent(to, with(publish, headers).await);
        reply.into_buffer()
    }

    /// Answers a request that no handler will answer. Never waits.
    pub(super) fn refuse(&self, message: &Message, refusal: Refusal) {
        let reply = refusal.reply(self.retry_after);
        if let Some(failure) = reply.failure() {
            self.counters.refused(failure);
        }
        if let Some(to) = message.reply() {
            self.log(self.error_reply(to, &reply).try_send());
        }
    }

    fn sent(&self, to: &str, sent: Result<(), Error>) {
        match sent {
            Err(error) if error.kind() == ErrorKind::PayloadTooLarge => self.too_large(to, &error),
            sent => self.log(sent),
        }
    }

    /// A caller that is told nothing would wait until its timeout.
    fn too_large(&self, to: &str, error: &Error) {
        let reply = Reply::internal_error(format!("the reply cannot be sent: {error}"));
        if let Some(failure) = reply.failure() {
            self.counters.failed(failure);
            tracing::error!(endpoint = self.endpoint, %error, "the reply is too large");
        }
        self.log(self.error_reply(to, &reply).try_send());
    }

    fn error_reply<'a>(&'a self, to: &'a str, reply: &'a Reply) -> Publish<'a> {
        self.client.publish(to, reply.payload()).headers(reply.headers().clone())
    }

    fn log(&self, sent: Result<(), Error>) {
        if let Err(error) = sent {
            tracing::warn!(endpoint = self.endpoint, %error, "a reply was not sent");
        }
    }
}

fn with(publish: Publish<'_>, headers: Option<Headers>) -> Publish<'_> {
    match headers {
        Some(headers) => publish.headers(headers),
        None => publish,
    }
}
