//! Looking for a consumer that does not answer, and creating it again.

use crate::jetstream::consumer::manage::{Intent, create};
use crate::jetstream::{Consumer, Error, ErrorCode, ErrorKind};

use super::machine::Diagnosis;

/// Finds out whether the consumer and its stream exist.
pub(crate) async fn diagnose(consumer: &Consumer) -> Diagnosis {
    match consumer.info().await {
        Ok(_) => Diagnosis::Present,
        Err(error) => diagnosis(&error),
    }
}

/// What an error says about consumer and stream.
pub(crate) fn diagnosis(error: &Error) -> Diagnosis {
    match error.code() {
        Some(ErrorCode::CONSUMER_NOT_FOUND | ErrorCode::CONSUMER_DOES_NOT_EXIST) => {
            Diagnosis::ConsumerMissing
        }
        Some(ErrorCode::STREAM_NOT_FOUND) => Diagnosis::StreamMissing,
        _ => Diagnosis::Unknown,
    }
}

/// Creates the consumer as it was; that somebody else has done so counts as success.
pub(crate) async fn recreate(consumer: &Consumer) -> Result<(), Error> {
    let Some(info) = consumer.cached_info() else {
        return Err(Error::new(ErrorKind::ConsumerDeleted).on(consumer.name()));
    };
    let mut config = info.config.clone();
    config.metadata.retain(|name, _| !name.starts_with("_nats."));
    match create(consumer.jetstream(), consumer.stream_name(), &config, Intent::Create).await {
        Err(error) if error.code() == Some(ErrorCode::CONSUMER_ALREADY_EXISTS) => Ok(()),
        answer => answer.map(drop),
    }
}
