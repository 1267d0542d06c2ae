//! What can be wrong with a consumer before it runs.

use std::error::Error as StdError;
use std::fmt;

use super::provision::Drift;
use super::route;
use super::spec::ConsumerSpec;
use crate::jetstream;

/// Why a consumer could not be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum SetupError {
    /// The spec contradicts itself, or its stream.
    Problem(SpecProblem),
    /// The consumer on the server is missing or differs, and the settings do not allow to change that.
    Drift(Vec<Drift>),
    /// JetStream refused.
    JetStream(jetstream::Error),
}

impl From<jetstream::Error> for SetupError {
    fn from(error: jetstream::Error) -> Self {
        Self::JetStream(error)
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => problem.fmt(f),
            Self::Drift(drifts) => {
                f.write_str("the consumer on the server differs")?;
                drifts.iter().try_for_each(|drift| write!(f, "; {drift}"))
            }
            Self::JetStream(_) => f.write_str("JetStream refused to set up the consumer"),
        }
    }
}

impl StdError for SetupError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::JetStream(error) => Some(error),
            Self::Problem(_) | Self::Drift(_) => None,
        }
    }
}

/// Something that cannot be meant, found without a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecProblem {
    text: String,
}

impl SpecProblem {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for SpecProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for SpecProblem {}

impl ConsumerSpec {
    /// Everything that cannot be meant, found without a server; empty if there is nothing.
    #[must_use]
    pub fn problems(&self) -> Vec<SpecProblem> {
        let name = self.durable;
        let mut problems = Vec::new();
        if self.filter_subjects().is_empty() {
            problems.push(SpecProblem::new(format!("{name} has no routes")));
        }
        if let Some(order) =
            self.ordered.filter(|order| self.max_in_flight < order.lanes.saturating_mul(2))
        {
            let (held, lanes) = (self.max_in_flight, order.lanes);
            let text = format!(
                "{name}: max_in_flight {held} is less than twice its {lanes} lanes, so that held lanes could stall it"
            );
            problems.push(SpecProblem::new(text));
        }
        if let Some(limit) = self.timeout.filter(|limit| !self.heartbeat && *limit > self.ack_wait)
        {
            let text = format!(
                "{name}: without heartbeat, timeout {limit:?} is longer than ack_wait {:?}",
                self.ack_wait
            );
            problems.push(SpecProblem::new(text));
        }
        let unkeyed =
            self.routes.iter().filter(|route| !route.is_fallback() && !self.can_order(route));
        problems.extend(unkeyed.map(|route| {
            SpecProblem::new(format!(
                "{name}: `{}` has no key, and the consumer is ordered",
                route.pattern
            ))
        }));
        let looped = self
            .dead_letter
            .filter(|subject| self.routes.iter().any(|route| route.matches(subject)));
        problems.extend(looped.map(|subject| {
            SpecProblem::new(format!("{name}: dead_letter `{subject}` would be consumed again"))
        }));
        problems.extend(self.overlaps());
        problems
    }

    fn overlaps(&self) -> Vec<SpecProblem> {
        let mut rest: Vec<_> = self.routes.iter().filter(|route| !route.is_fallback()).collect();
        let mut problems = Vec::new();
        while let Some(route) = rest.pop() {
            for other in rest.iter().filter(|other| route::overlap(other.pattern, route.pattern)) {
                let (name, one, two) = (self.durable, other.pattern, route.pattern);
                problems.push(SpecProblem::new(format!("{name}: `{one}` and `{two}` overlap")));
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::{KeyOrder, OrderedBy, RouteSpec};

    #[test]
    fn every_problem_of_a_spec_is_found_at_once() {
        const SPEC: ConsumerSpec = ConsumerSpec::new(
            "ORDERS",
            "billing",
            &[RouteSpec::new("a", "orders.*.placed"), RouteSpec::new("b", "orders.>")],
        )
        .max_in_flight(10)
        .ordered(KeyOrder::new(OrderedBy::Param("id")))
        .heartbeat(false)
        .timeout(std::time::Duration::from_secs(60))
        .dead_letter("orders.dead");

        let texts: Vec<String> = SPEC.problems().iter().map(ToString::to_string).collect();

        assert_eq!(
            texts,
            [
                "billing: max_in_flight 10 is less than twice its 32 lanes, so that held lanes could stall it",
                "billing: without heartbeat, timeout 60s is longer than ack_wait 30s",
                "billing: `orders.*.placed` has no key, and the consumer is ordered",
                "billing: `orders.>` has no key, and the consumer is ordered",
                "billing: dead_letter `orders.dead` would be consumed again",
                "billing: `orders.*.placed` and `orders.>` overlap",
            ]
        );
        assert_eq!(ConsumerSpec::new("S", "c", &[]).problems()[0].to_string(), "c has no routes");
    }
}
