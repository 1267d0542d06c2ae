//! Consumers whose settings cannot be meant.

use super::problem::{Problem, ProblemKind};
use crate::app::part::Facts;
use crate::protocol::{check_pattern, check_subject};
use crate::worker::ConsumerSpec;

pub(super) fn problems(parts: &[&Facts]) -> Vec<Problem> {
    parts.iter().filter_map(|facts| facts.as_consumer()).flat_map(of_consumer).collect()
}

fn of_consumer(spec: &ConsumerSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    for pattern in spec.filter_subjects() {
        if let Err(error) = check_pattern(pattern) {
            problems.push(bad_subject(spec, pattern, &error.to_string()));
        }
    }
    if let Some(subject) = spec.dead_letter
        && let Err(error) = check_subject(subject)
    {
        problems.push(bad_subject(spec, subject, &error.to_string()));
    }
    let own = spec.problems();
    problems.extend(
        own.iter().map(|own| Problem::new(ProblemKind::Consumer, format!("consumer {own}"))),
    );
    problems
}

fn bad_subject(spec: &ConsumerSpec, subject: &str, rule: &str) -> Problem {
    let text = format!("consumer `{}`: `{}`: {rule}", spec.durable, subject.escape_debug());
    Problem::new(ProblemKind::Subject, text)
}
