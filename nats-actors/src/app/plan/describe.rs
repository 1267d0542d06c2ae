//! What will run, in words.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::app::group::Group;
use crate::app::part::{Facts, Kind, ServiceFacts};
use crate::supervisor::Strategy;
use crate::worker::ConsumerSpec;

/// What an application will be, from a [`plan`](App::plan) that found no problem; `Display` lists it all.
#[derive(Clone, Debug)]
pub struct Plan {
    name: Arc<str>,
    version: Arc<str>,
    drain_timeout: Duration,
    streams: Vec<String>,
    groups: Vec<GroupPlan>,
}

#[derive(Clone, Debug)]
struct GroupPlan {
    /// Empty for what is in no group.
    name: String,
    strategy: Strategy,
    parts: Vec<Facts>,
}

impl Plan {
    pub(super) fn of(app: &App) -> Self {
        let streams = app.streams.iter();
        let outside = GroupPlan::of(String::new(), &app.groups);
        let groups = app.groups.groups();
        let groups = groups.into_iter().map(|group| GroupPlan::of(group.name().to_owned(), group));
        Self {
            name: Arc::clone(&app.name),
            version: Arc::clone(&app.version),
            drain_timeout: app.drain_timeout,
            streams: streams
                .map(|one| format!("{} [{}]", one.name, one.subjects.join(", ")))
                .collect(),
            groups: std::iter::once(outside).chain(groups).collect(),
        }
    }
}

impl GroupPlan {
    fn of(name: String, group: &Group) -> Self {
        let parts = group.own_facts().cloned().collect();
        Self { name, strategy: group.settings().strategy(), parts }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}   drain {:?}", self.name, self.version, self.drain_timeout)?;
        self.streams.iter().try_for_each(|stream| write!(f, "\nstream {stream}"))?;
        self.groups.iter().try_for_each(|group| write!(f, "{group}"))
    }
}

impl fmt::Display for GroupPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = if self.name.is_empty() { "" } else { "  " };
        if !self.name.is_empty() {
            let strategy = match self.strategy {
                Strategy::OneForOne => "one for one",
                Strategy::RestForOne => "rest for one",
                Strategy::OneForAll => "one for all",
            };
            write!(f, "\ngroup {} ({strategy})", self.name)?;
        }
        for line in self.parts.iter().flat_map(lines) {
            write!(f, "\n{indent}{line}")?;
        }
        Ok(())
    }
}

fn lines(facts: &Facts) -> Vec<String> {
    match &facts.kind {
        Kind::Service(service) => of_service(service),
        Kind::Consumer(spec) => of_consumer(spec),
        Kind::Task(name) => vec![format!("task {name}")],
    }
}

fn of_service(service: &ServiceFacts) -> Vec<String> {
    let serial = if service.is_exclusive { "   one request at a time" } else { "" };
    let title = format!("service {} {}{serial}", service.info.name(), service.info.version());
    let endpoints = service.endpoints.iter().map(|endpoint| {
        let queue =
            endpoint.queue_group.map_or_else(|| "none".to_owned(), |group| format!("`{group}`"));
        format!(
            "  {} -> {}   queue {queue}   concurrency {}   timeout {:?}",
            endpoint.subject, endpoint.name, endpoint.concurrency, endpoint.timeout
        )
    });
    std::iter::once(title).chain(endpoints).collect()
}

fn of_consumer(spec: &ConsumerSpec) -> Vec<String> {
    let mut title =
        format!("consumer {} on {}   in flight {}", spec.durable, spec.stream, spec.max_in_flight);
    let attempts = spec.retry.max_attempts;
    // Writing to a `String` never fails.
    let _ = write!(title, "   attempts {attempts}");
    if let Some(subject) = spec.dead_letter {
        let _ = write!(title, "   dead letters {subject}");
    }
    let routes = spec.routes.iter().map(|route| {
        let pattern = if route.is_fallback() { "anything else" } else { route.pattern };
        format!("  {pattern} -> {}", route.name)
    });
    std::iter::once(title).chain(routes).collect()
}
