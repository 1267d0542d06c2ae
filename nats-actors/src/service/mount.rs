//! All endpoints of a service.

use std::error::Error as StdError;
use std::fmt;

use crate::protocol::{Pattern, PatternError};

use super::endpoint::{Endpoint, EndpointMut, Service};
use super::mounted::{Handler, MountedEndpoint};

/// The endpoints of `S`, in the order in which they were added: what a runtime serves.
pub struct Mount<S> {
    endpoints: Vec<MountedEndpoint<S>>,
}

/// Why a [`Mount`] cannot be served as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MountProblem {
    /// Prefix and subject of an endpoint give no legal pattern.
    #[non_exhaustive]
    Subject {
        /// The endpoint.
        endpoint: &'static str,
        /// The pattern that they give.
        pattern: String,
        /// What is wrong with it.
        problem: PatternError,
    },
    /// A request may match two endpoints, and both would answer it.
    #[non_exhaustive]
    Overlap {
        /// The endpoints.
        endpoints: [&'static str; 2],
        /// Their patterns.
        patterns: [String; 2],
    },
}

impl<S: Service> Mount<S> {
    /// All endpoints of `S`.
    #[must_use]
    pub fn of() -> Self {
        let mut mount = Self { endpoints: Vec::new() };
        S::endpoints(&mut mount);
        mount
    }

    /// Adds an endpoint that shares the service.
    pub fn add<E: Endpoint<S>>(&mut self) -> &mut Self {
        self.endpoints.push(MountedEndpoint::shared::<E>());
        self
    }

    /// Adds an endpoint that changes the service.
    pub fn add_mut<E: EndpointMut<S>>(&mut self) -> &mut Self {
        self.endpoints.push(MountedEndpoint::exclusive::<E>());
        self
    }
}

impl<S> Mount<S> {
    /// The endpoints.
    #[must_use]
    pub fn endpoints(&self) -> &[MountedEndpoint<S>] {
        &self.endpoints
    }

    /// The endpoints, to keep.
    #[must_use]
    pub fn into_endpoints(self) -> Vec<MountedEndpoint<S>> {
        self.endpoints
    }

    /// Whether the service has a `&mut self` endpoint, so that all of its requests run one at a time.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        self.endpoints.iter().any(|endpoint| matches!(endpoint.handler(), Handler::Exclusive(_)))
    }

    /// Everything that is wrong with the subjects; empty if nothing is.
    #[must_use]
    pub fn problems(&self) -> Vec<MountProblem> {
        let mut problems = Vec::new();
        let mut seen: Vec<(&MountedEndpoint<S>, Pattern)> = Vec::new();
        for endpoint in &self.endpoints {
            match endpoint.subject().parse::<Pattern>() {
                Ok(pattern) => {
                    let both = seen.iter().filter(|(_, other)| other.overlaps(&pattern));
                    problems.extend(both.map(|(other, _)| overlap(other, endpoint)));
                    seen.push((endpoint, pattern));
                }
                Err(problem) => problems.push(MountProblem::Subject {
                    endpoint: endpoint.spec().name(),
                    pattern: endpoint.subject().to_owned(),
                    problem,
                }),
            }
        }
        problems
    }
}

fn overlap<S>(first: &MountedEndpoint<S>, second: &MountedEndpoint<S>) -> MountProblem {
    MountProblem::Overlap {
        endpoints: [first.spec().name(), second.spec().name()],
        patterns: [first.subject().to_owned(), second.subject().to_owned()],
    }
}

impl<S> fmt::Debug for Mount<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.endpoints).finish()
    }
}

impl fmt::Display for MountProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject { endpoint, pattern, problem } => {
                write!(f, "endpoint `{endpoint}` cannot listen on `{pattern}`: {problem}")
            }
            Self::Overlap { endpoints: [first, second], patterns: [a, b] } => write!(
                f,
                "`{first}` (`{a}`) and `{second}` (`{b}`) match the same subjects, so both would answer"
            ),
        }
    }
}

impl StdError for MountProblem {}
