//! One consumer, to work with.

use crate::jetstream::{ConsumerInfo, Error, JetStream};

/// One consumer, seen through one client. Cheap enough to clone: two names and what was last known.
#[derive(Clone, Debug)]
pub struct Consumer {
    js: JetStream,
    stream: String,
    name: String,
    info: Option<ConsumerInfo>,
}

impl Consumer {
    pub(super) fn known(js: JetStream, info: ConsumerInfo) -> Self {
        Self { js, stream: info.stream.clone(), name: info.name.clone(), info: Some(info) }
    }

    pub(super) fn bound(js: JetStream, stream: &str, name: &str) -> Self {
        Self { js, stream: stream.to_owned(), name: name.to_owned(), info: None }
    }

    /// The consumer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the stream that it reads.
    #[must_use]
    pub fn stream_name(&self) -> &str {
        &self.stream
    }

    /// The JetStream it belongs to.
    #[must_use]
    pub fn jetstream(&self) -> &JetStream {
        &self.js
    }

    /// What the server said when this handle was made; nothing if it was not asked.
    #[must_use]
    pub fn cached_info(&self) -> Option<&ConsumerInfo> {
        self.info.as_ref()
    }

    /// Asks what the consumer is and owes now.
    ///
    /// # Errors
    ///
    /// [`CONSUMER_NOT_FOUND`](crate::jetstream::ErrorCode::CONSUMER_NOT_FOUND) if it is gone; that
    /// the server did not answer.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn info(&self) -> Result<ConsumerInfo, Error> {
        self.js.ask(self.js.prefix().consumer_info(&self.stream, &self.name)).await
    }
}
