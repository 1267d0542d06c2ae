//! The list of everything that is wrong.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Everything that is wrong with an application; `Display` numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    app: Arc<str>,
    problems: Vec<Problem>,
}

/// One thing that is wrong, with all names that it takes to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    text: String,
}

/// What a [`Problem`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A name or a version is not legal.
    Name,
    /// The address of a server cannot be read.
    Address,
    /// A value is missing, or there are several of one type.
    Dependency,
    /// Two things have the same name, and only one of them would work.
    Duplicate,
    /// A subject or pattern is not legal.
    Subject,
    /// A message would reach two who both answer it, or one of the two by chance.
    Overlap,
    /// The settings of a consumer contradict themselves or its stream.
    Consumer,
    /// A stream that is to be provisioned cannot be.
    Stream,
    /// A drain would cut handlers short that have more time otherwise.
    DrainTimeout,
    /// The server lacks something: found after connecting.
    Server,
}

impl PlanError {
    pub(in crate::app) fn new(app: Arc<str>, problems: Vec<Problem>) -> Self {
        Self { app, problems }
    }

    /// The problems, in the order of the description.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Problem {
    pub(in crate::app) fn new(kind: ProblemKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }
}

impl Error for PlanError {}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (app, count) = (&self.app, self.problems.len());
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "`{app}` cannot start: {count} {noun}")?;
        let mut numbered = self.problems.iter().zip(1..);
        numbered.try_for_each(|(problem, number)| write!(f, "\n{number:>3}. {problem}"))
    }
}

impl Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
