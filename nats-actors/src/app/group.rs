//! Children that are supervised together.

use std::fmt;
use std::sync::Arc;

use super::arguments::{Arguments, Factory, Task};
use super::deps::Dependency;
use super::part::{Facts, Part, Site};
use super::supervise::Supervise;
use crate::service::{Service, ServiceOptions};
use crate::supervisor::{AnySpec, ChildSpec};
use crate::worker::{ConsumerSpec, IntoConsumer};

/// Services, consumers, tasks and further groups under one supervisor, in the order in which they were added.
#[must_use = "a group does nothing until the application is started"]
pub struct Group {
    name: Arc<str>,
    supervise: Supervise,
    members: Vec<Member>,
}

enum Member {
    Part(Part),
    Group(Group),
}

impl Group {
    pub(super) fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), supervise: Supervise::default(), members: Vec::new() }
    }

    /// How the members are supervised. Default: [`Supervise::one_for_one`].
    pub fn supervise(mut self, supervise: Supervise) -> Self {
        self.supervise = supervise;
        self
    }

    /// Adds a service, as [`App::service`](super::App::service).
    pub fn service<F, A>(self, factory: F) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: Service>,
    {
        self.service_with(factory, ServiceOptions::new())
    }

    /// Adds a service, as [`App::service_with`](super::App::service_with).
    pub fn service_with<F, A>(self, factory: F, options: ServiceOptions) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: Service>,
    {
        self.with(Member::Part(Part::service(factory, options)))
    }

    /// Adds a consumer, as [`App::consumer`](super::App::consumer).
    pub fn consumer<F, A, M>(self, factory: F) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: IntoConsumer<M>>,
        M: 'static,
    {
        self.consumer_with(factory, |spec| spec)
    }

    /// Adds a consumer, as [`App::consumer_with`](super::App::consumer_with).
    pub fn consumer_with<F, A, M>(
        self,
        factory: F,
        configure: impl FnOnce(ConsumerSpec) -> ConsumerSpec,
    ) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: IntoConsumer<M>>,
        M: 'static,
    {
        self.with(Member::Part(Part::consumer(factory, configure)))
    }

    /// Adds a task, as [`App::task`](super::App::task).
    pub fn task<F, A>(self, name: impl Into<Arc<str>>, task: F) -> Self
    where
        A: Arguments,
        F: Task<A>,
    {
        self.with(Member::Part(Part::task(name.into(), task)))
    }

    /// Adds a group inside this one.
    pub fn group(self, name: impl Into<Arc<str>>, fill: impl FnOnce(Self) -> Self) -> Self {
        let group = fill(Self::new(name));
        self.with(Member::Group(group))
    }

    fn with(mut self, member: Member) -> Self {
        self.members.push(member);
        self
    }

    /// Every part, those of inner groups too, in order.
    pub(super) fn facts(&self) -> Vec<&Facts> {
        self.members.iter().flat_map(Member::facts).collect()
    }

    /// The inner groups, with their inner groups.
    pub(super) fn groups(&self) -> Vec<&Self> {
        let inner = self.members.iter().filter_map(|member| match member {
            Member::Group(group) => Some(group),
            Member::Part(_) => None,
        });
        inner.flat_map(|group| std::iter::once(group).chain(group.groups())).collect()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn settings(&self) -> &Supervise {
        &self.supervise
    }

    /// Its own parts, without those of inner groups.
    pub(super) fn own_facts(&self) -> impl Iterator<Item = &Facts> {
        self.members.iter().filter_map(|member| match member {
            Member::Part(part) => Some(&part.facts),
            Member::Group(_) => None,
        })
    }

    /// The supervisor with its children.
    pub(super) fn into_spec(self, site: &mut Site) -> Result<ChildSpec<()>, Dependency> {
        let within = site.within();
        let children = self.members.into_iter().map(|member| member.into_spec(site));
        let children = children.collect::<Result<Vec<AnySpec>, Dependency>>()?;
        let (strategy, options) = self.supervise.into_parts();
        Ok(ChildSpec::supervisor(self.name, strategy, options, children).shutdown(within))
    }
}

impl Member {
    fn facts(&self) -> Vec<&Facts> {
        match self {
            Self::Part(part) => vec![&part.facts],
            Self::Group(group) => group.facts(),
        }
    }

    fn into_spec(self, site: &mut Site) -> Result<AnySpec, Dependency> {
        match self {
            Self::Part(part) => part.bind(site),
            Self::Group(group) => group.into_spec(site).map(AnySpec::from),
        }
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.facts().iter().map(|facts| facts.title()).collect();
        f.debug_struct("Group")
            .field("name", &self.name)
            .field("supervise", &self.supervise)
            .field("parts", &parts)
            .finish()
    }
}
