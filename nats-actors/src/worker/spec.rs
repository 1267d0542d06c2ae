//! What a consumer is, as a constant: the same value feeds the runtime, `plan` and `describe`.

use std::time::Duration;

use super::order::{KeyOrder, OrderedBy, key_of};
use super::retry::RetryPolicy;
use super::route::RouteSpec;
use crate::protocol::Message;

/// What a consumer reads, how many messages at a time, and what becomes of those that fail.
///
/// Every setter can run in a `const`, and has the name of its field and of its `#[consumer(..)]` argument.
///
/// ```
/// # use nats_actors::worker::{ConsumerSpec, RouteSpec};
/// const SPEC: ConsumerSpec =
///     ConsumerSpec::new("ORDERS", "billing", &[RouteSpec::new("placed", "orders.v1.*.placed")])
///         .max_in_flight(64)
///         .dead_letter("dlq.orders.billing");
///
/// assert_eq!(SPEC.route_of("orders.v1.7.placed"), Some(0));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConsumerSpec {
    /// The stream whose messages are handled.
    pub stream: &'static str,
    /// The name of the durable consumer on the server; its replicas share the work.
    pub durable: &'static str,
    /// Where messages go, by subject. Their patterns together are the consumer's filter.
    pub routes: &'static [RouteSpec],
    /// Messages held at once: buffered, running or resting in place. Default: 64.
    pub max_in_flight: u32,
    /// How long the server waits for an acknowledgement; kept alive while a handler runs. Default: 30 s.
    pub ack_wait: Duration,
    /// How long one attempt may run before it is cancelled and counts as failed. Default: unlimited.
    pub timeout: Option<Duration>,
    /// Whether leases of running and waiting messages are kept alive. Default: yes.
    pub heartbeat: bool,
    /// Attempts and delays. Default: [`RetryPolicy::new`].
    pub retry: RetryPolicy,
    /// Subject of dead letters. Default: none; what would be one is terminated, with the reason, and logged.
    pub dead_letter: Option<&'static str>,
    /// Order by key. Default: none; everything may run at once.
    pub ordered: Option<KeyOrder>,
    /// What a panic of a handler does to its message. Default: [`OnPanic::Retry`].
    pub on_panic: OnPanic,
    /// How the consumer on the server comes to be. Default: [`Provision::Verify`].
    pub provision: Provision,
    /// Where a consumer that is created begins. Default: [`DeliverFrom::All`].
    pub deliver: DeliverFrom,
    /// How long a drain waits for what is held before it gives it back. Default: 25 s.
    pub drain_timeout: Duration,
}

impl ConsumerSpec {
    /// A consumer with the defaults.
    #[must_use]
    pub const fn new(
        stream: &'static str,
        durable: &'static str,
        routes: &'static [RouteSpec],
    ) -> Self {
        Self {
            stream,
            durable,
            routes,
            max_in_flight: 64,
            ack_wait: Duration::from_secs(30),
            timeout: None,
            heartbeat: true,
            retry: RetryPolicy::new(),
            dead_letter: None,
            ordered: None,
            on_panic: OnPanic::Retry,
            provision: Provision::Verify,
            deliver: DeliverFrom::All,
            drain_timeout: Duration::from_secs(25),
        }
    }

    /// Sets the routes. See [the field](Self#structfield.routes).
    #[must_use]
    pub const fn routes(mut self, routes: &'static [RouteSpec]) -> Self {
        self.routes = routes;
        self
    }

    /// Whether messages of a route have a key, as far as the order needs one.
    #[must_use]
    pub const fn can_order(&self, route: &RouteSpec) -> bool {
        match self.ordered {
            Some(KeyOrder { by: OrderedBy::Param(name), .. }) => route.has_param(name),
            _ => true,
        }
    }

    /// Sets how many messages are held at once; 0 counts as 1. See [the field](Self#structfield.max_in_flight).
    #[must_use]
    pub const fn max_in_flight(mut self, messages: u32) -> Self {
        self.max_in_flight = if messages == 0 { 1 } else { messages };
        self
    }

    /// Sets how long the server waits for an acknowledgement. See [the field](Self#structfield.ack_wait).
    #[must_use]
    pub const fn ack_wait(mut self, wait: Duration) -> Self {
        self.ack_wait = wait;
        self
    }

