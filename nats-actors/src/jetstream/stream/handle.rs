//! One stream, to work with.

use crate::jetstream::{Error, JetStream, StreamInfo};

/// One stream, seen through one client. Cheap enough to clone: a name and what was last known.
#[derive(Clone, Debug)]
pub struct Stream {
    js: JetStream,
    name: String,
    info: Option<StreamInfo>,
}

impl Stream {
    pub(super) fn known(js: JetStream, info: StreamInfo) -> Self {
        Self { js, name: info.config.name.clone(), info: Some(info) }
    }

    pub(super) fn bound(js: JetStream, name: &str) -> Self {
        Self { js, name: name.to_owned(), info: None }
    }

    /// The stream's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The JetStream it belongs to.
    #[must_use]
    pub fn jetstream(&self) -> &JetStream {
        &self.js
    }

    /// What the server said when this handle was made; nothing if it was not asked.
    #[must_use]
    pub fn cached_info(&self) -> Option<&StreamInfo> {
        self.info.as_ref()
    }

    /// Asks what the stream is and holds now.
    ///
    /// # Errors
    ///
    /// [`STREAM_NOT_FOUND`](crate::jetstream::ErrorCode::STREAM_NOT_FOUND) if it is gone; that the
    /// server did not answer.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn info(&self) -> Result<StreamInfo, Error> {
        self.js.ask(self.js.prefix().stream_info(&self.name)).await
    }
}
