//! All rules, one after the other.

use std::sync::Arc;

use super::describe::Plan;
use super::problem::{PlanError, Problem};
use super::{consumers, dependencies, duplicates, names, streams, subjects, timeouts};
use crate::app::App;

impl App {
    /// Checks the whole description, and tells what will run. Runs no factory and connects to nothing.
    ///
    /// # Errors
    ///
    /// [`PlanError`] with everything that is wrong: names, versions, addresses and subjects that are not legal; types
    /// that are wanted and not provided; what is there twice; subjects that overlap; consumers whose settings cannot be
    /// meant, with dead letters that would be consumed again; handlers that may take longer than a drain.
    pub fn plan(&self) -> Result<Plan, PlanError> {
        let problems = self.problems();
        if problems.is_empty() {
            Ok(Plan::of(self))
        } else {
            Err(PlanError::new(Arc::clone(&self.name), problems))
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let parts = self.groups.facts();
        let mut problems = names::problems(self);
        problems.extend(dependencies::problems(&self.provided, &parts));
        problems.extend(duplicates::problems(&self.groups));
        problems.extend(subjects::problems(&parts));
        problems.extend(consumers::problems(&parts));
        problems.extend(streams::problems(&self.streams, &parts));
        problems.extend(timeouts::problems(self.drain_timeout, &parts));
        problems
    }
}