    /// Sets how long one attempt may run. See [the field](Self#structfield.timeout).
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets whether leases are kept alive while messages are held. See [the field](Self#structfield.heartbeat).
    #[must_use]
    pub const fn heartbeat(mut self, kept: bool) -> Self {
        self.heartbeat = kept;
        self
    }

    /// Sets attempts and delays. See [the field](Self#structfield.retry).
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the subject of dead letters. See [the field](Self#structfield.dead_letter).
    #[must_use]
    pub const fn dead_letter(mut self, subject: &'static str) -> Self {
        self.dead_letter = Some(subject);
        self
    }

    /// Handles messages of one key in order.
    #[must_use]
    pub const fn ordered(mut self, order: KeyOrder) -> Self {
        self.ordered = Some(order);
        self
    }

    /// Sets what a panic does to its message. See [the field](Self#structfield.on_panic).
    #[must_use]
    pub const fn on_panic(mut self, on_panic: OnPanic) -> Self {
        self.on_panic = on_panic;
        self
    }

    /// Sets how the consumer on the server comes to be. See [the field](Self#structfield.provision).
    #[must_use]
    pub const fn provision(mut self, provision: Provision) -> Self {
        self.provision = provision;
        self
    }

    /// Sets where a consumer that is created begins. See [the field](Self#structfield.deliver).
    #[must_use]
    pub const fn deliver(mut self, from: DeliverFrom) -> Self {
        self.deliver = from;
        self
    }

    /// Sets how long a drain waits for what is held. See [the field](Self#structfield.drain_timeout).
    #[must_use]
    pub const fn drain_timeout(mut self, limit: Duration) -> Self {
        self.drain_timeout = limit;
        self
    }

    /// The index of the route for a subject: the first pattern that matches, else the fallback.
    ///
    /// Messages without a route become dead letters.
    #[must_use]
    pub fn route_of(&self, subject: &str) -> Option<usize> {
        let found = self.routes.iter().position(|route| route.matches(subject));
        found.or_else(|| self.routes.iter().position(RouteSpec::is_fallback))
    }

    /// The key of a message that takes a route, if the consumer is ordered and the message has one.
    #[must_use]
    pub fn key_of(&self, route: usize, message: &Message) -> Option<u64> {
        match self.ordered?.by {
            OrderedBy::Param(name) => {
                self.routes.get(route)?.param(name, message.subject()).map(key_of)
            }
            OrderedBy::Header(name) => message.headers().ok()?.get(name).map(key_of),
            OrderedBy::Function(key) => key(message),
        }
    }

    /// The patterns of all routes, each once.
    #[must_use]
    pub fn filter_subjects(&self) -> Vec<&'static str> {
        let mut filters: Vec<_> = self
            .routes
            .iter()
            .filter(|route| !route.is_fallback())
            .map(|route| route.pattern)
            .collect();
        filters.sort_unstable();
        filters.dedup();
        filters
    }
}

/// What a panic of a handler does to its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnPanic {
    /// It counts as a failed attempt.
    Retry,
    /// The message becomes a dead letter.
    DeadLetter,
}

/// How the consumer on the server comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provision {
    /// It must exist, with settings that fit.
    Verify,
    /// It is created when it is missing; an existing one must fit.
    Create,
    /// It is created when it is missing, and changed when it differs.
    Reconcile,
}

/// Where a consumer begins when it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliverFrom {
    /// At the first message of the stream.
    All,
    /// At the first message after its creation.
    New,
    /// At the last message of the stream.
    Last,
    /// At this stream sequence.
    Sequence(u64),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Headers;

    const SPEC: ConsumerSpec = ConsumerSpec::new(
        "ORDERS",
        "billing",
        &[
            RouteSpec::new("placed", "orders.*.placed").params(&[("id", 1)]),
            RouteSpec::new("cancelled", "orders.*.cancelled"),
            RouteSpec::fallback("other"),
        ],
    )
    .max_in_flight(0);

    #[test]
    fn a_subject_finds_its_route_or_the_fallback() {
        assert_eq!(SPEC.route_of("orders.1.cancelled"), Some(1));
        assert_eq!(SPEC.route_of("orders.1.shipped"), Some(2));
        const NONE: ConsumerSpec = SPEC.routes(&[]);
        assert_eq!(NONE.route_of("orders.1.shipped"), None);
    }

    #[test]
    fn the_filter_is_the_union_of_the_patterns() {
        assert_eq!(SPEC.filter_subjects(), ["orders.*.cancelled", "orders.*.placed"]);
    }

    #[test]
    fn the_key_is_a_token_a_header_or_computed() {
        let mut headers = Headers::new();
        headers.insert("Tenant", "7").unwrap();
        let message = Message::new("orders.7.placed", None, Some(&headers), b"");
        let key =
            |by| ConsumerSpec { ordered: Some(KeyOrder::new(by)), ..SPEC }.key_of(0, &message);

        assert_eq!(key(OrderedBy::Param("id")), Some(key_of("7")));
        assert_eq!(key(OrderedBy::Header("Tenant")), Some(key_of("7")));
        assert_eq!(
            key(OrderedBy::Function(|message| u64::try_from(message.payload().len()).ok())),
            Some(0)
        );
        assert_eq!(key(OrderedBy::Param("other")), None);
        assert_eq!(SPEC.key_of(0, &message), None);
    }

    #[test]
    fn nothing_in_flight_counts_as_one() {
        assert_eq!(SPEC.max_in_flight, 1);
    }
}
