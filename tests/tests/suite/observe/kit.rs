//! What the tests of observing share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use nats_actors::propagation::{TraceContext, W3c};
use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, Message};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

pub(crate) use crate::core::kit::{PATIENCE, next, within};

/// A client that propagates traces.
pub(crate) async fn tracing_client(server: &Server) -> Client {
    ConnectOptions::new().propagator(W3c::new()).connect(server.url()).await.unwrap()
}

/// Notes of traces, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<Option<TraceContext>>>>);

impl Seen {
    /// Notes the trace that is current.
    pub(crate) fn current(&self) {
        self.0.lock().unwrap().push(TraceContext::current());
    }

    pub(crate) fn all(&self) -> Vec<Option<TraceContext>> {
        self.0.lock().unwrap().clone()
    }

    /// The only note, which is of a trace.
    pub(crate) fn only(&self) -> TraceContext {
        let all = self.all();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone().expect("it was in no trace")
    }
}

/// The trace that a message names.
pub(crate) fn named(message: &Message) -> TraceContext {
    TraceContext::of(message).expect("it names no trace")
}

pub(crate) fn has_trace(message: &Message) -> bool {
    message.headers().unwrap().iter().any(|(name, _)| name.eq_ignore_ascii_case("traceparent"))
}

/// A span that ended or not: its name, the span that it began in, its fields as text.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    pub(crate) parent: Option<u64>,
    pub(crate) is_over: bool,
    pub(crate) fields: BTreeMap<&'static str, String>,
    references: usize,
}

/// A subscriber that keeps the spans of this library, for tests on one thread.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    spans: Vec<Span>,
    entered: Vec<u64>,
}

impl Spans {
    /// The spans of a name that deal with a subject.
    pub(crate) fn of(&self, name: &str, subject: &str) -> Vec<Span> {
        let is_it = |span: &&Span| {
            span.name == name
                && span.fields.get("messaging.destination.name").is_some_and(|s| s == subject)
        };
        self.0.lock().unwrap().spans.iter().filter(is_it).cloned().collect()
    }

    /// The only one.
    pub(crate) fn only(&self, name: &str, subject: &str) -> Span {
        let found = self.of(name, subject);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == "nats_actors::propagation"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut kept = self.0.lock().unwrap();
        let mut fields = BTreeMap::new();
        attributes.record(&mut Fields(&mut fields));
        let parent = kept.entered.last().copied();
        let name = attributes.metadata().name();
        kept.spans.push(Span { name, parent, is_over: false, fields, references: 1 });
        Id::from_u64(kept.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut kept = self.0.lock().unwrap();
        values.record(&mut Fields(&mut kept.spans[index(id)].fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, id: &Id) {
        self.0.lock().unwrap().entered.push(id.into_u64());
    }

    fn exit(&self, id: &Id) {
        assert_eq!(self.0.lock().unwrap().entered.pop(), Some(id.into_u64()));
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.0.lock().unwrap().spans[index(id)].references += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut kept = self.0.lock().unwrap();
        let span = &mut kept.spans[index(&id)];
        span.references -= 1;
        span.is_over = span.references == 0;
        span.is_over
    }
}

fn index(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
