//! From a description to an application that runs.

use std::sync::Arc;

use super::builder::App;
use super::deps::Dependency;
use super::error::AppError;
use super::part::{Facts, Site};
use super::plan::{PlanError, Problem, ProblemKind};
use super::provision;
use super::running::Running;
use super::tree;
use crate::error::{Error, ErrorKind};
use crate::jetstream::JetStream;

impl App {
    /// Starts it, and leaves signals alone: for tests, and for a program that has other things to do.
    ///
    /// It checks the [`plan`](Self::plan), connects, provisions streams, looks on the server for what consumers need,
    /// and starts everything; [`Running::ready`] waits until everything is up. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// [`AppError`] with the stage that failed; nothing runs then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future starts nothing; streams may have been provisioned.
    pub async fn start(mut self) -> Result<Running, AppError> {
        self.plan()?;
        let place = self.take_place().await.map_err(AppError::connect)?;
        let adapts = std::mem::take(&mut self.adapts);
        let jetstream = place.open(adapts).await.map_err(AppError::connect)?;
        provision::provision(&jetstream, std::mem::take(&mut self.streams)).await?;
        let facts: Vec<Facts> = self.groups.facts().into_iter().cloned().collect();
        provision::check(&jetstream, &self.name, &facts).await?;
        self.begin(&jetstream)
    }

    fn begin(mut self, jetstream: &JetStream) -> Result<Running, AppError> {
        self.add_own_values(jetstream);
        let Self { name, provided, groups, drain_timeout, .. } = self;
        let mut site = Site {
            client: jetstream.client().clone(),
            jetstream: jetstream.clone(),
            deps: provided.into_deps(),
            drain_timeout,
            services: Vec::new(),
            consumers: Vec::new(),
        };
        // The plan has found what would be missing here.
        let groups = groups.into_spec(&mut site).map_err(|wanted| missing(&name, wanted))?;
        let root = tree::start(&name, &site.client, groups)
            .map_err(|error| AppError::connect(Error::new(ErrorKind::Closed).because(error)))?;
        Ok(Running::new(root, site))
    }
}

fn missing(app: &Arc<str>, wanted: Dependency) -> AppError {
    let text = format!("nobody provides `{}`", wanted.type_name());
    let problem = Problem::new(ProblemKind::Dependency, text);
    AppError::plan_failed(PlanError::new(Arc::clone(app), vec![problem]))
}
