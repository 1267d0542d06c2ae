//! Streams that are to be provisioned, beside each other, services and consumers.

use super::names::bad_jetstream_name;
use super::problem::{Problem, ProblemKind};
use super::subjects::{endpoint, overlaps};
use crate::app::part::Facts;
use crate::jetstream::StreamConfig;
use crate::protocol::check_pattern;
use crate::worker::ConsumerSpec;

pub(super) fn problems(streams: &[StreamConfig], parts: &[&Facts]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = streams.iter().flat_map(legal).collect();
    let mut rest = streams;
    while let [first, others @ ..] = rest {
        problems.extend(others.iter().filter_map(|other| clash(first, other)));
        rest = others;
    }
    for stream in streams {
        problems.extend(parts.iter().flat_map(|facts| captured(stream, facts)));
        let consumers = parts.iter().filter_map(|facts| facts.as_consumer());
        let own = consumers.filter(|spec| spec.stream == stream.name);
        problems.extend(own.flat_map(|spec| of_consumer(stream, spec)));
    }
    problems
}

/// The subjects of a stream; its name, if it names none.
fn subjects(stream: &StreamConfig) -> impl Iterator<Item = &str> {
    let default = stream.subjects.is_empty().then_some(stream.name.as_str());
    stream.subjects.iter().map(String::as_str).chain(default)
}

fn stores(stream: &StreamConfig, pattern: &str) -> bool {
    subjects(stream).any(|subject| overlaps(subject, pattern))
}

fn legal(stream: &StreamConfig) -> Vec<Problem> {
    let mut problems: Vec<_> = bad_jetstream_name("stream", &stream.name).into_iter().collect();
    for subject in &stream.subjects {
        if let Err(error) = check_pattern(subject) {
            let (name, subject) = (&stream.name, subject.escape_debug());
            let text = format!("stream `{name}`: `{subject}`: {error}");
            problems.push(Problem::new(ProblemKind::Subject, text));
        }
    }
    problems
}

fn clash(first: &StreamConfig, second: &StreamConfig) -> Option<Problem> {
    let (a, b) = (&first.name, &second.name);
    if a == b {
        let text = format!("stream `{a}` is provisioned twice");
        return Some(Problem::new(ProblemKind::Duplicate, text));
    }
    let shared = subjects(second).find(|subject| stores(first, subject))?;
    let text = format!("streams `{a}` and `{b}` would both store `{shared}`");
    Some(Problem::new(ProblemKind::Stream, text))
}

/// A stream that stores requests also answers them, before the service does.
fn captured(stream: &StreamConfig, facts: &Facts) -> Vec<Problem> {
    let Some(service) = facts.as_service().filter(|_| !stream.no_ack) else { return Vec::new() };
    let hit = service.endpoints.iter().filter(|endpoint| stores(stream, &endpoint.subject));
    hit.map(|hit| {
        let (name, endpoint) = (&stream.name, endpoint(service, hit));
        let text = format!("stream `{name}` would store and answer the requests of {endpoint}");
        Problem::new(ProblemKind::Overlap, text)
    })
    .collect()
}

fn of_consumer(stream: &StreamConfig, spec: &ConsumerSpec) -> Vec<Problem> {
    let (durable, name) = (spec.durable, &stream.name);
    let filters = spec.filter_subjects();
    let unstored = filters.iter().filter(|filter| !stores(stream, filter));
    let unstored = unstored.map(|filter| {
        format!("consumer `{durable}`: `{name}` stores nothing that `{filter}` matches")
    });
    // A dead letter that the consumer itself would take is told of with its other settings.
    let unseen = |subject: &&str| !spec.routes.iter().any(|route| route.matches(subject));
    let looped = spec.dead_letter.filter(|subject| stores(stream, subject)).filter(unseen);
    let looped = looped.map(|subject| {
        format!(
            "consumer `{durable}`: its own stream `{name}` would store the dead letters `{subject}`"
        )
    });
    let texts = unstored.chain(looped);
    texts.map(|text| Problem::new(ProblemKind::Consumer, text)).collect()
}
