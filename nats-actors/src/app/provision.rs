//! What has to be on the server before anything starts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::AppError;
use super::part::Facts;
use super::plan::{PlanError, Problem, ProblemKind};
use crate::jetstream::{ErrorCode, ErrorKind, JetStream, Stream, StreamConfig};
use crate::worker::{ConsumerSpec, Provision};

/// Makes the streams be as they are described, in order.
pub(super) async fn provision(js: &JetStream, streams: Vec<StreamConfig>) -> Result<(), AppError> {
    for config in streams {
        let name = config.name.clone();
        let made = js.create_or_update_stream(config).await;
        made.map_err(|error| AppError::provision(&name, error))?;
    }
    Ok(())
}

/// Looks for everything that consumers need and that nobody will make.
pub(super) async fn check(js: &JetStream, app: &Arc<str>, facts: &[Facts]) -> Result<(), AppError> {
    let mut problems = Vec::new();
    let mut looked_for = BTreeSet::new();
    for spec in facts.iter().filter_map(Facts::as_consumer) {
        let is_first = looked_for.insert(spec.stream);
        problems.extend(check_stream(js, spec, is_first).await);
        problems.extend(check_dead_letters(js, spec).await);
    }
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.into_iter().map(|text| Problem::new(ProblemKind::Server, text));
    Err(AppError::check_failed(PlanError::new(Arc::clone(app), problems.collect())))
}

async fn check_stream(js: &JetStream, spec: &ConsumerSpec, is_first: bool) -> Option<String> {
    let (durable, stream) = (spec.durable, spec.stream);
    match js.stream(stream).await {
        Ok(found) => check_consumer(&found, spec).await,
        Err(error) if error.code() == Some(ErrorCode::STREAM_NOT_FOUND) => Some(format!(
            "consumer `{durable}`: there is no stream `{stream}`; `App::provision` makes one"
        )),
        // What fails for one fails for all: once is enough.
        Err(error) => is_first.then(|| format!("stream `{stream}` cannot be asked for: {error}")),
    }
}

/// A consumer that is only verified, and is not there, would never start.
async fn check_consumer(stream: &Stream, spec: &ConsumerSpec) -> Option<String> {
    if spec.provision != Provision::Verify {
        return None;
    }
    let error = stream.consumer(spec.durable).await.err()?;
    let missing = error.code() == Some(ErrorCode::CONSUMER_NOT_FOUND);
    missing.then(|| {
        let (durable, stream) = (spec.durable, spec.stream);
        format!("there is no consumer `{durable}` on `{stream}`; `provision = create` makes one")
    })
}

/// A dead letter that no stream stores could never be given up.
async fn check_dead_letters(js: &JetStream, spec: &ConsumerSpec) -> Option<String> {
    let subject = spec.dead_letter?;
    let error = js.stream_by_subject(subject).await.err()?;
    let unstored = error.kind() == ErrorKind::NoStream;
    unstored.then(|| format!("consumer `{}`: no stream stores `{subject}`", spec.durable))
}
