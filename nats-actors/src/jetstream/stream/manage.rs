//! Creating, changing, finding and deleting streams.

use serde::{Deserialize, Serialize};

use super::Stream;
use crate::jetstream::api::check_name;
use crate::jetstream::{Error, ErrorCode, ErrorKind, JetStream, StreamConfig, StreamInfo};

/// Every operation fails with [`Unavailable`](ErrorKind::Unavailable) if nobody answers for
/// JetStream, with [`TimedOut`](ErrorKind::TimedOut), [`Disconnected`](ErrorKind::Disconnected) or
/// [`Closed`](ErrorKind::Closed) as the connection has it, and with [`Api`](ErrorKind::Api) for
/// what the server refuses.
impl JetStream {
    /// Creates a stream. One that exists with an equal configuration counts as created.
    ///
    /// # Errors
    ///
    /// [`STREAM_NAME_EXIST`](ErrorCode::STREAM_NAME_EXIST) if it exists with another one;
    /// [`BadName`](ErrorKind::BadName) if the name is not legal.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn create_stream(&self, config: StreamConfig) -> Result<Stream, Error> {
        check_name(&config.name)?;
        let subject = self.prefix().stream_create(&config.name);
        let info: StreamInfo = self.call(subject, &config).await?;
        Ok(Stream::known(self.clone(), info))
    }

    /// Changes a stream to be what `config` says, whole: begin with the configuration that
    /// [`Stream::info`] tells, so that nothing is reset to its default.
    ///
    /// # Errors
    ///
    /// [`STREAM_NOT_FOUND`](ErrorCode::STREAM_NOT_FOUND) if there is none;
    /// [`STREAM_INVALID_CONFIG`](ErrorCode::STREAM_INVALID_CONFIG) for a change that the server
    /// does not allow.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn update_stream(&self, config: StreamConfig) -> Result<Stream, Error> {
        check_name(&config.name)?;
        let subject = self.prefix().stream_update(&config.name);
        let info: StreamInfo = self.call(subject, &config).await?;
        Ok(Stream::known(self.clone(), info))
    }

    /// Makes a stream be what `config` says, whether it exists or not.
    ///
    /// # Errors
    ///
    /// Those of [`update_stream`](Self::update_stream) and of
    /// [`create_stream`](Self::create_stream), but for its being there or not.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn create_or_update_stream(&self, config: StreamConfig) -> Result<Stream, Error> {
        match self.update_stream(config.clone()).await {
            Err(error) if error.code() == Some(ErrorCode::STREAM_NOT_FOUND) => {
                self.create_stream(config).await
            }
            answer => answer,
        }
    }

    /// The stream of this name, with what the server says of it.
    ///
    /// # Errors
    ///
    /// [`STREAM_NOT_FOUND`](ErrorCode::STREAM_NOT_FOUND) if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn stream(&self, name: impl AsRef<str>) -> Result<Stream, Error> {
        let stream = self.bind_stream(name)?;
        let info = stream.info().await?;
        Ok(Stream::known(self.clone(), info))
    }

    /// The stream of this name, without asking for it: for accounts that may not ask.
    ///
    /// # Errors
    ///
    /// [`BadName`](ErrorKind::BadName) if the name is not legal.
    pub fn bind_stream(&self, name: impl AsRef<str>) -> Result<Stream, Error> {
        check_name(name.as_ref())?;
        Ok(Stream::bound(self.clone(), name.as_ref()))
    }

    /// The name of the one stream that stores a subject, or all that a pattern matches.
    ///
    /// # Errors
    ///
    /// [`NoStream`](ErrorKind::NoStream) if there is none, or more than one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn stream_by_subject(&self, subject: impl AsRef<str>) -> Result<String, Error> {
        #[derive(Serialize)]
        struct Ask<'a> {
            subject: &'a str,
        }
        #[derive(Deserialize)]
        struct Names {
            #[serde(default)]
            streams: Option<Vec<String>>,
        }

        let subject = subject.as_ref();
        let names: Names = self.call(self.prefix().stream_names(), &Ask { subject }).await?;
        match <[String; 1]>::try_from(names.streams.unwrap_or_default()) {
            Ok([name]) => Ok(name),
            Err(_) => Err(Error::new(ErrorKind::NoStream).on(subject)),
        }
    }

    /// Deletes a stream, with its messages and consumers.
    ///
    /// # Errors
    ///
    /// [`STREAM_NOT_FOUND`](ErrorCode::STREAM_NOT_FOUND) if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn delete_stream(&self, name: impl AsRef<str>) -> Result<(), Error> {
        check_name(name.as_ref())?;
        self.done(self.prefix().stream_delete(name.as_ref())).await
    }
}

impl Stream {
    /// Deletes the stream, with its messages and consumers.
    ///
    /// # Errors
    ///
    /// As [`JetStream::delete_stream`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the server may have done it, or may do it yet.
    pub async fn delete(self) -> Result<(), Error> {
        self.jetstream().delete_stream(self.name()).await
    }
}
