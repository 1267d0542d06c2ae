//! Creating, changing, finding and deleting consumers.

use serde::Serialize;

use super::Consumer;
use crate::jetstream::api::check_name;
use crate::jetstream::{ConsumerConfig, ConsumerInfo, Error, JetStream, Stream};
use crate::protocol::check_pattern;

/// What a creation may find.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) enum Intent {
    #[serde(rename = "create")]
    Create,
    #[serde(rename = "update")]
    Update,
    #[serde(rename = "")]
    Either,
}

/// Every operation fails with [`Unavailable`](crate::jetstream::ErrorKind::Unavailable) if nobody
/// answers for JetStream, with [`TimedOut`](crate::jetstream::ErrorKind::TimedOut) and the like as
/// the connection has it, and with [`Api`](crate::jetstream::ErrorKind::Api) for what the server
/// refuses.
impl Stream {
    /// Creates a consumer. One that exists with an equal configuration counts as created.
    ///
    /// # Errors
    ///
    /// [`CONSUMER_ALREADY_EXISTS`](crate::jetstream::ErrorCode::CONSUMER_ALREADY_EXISTS) if it
    /// exists with another one; [`BadName`](crate::jetstream::ErrorKind::BadName) and
    /// [`BadSubject`](crate::jetstream::ErrorKind::BadSubject) if name or filters are not legal.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn create_consumer(&self, config: ConsumerConfig) -> Result<Consumer, Error> {
        create(self.jetstream(), self.name(), &config, Intent::Create).await
    }

    /// Changes a consumer to be what `config` says.
    ///
    /// # Errors
    ///
    /// [`CONSUMER_DOES_NOT_EXIST`](crate::jetstream::ErrorCode::CONSUMER_DOES_NOT_EXIST) if there
    /// is none; [`CONSUMER_CREATE`](crate::jetstream::ErrorCode::CONSUMER_CREATE) for a change that
    /// the server does not allow.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn update_consumer(&self, config: ConsumerConfig) -> Result<Consumer, Error> {
        create(self.jetstream(), self.name(), &config, Intent::Update).await
    }

    /// Makes a consumer be what `config` says, whether it exists or not.
    ///
    /// # Errors
    ///
    /// Those of [`update_consumer`](Self::update_consumer) and of
    /// [`create_consumer`](Self::create_consumer), but for its being there or not.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn create_or_update_consumer(
        &self,
        config: ConsumerConfig,
    ) -> Result<Consumer, Error> {
        create(self.jetstream(), self.name(), &config, Intent::Either).await
    }

    /// The consumer of this name, with what the server says of it.
    ///
    /// # Errors
    ///
    /// [`CONSUMER_NOT_FOUND`](crate::jetstream::ErrorCode::CONSUMER_NOT_FOUND) if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn consumer(&self, name: impl AsRef<str>) -> Result<Consumer, Error> {
        let info = self.bind_consumer(name)?.info().await?;
        Ok(Consumer::known(self.jetstream().clone(), info))
    }

    /// The consumer of this name, without asking for it: for accounts that may not ask. Its limits
    /// and ack wait are not known then, and it cannot be created again when it was deleted.
    ///
    /// # Errors
    ///
    /// [`BadName`](crate::jetstream::ErrorKind::BadName) if the name is not legal.
    pub fn bind_consumer(&self, name: impl AsRef<str>) -> Result<Consumer, Error> {
        check_name(name.as_ref())?;
        Ok(Consumer::bound(self.jetstream().clone(), self.name(), name.as_ref()))
    }

    /// Deletes a consumer: what it owed is forgotten.
    ///
    /// # Errors
    ///
    /// [`CONSUMER_NOT_FOUND`](crate::jetstream::ErrorCode::CONSUMER_NOT_FOUND) if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn delete_consumer(&self, name: impl AsRef<str>) -> Result<(), Error> {
        check_name(name.as_ref())?;
        let subject = self.jetstream().prefix().consumer_delete(self.name(), name.as_ref());
        self.jetstream().done(subject).await
    }
}

impl Consumer {
    /// Deletes the consumer: what it owed is forgotten.
    ///
    /// # Errors
    ///
    /// As [`Stream::delete_consumer`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn delete(self) -> Result<(), Error> {
        let subject = self.jetstream().prefix().consumer_delete(self.stream_name(), self.name());
        self.jetstream().done(subject).await
    }
}

pub(super) async fn create(
    js: &JetStream,
    stream: &str,
    config: &ConsumerConfig,
    action: Intent,
) -> Result<Consumer, Error> {
    #[derive(Serialize)]
    struct Creation<'a> {
        stream_name: &'a str,
        config: &'a ConsumerConfig,
        action: Intent,
    }

    check_name(config.name())?;
    for filter in &config.filter_subjects {
        let bad = |error| Error::new(crate::jetstream::ErrorKind::BadSubject).because(error);
        check_pattern(filter).map_err(|error| bad(error).on(filter))?;
    }
    let filter = match config.filter_subjects.as_slice() {
        // One cannot publish to a wildcard; without it the server takes the filter from the body.
        [one] if !one.contains(['*', '>']) => Some(one.as_str()),
        _ => None,
    };
    let subject = js.prefix().consumer_create(stream, config.name(), filter);
    let creation = Creation { stream_name: stream, config, action };
    let info: ConsumerInfo = js.call(subject, &creation).await?;
    Ok(Consumer::known(js.clone(), info))
}
