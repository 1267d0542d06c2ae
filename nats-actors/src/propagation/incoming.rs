//! A message whose handling begins.

use crate::protocol::{Headers, Message};

/// A message that is about to be handled.
#[derive(Debug)]
pub struct Incoming<'a> {
    message: &'a Message,
    headers: Headers,
    subscription: Option<&'a str>,
    group: Option<&'a str>,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(message: &'a Message) -> Self {
        // A block that is malformed in one line may name its trace in another.
        let headers = if message.has_headers() { message.headers_lossy() } else { Headers::new() };
        Self { message, headers, subscription: None, group: None }
    }

    /// It came by this pattern, to one of this group.
    pub(crate) const fn by(mut self, pattern: &'a str, group: Option<&'a str>) -> Self {
        (self.subscription, self.group) = (Some(pattern), group);
        self
    }

    /// The message as it came.
    #[must_use]
    pub const fn message(&self) -> &'a Message {
        self.message
    }

    /// What can be read of its headers.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// What it came by: the subject of the subscription, with its wildcards, or the pattern of the handler; none if that is
    /// not known. There are few of them, so it may be a name of spans and a label of metrics, which a subject must not be.
    #[must_use]
    pub const fn subscription(&self) -> Option<&'a str> {
        self.subscription
    }

    /// Who shares the messages: the queue group, or the durable consumer.
    #[must_use]
    pub const fn group(&self) -> Option<&'a str> {
        self.group
    }
}
