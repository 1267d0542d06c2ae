//! Finds, creates or changes the consumer on the server, by the step that is decided for it.

use std::time::Duration;

use crate::jetstream::{Consumer, Error, ErrorCode, JetStream, Stream};
use crate::supervisor::StartError;
use crate::worker::provision::{Step, step};
use crate::worker::spec::ConsumerSpec;
use crate::worker::{SetupError, SpecProblem};

/// The consumer as it has to be. What a later attempt may mend is tried again until the caller gives up.
pub(super) async fn provision(js: &JetStream, spec: &ConsumerSpec) -> Result<Consumer, StartError> {
    if let Some(problem) = spec.problems().into_iter().next() {
        return Err(StartError::config(SetupError::Problem(problem)));
    }
    let mut pause = Duration::from_millis(100);
    loop {
        match attempt(js, spec).await {
            Ok(consumer) => return Ok(consumer),
            Err(SetupError::JetStream(error)) if error.is_retryable() => {
                tracing::warn!(consumer = spec.durable, %error, "cannot set up yet");
                tokio::time::sleep(pause.mul_f64(0.8 + 0.4 * fastrand::f64())).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            Err(error) => return Err(StartError::config(error)),
        }
    }
}

async fn attempt(js: &JetStream, spec: &ConsumerSpec) -> Result<Consumer, SetupError> {
    let stream = js.stream(spec.stream).await?;
    refuse_loop(&stream, spec)?;
    let existing = match stream.consumer(spec.durable).await {
        Ok(consumer) => Some(consumer),
        Err(error) if error.code() == Some(ErrorCode::CONSUMER_NOT_FOUND) => None,
        Err(error) => return Err(error.into()),
    };
    let config = existing.as_ref().and_then(Consumer::cached_info).map(|info| &info.config);
    match step(spec, config) {
        Step::Keep => existing.ok_or_else(|| SetupError::Drift(Vec::new())),
        Step::Create(config) => Ok(created(&stream, *config).await?),
        Step::Update(config) => Ok(stream.update_consumer(*config).await?),
        Step::Refuse(drifts) => Err(SetupError::Drift(drifts)),
    }
}

/// Creates it, unless another replica was first: then it is as that one made it.
async fn created(
    stream: &Stream,
    config: crate::jetstream::ConsumerConfig,
) -> Result<Consumer, Error> {
    let name = config.name().to_owned();
    match stream.create_consumer(config).await {
        Err(error) if error.code() == Some(ErrorCode::CONSUMER_ALREADY_EXISTS) => {
            stream.consumer(name).await
        }
        created => created,
    }
}

/// A dead letter that its own stream stores would be consumed again.
fn refuse_loop(stream: &Stream, spec: &ConsumerSpec) -> Result<(), SetupError> {
    let (Some(dead_letter), Some(info)) = (spec.dead_letter, stream.cached_info()) else {
        return Ok(());
    };
    let own = |pattern: &String| crate::worker::route::matches(pattern, dead_letter);
    match info.config.subjects.iter().find(|pattern| own(pattern)) {
        Some(pattern) => {
            let problem = format!(
                "dead_letter `{dead_letter}` is inside {}'s own subjects `{pattern}`: a dead letter would be stored there",
                spec.stream
            );
            Err(SetupError::Problem(SpecProblem::new(problem)))
        }
        None => Ok(()),
    }
}
