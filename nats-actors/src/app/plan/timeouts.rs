//! Handlers that may take longer than a drain waits for them.

use std::time::Duration;

use super::problem::{Problem, ProblemKind};
use crate::app::part::{Facts, Kind};

pub(super) fn problems(drain: Duration, parts: &[&Facts]) -> Vec<Problem> {
    parts.iter().flat_map(|facts| of_part(drain, facts)).collect()
}

fn of_part(drain: Duration, facts: &Facts) -> Vec<Problem> {
    let limits: Vec<(String, Duration)> = match &facts.kind {
        Kind::Service(service) => {
            let name = |endpoint: &str| format!("`{}.{endpoint}`", service.info.name());
            let limits = service.endpoints.iter().map(|own| (name(own.name), own.timeout));
            limits.collect()
        }
        Kind::Consumer(spec) => {
            spec.timeout.map(|limit| (facts.title(), limit)).into_iter().collect()
        }
        Kind::Task(_) => Vec::new(),
    };
    let cut = limits.into_iter().filter(|(_, limit)| *limit > drain);
    cut.map(|(who, limit)| {
        let text = format!("{who} may take {limit:?}, and a drain waits only {drain:?}");
        Problem::new(ProblemKind::DrainTimeout, text)
    })
    .collect()
}
