//! One thing that an application runs: what is known of it, and how it becomes a child.

use std::sync::Arc;
use std::time::Duration;

use super::arguments::{Arguments, Factory, Task};
use super::deps::{Dependency, Deps};
use super::task::TaskContext;
use crate::client::Client;
use crate::jetstream::JetStream;
use crate::service::{
    Mount, Service, ServiceHandle, ServiceInfo, ServiceOptions, child_and_handle,
};
use crate::supervisor::{AnySpec, ChildSpec, Restart};
use crate::worker::{Consumer, ConsumerHandle, ConsumerSpec, IntoConsumer, consumer};

/// What a part needs to become a child, and what it leaves for whoever looks at it later.
pub(super) struct Site {
    pub(super) client: Client,
    pub(super) jetstream: JetStream,
    pub(super) deps: Deps,
    pub(super) drain_timeout: Duration,
    pub(super) services: Vec<ServiceHandle>,
    pub(super) consumers: Vec<ConsumerHandle>,
}

/// A service, a consumer or a task.
pub(super) struct Part {
    pub(super) facts: Facts,
    bind: Bind,
}

type Bind = Box<dyn FnOnce(&mut Site) -> Result<AnySpec, Dependency> + Send>;

/// What is known of a part before anything runs.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) wants: Vec<Dependency>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Service(ServiceFacts),
    Consumer(ConsumerSpec),
    Task(Arc<str>),
}

#[derive(Clone, Debug)]
pub(super) struct ServiceFacts {
    pub(super) info: ServiceInfo,
    pub(super) endpoints: Vec<EndpointFacts>,
    pub(super) problems: Vec<String>,
    pub(super) is_exclusive: bool,
}

#[derive(Clone, Debug)]
pub(super) struct EndpointFacts {
    pub(super) name: &'static str,
    pub(super) subject: String,
    pub(super) queue_group: Option<&'static str>,
    pub(super) concurrency: usize,
    pub(super) timeout: Duration,
}

impl Part {
    pub(super) fn service<F, A>(factory: F, options: ServiceOptions) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: Service>,
    {
        let bind = move |site: &mut Site| {
            let make = bound(factory, &site.deps)?;
            let options = options.drain_timeout(site.drain_timeout);
            let (spec, handle) = child_and_handle(&site.client, make, options);
            site.services.push(handle);
            Ok(spec.into())
        };
        Self::new::<A>(Kind::Service(ServiceFacts::of::<F::Output>()), bind)
    }

    pub(super) fn consumer<F, A, M>(
        factory: F,
        configure: impl FnOnce(ConsumerSpec) -> ConsumerSpec,
    ) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: IntoConsumer<M>>,
        M: 'static,
    {
        let settings = configure(<<F::Output as IntoConsumer<M>>::Consumer as Consumer>::SPEC);
        let bind = move |site: &mut Site| {
            let make = bound(factory, &site.deps)?;
            let limit = settings.drain_timeout.min(site.drain_timeout);
            let consumer = consumer::<F::Output, M>(&site.client, make)
                .jetstream(site.jetstream.clone())
                .configure(|_| settings.drain_timeout(limit));
            let (spec, handle) = consumer.into_child();
            site.consumers.push(handle);
            Ok(spec)
        };
        Self::new::<A>(Kind::Consumer(settings), bind)
    }

    pub(super) fn task<F, A>(name: Arc<str>, task: F) -> Self
    where
        A: Arguments,
        F: Task<A>,
    {
        let own = Arc::clone(&name);
        let bind = move |site: &mut Site| {
            let (arguments, jetstream) = (A::resolve(&site.deps)?, site.jetstream.clone());
            let child = ChildSpec::new(format!("task {own}"), move |life| {
                let context = TaskContext::new(
                    Arc::clone(&own),
                    life.epoch(),
                    jetstream.clone(),
                    life.stop_signal(),
                );
                let run = task.run(context, arguments.clone());
                let child = life.task(|_| run);
                async move { Ok(child) }
            });
            Ok(child.restart(Restart::Transient).shutdown(site.drain_timeout).into())
        };
        Self::new::<A>(Kind::Task(name), bind)
    }

    pub(super) fn bind(self, site: &mut Site) -> Result<AnySpec, Dependency> {
        (self.bind)(site)
    }

    fn new<A: Arguments>(
        kind: Kind,
        bind: impl FnOnce(&mut Site) -> Result<AnySpec, Dependency> + Send + 'static,
    ) -> Self {
        Self { facts: Facts { kind, wants: A::types() }, bind: Box::new(bind) }
    }
}

/// A factory with its parameters, which can be called again and again.
fn bound<A: Arguments, F: Factory<A>>(
    factory: F,
    deps: &Deps,
) -> Result<impl Fn() -> F::Output + Send + Sync + 'static, Dependency> {
    let arguments = A::resolve(deps)?;
    Ok(move || factory.make(arguments.clone()))
}

impl Facts {
    /// The part in a sentence.
    pub(super) fn title(&self) -> String {
        match &self.kind {
            Kind::Service(service) => format!("service `{}`", service.info.name()),
            Kind::Consumer(spec) => format!("consumer `{}` on `{}`", spec.durable, spec.stream),
            Kind::Task(name) => format!("task `{name}`"),
        }
    }

    pub(super) fn as_service(&self) -> Option<&ServiceFacts> {
        if let Kind::Service(service) = &self.kind { Some(service) } else { None }
    }

    pub(super) fn as_consumer(&self) -> Option<&ConsumerSpec> {
        if let Kind::Consumer(spec) = &self.kind { Some(spec) } else { None }
    }
}

impl ServiceFacts {
    fn of<S: Service>() -> Self {
        let mount = Mount::<S>::of();
        let endpoints = mount.endpoints().iter().map(|endpoint| EndpointFacts {
            name: endpoint.spec().name(),
            subject: endpoint.subject().to_owned(),
            queue_group: endpoint.queue_group(),
            concurrency: endpoint.spec().concurrency_limit(),
            timeout: endpoint.spec().default_timeout(),
        });
        Self {
            info: S::INFO,
            endpoints: endpoints.collect(),
            problems: mount.problems().iter().map(ToString::to_string).collect(),
            is_exclusive: mount.is_exclusive(),
        }
    }
}

impl Site {
    /// How long a supervisor waits for children that drain: a little more than they take, to give back what is left.
    pub(super) fn within(&self) -> Duration {
        self.drain_timeout.saturating_add(GIVE_BACK)
    }
}

/// For what handlers left when their time was over: refusals, NAKs and the flush behind them.
pub(super) const GIVE_BACK: Duration = Duration::from_secs(2);
