//! Where services listen: alone, and beside each other.

use super::problem::{Problem, ProblemKind};
use crate::app::part::{EndpointFacts, Facts, ServiceFacts};
use crate::protocol::Pattern;

pub(super) fn problems(parts: &[&Facts]) -> Vec<Problem> {
    let services: Vec<_> = parts.iter().filter_map(|facts| facts.as_service()).collect();
    let mut problems: Vec<Problem> = services.iter().flat_map(|service| alone(service)).collect();
    let mut rest = services.as_slice();
    while let [first, others @ ..] = rest {
        problems.extend(others.iter().flat_map(|other| beside(first, other)));
        rest = others;
    }
    problems
}

fn alone(service: &ServiceFacts) -> Vec<Problem> {
    let name = service.info.name();
    let text = |problem: &String| format!("service `{name}`: {problem}");
    service
        .problems
        .iter()
        .map(|problem| Problem::new(ProblemKind::Subject, text(problem)))
        .collect()
}

fn beside(first: &ServiceFacts, second: &ServiceFacts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for a in &first.endpoints {
        for b in second.endpoints.iter().filter(|b| overlap(a, b)) {
            let fate = if a.queue_group.is_some() && a.queue_group == b.queue_group {
                "each request would go to one of them by chance"
            } else {
                "both would answer the same requests"
            };
            let (one, other) = (endpoint(first, a), endpoint(second, b));
            let text = format!("{one} and {other} overlap: {fate}");
            problems.push(Problem::new(ProblemKind::Overlap, text));
        }
    }
    problems
}

/// An endpoint with its service and subject.
pub(super) fn endpoint(service: &ServiceFacts, endpoint: &EndpointFacts) -> String {
    format!("`{}.{}` (`{}`)", service.info.name(), endpoint.name, endpoint.subject)
}

fn overlap(a: &EndpointFacts, b: &EndpointFacts) -> bool {
    overlaps(&a.subject, &b.subject)
}

/// Whether a subject exists that both match; not, if one is not legal, which is told elsewhere.
pub(super) fn overlaps(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (a.parse::<Pattern>(), b.parse::<Pattern>()) else { return false };
    a.overlaps(&b)
}
