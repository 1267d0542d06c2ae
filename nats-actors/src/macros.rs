//! The macros, with their documentation.

/// Makes a struct a service: its name, its version and what its endpoints share.
///
/// Goes on the struct; [`handlers`] goes on its impl. The fields are the dependencies:
/// [`State<T>`](crate::handler::State) hands a handler a clone of the field of type `T`, when no
/// other field has that type. A field marked `#[state(skip)]` is left out.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "orders"` | ADR-32 name: `A-Z a-z 0-9 - _` | required |
/// | `version = "1.2.0"` | SemVer | required |
/// | `description = ".."` | text in INFO | the doc comment |
/// | `prefix = "orders.v1"` | subject under which relative endpoint subjects lie | the name |
/// | `queue = "group"`, `queue = none` | queue group of the endpoints, or none | `"q"` |
/// | `codec = Json` | how payloads are encoded | [`Json`](crate::handler::Json) |
/// | `metadata(team = "x", "a-b" = "y")` | metadata in INFO | none |
/// | `crate = path` | where `nats-actors` is, if it is re-exported | found |
///
/// It writes [`ServiceMeta`](crate::service::ServiceMeta) and, per field,
/// [`HasState`](crate::handler::HasState).
///
/// ```
/// use nats_actors::service::TestService;
/// use nats_actors::{handlers, service};
///
/// #[service(name = "greeter", version = "0.1.0")]
/// struct Greeter {
///     greeting: String,
/// }
///
/// #[handlers]
/// impl Greeter {
///     /// Greets whoever is named.
///     #[endpoint("{name}.greet")]
///     async fn greet(&self, name: String) -> String {
///         format!("{}, {name}", self.greeting)
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let service = TestService::new(Greeter { greeting: "hello".into() });
/// let client = GreeterClient::new(&service);
/// assert_eq!(client.greet("ann".into()).await.unwrap(), "hello, ann");
/// # });
/// ```
pub use nats_actors_macros::service;

/// Makes the methods of one inherent impl handlers: of a service, those with [`endpoint`].
///
/// A handler is an `async` method. With `&self` up to `concurrency` calls run at once; with
/// `&mut self` one of all the service's requests runs at a time. What its arguments are is decided
/// by three rules:
///
/// 1. An argument with the name of a `{placeholder}` is that token of the subject, read by
///    [`SubjectParam`](trait@crate::handler::SubjectParam).
/// 2. [`State<T>`](crate::handler::State), [`Headers`](crate::protocol::Headers),
///    [`Deadline`](crate::handler::Deadline), and whatever is marked `#[extract]`, is an extractor:
///    [`FromParts`](crate::service::FromParts).
/// 3. At most one argument is left: the payload.
///
/// It returns `T` or `Result<T, E>` where `E` is a
/// [`ServiceError`](trait@crate::service::ServiceError).
/// A bad token, a refusing extractor or an unreadable payload answers the request with an error
/// that names it; the method does not run.
///
/// For a service it writes [`Endpoint`](crate::service::Endpoint) or
/// [`EndpointMut`](crate::service::EndpointMut) for a hidden type per method,
/// [`Service`](crate::service::Service), and a client: for `Orders` the struct `OrdersClient`, with a
/// method per endpoint that returns a [`Call`](crate::service::Call). `client = none` leaves it out,
/// `client = pub(crate)` sets its visibility.
pub use nats_actors_macros::handlers;

/// Marks a method of a [`handlers`] impl as an endpoint.
///
/// The subject is relative to the service's prefix unless it begins with `/`: in the service
/// `orders`, `"{id}.cancel"` is `orders.*.cancel` and `"/audit.ping"` is `audit.ping`. A `*` or `>`
/// is a token, or the rest, that the handler does not read. Without a subject it is the name of the
/// method.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = ".."` | name in INFO and STATS | the method |
/// | `concurrency = 64` | requests that run at once; not with `&mut self` | 64 |
/// | `timeout = "2s"` | time that a request has if its caller does not say | `"5s"` |
/// | `queue = "group"`, `queue = none` | queue group, or none | the service's |
/// | `metadata(..)` | metadata in INFO | none |
///
/// The doc comment becomes the description of the endpoint and of the client's method.
pub use nats_actors_macros::endpoint;

/// Writes [`ServiceError`](trait@crate::service::ServiceError) for an enum, in both directions.
///
/// On each variant: `#[service(code = 404)]`, with `retry_after = "2s"` if the caller may try
/// again, `opaque` if it must not see text and fields, `kind = ".."` for another name in the body.
/// Fields have to be `Serialize` and `Deserialize`, except in opaque variants; the enum needs
/// `Display`, which is the text of the reply.
///
/// ```
/// use nats_actors::ServiceError;
/// use nats_actors::service::Reply;
///
/// #[derive(Debug, ServiceError)]
/// enum OrderError {
///     #[service(code = 404)]
///     NotFound { id: u64 },
/// }
///
/// impl std::fmt::Display for OrderError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         let Self::NotFound { id } = self;
///         write!(f, "order {id} not found")
///     }
/// }
///
/// let reply = Reply::error(&OrderError::NotFound { id: 7 });
/// assert_eq!(reply.headers().get("Nats-Service-Error"), Some("order 7 not found"));
/// assert_eq!(reply.payload(), br#"{"kind":"NOT_FOUND","id":7}"#);
/// ```
pub use nats_actors_macros::ServiceError;

/// Writes [`SubjectParam`](trait@crate::handler::SubjectParam) for a struct with one field, which is
/// the token, or for an enum without fields, whose tokens are its variants in snake case.
///
/// ```
/// use nats_actors::SubjectParam;
///
/// #[derive(Debug, PartialEq, SubjectParam)]
/// enum Region {
///     UsEast,
/// }
///
/// assert_eq!(Region::parse_token("us_east"), Ok(Region::UsEast));
/// ```
pub use nats_actors_macros::SubjectParam;

/// Makes a struct a JetStream consumer: what it reads, and what becomes of messages that fail.
///
/// Goes on the struct; [`handlers`] goes on its impl, with [`on`] on the methods. The fields are the dependencies, as
/// for [`service`].
///
/// | option | meaning | default |
/// |---|---|---|
/// | `stream = "ORDERS"` | the stream | required |
/// | `durable = "billing"` | the durable consumer, which replicas share | required |
/// | `codec = Json` | how payloads are decoded | [`Json`](crate::handler::Json) |
/// | `provision = verify`, `create`, `reconcile` | how the consumer on the server comes to be | `verify` |
/// | `deliver = all`, `new`, `last` | where it begins when it is created | `all` |
/// | `max_in_flight = 256` | messages held at once; pulls ask for no more | 64 |
/// | `ack_wait = "30s"` | the lease on a message | `"30s"` |
/// | `heartbeat = auto`, `off` | whether leases are kept while messages are held | `auto` |
/// | `timeout = "10m"` | how long one attempt may run | none |
/// | `retry(max_attempts = 8, max_snoozes = 100, backoff = exponential("1s", "2m"), jitter = 0.2)` | attempts and the rests between them; also `fixed("1s")`, `linear("1s", "1m")`, `steps("1s", "5s")` | as shown |
/// | `dead_letter = "dlq.orders"` | where messages go that are given up | none: they are terminated |
/// | `on_panic = retry`, `dead_letter` | what a panic does to its message | `retry` |
/// | `ordered_by = "{id}"`, `header("Tenant")`, `fn(path)` | messages of one key are handled in order | no order |
/// | `lanes = 32` | queues that keys are spread over | 32 |
/// | `on_key_failure = hold`, `skip`, `halt` | what a failing message does to its key: [`OnKeyFailure`](crate::worker::OnKeyFailure) | `hold` |
/// | `drain_timeout = "25s"` | how long a drain waits for what is held | `"25s"` |
/// | `crate = path` | where `nats-actors` is, if it is re-exported | found |
///
/// It writes [`ConsumerMeta`](crate::worker::ConsumerMeta) and, per field, [`HasState`](crate::handler::HasState).
///
/// ```
/// use nats_actors::worker::{Consumer, FaultExt};
/// use nats_actors::{HandlerFault, consumer, handlers};
///
/// #[consumer(stream = "ORDERS", durable = "billing", dead_letter = "dlq.billing")]
/// struct Billing {
///     currency: String,
/// }
///
/// #[handlers]
/// impl Billing {
///     #[on("orders.v1.{id}.placed")]
///     async fn placed(&self, id: u64, total: u32) -> Result<(), HandlerFault> {
///         let cents = total.checked_mul(100).ok_or_else(|| HandlerFault::new("too much")).terminal()?;
///         println!("order {id}: {cents} {}", self.currency);
///         Ok(())
///     }
/// }
///
/// assert_eq!(Billing::SPEC.filter_subjects(), ["orders.v1.*.placed"]);
/// ```
pub use nats_actors_macros::consumer;

/// Marks a method of a [`handlers`] impl as the handler of a [`consumer`]'s messages, by subject.
///
/// `{id}` is a token that the argument of that name receives, `*` one that is not read, `>` the rest. `#[on(other)]` takes
/// what no pattern matches. The patterns together are the filter of the consumer on the server; they must not overlap.
///
/// Arguments follow the rules of [`handlers`], where the extractors are those of
/// [`FromDelivery`](crate::worker::FromDelivery): [`DeliveryInfo`](crate::jetstream::DeliveryInfo),
/// [`Lease`](crate::worker::Lease), [`Out`](crate::worker::Out), [`State<T>`](crate::handler::State),
/// [`Headers`](crate::protocol::Headers), and whatever is marked `#[extract]`. A message whose token, headers or payload
/// cannot be read becomes a dead letter.
///
/// It returns `()`, [`Outcome`](crate::Outcome), `Result<(), E>` or `Result<Outcome, E>` where `E` is a
/// [`HandlerError`](trait@crate::worker::HandlerError). With `&self` up to `max_in_flight` messages are handled at once;
/// with `&mut self` in any of the methods, one of all the consumer's messages at a time.
pub use nats_actors_macros::on;

/// Marks a method of a [`handlers`] impl that hears of a [`consumer`]'s dead letters after they were stored.
///
/// It takes a [`DeadLetter`](crate::worker::DeadLetter) and nothing else.
pub use nats_actors_macros::on_dead_letter;

/// Writes [`HandlerError`](trait@crate::worker::HandlerError) for an enum: what each error means for the message.
///
/// Each variant has one of `#[retry]`, `#[retry(after = "5s")]`, `#[terminal]` and `#[fatal]`. In `after`, `self.0` and
/// `self.name` are the fields of the variant. The enum needs `Display`, which is the reason in a dead letter.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::HandlerError;
/// use nats_actors::worker::Disposition;
///
/// #[derive(HandlerError)]
/// enum BillingError {
///     #[retry(after = self.0 * 2)]
///     Throttled(Duration),
///     #[terminal]
///     BadAmount,
/// }
///
/// impl std::fmt::Display for BillingError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str("the bill cannot be written")
///     }
/// }
///
/// let error = BillingError::Throttled(Duration::from_secs(2));
/// assert_eq!(error.disposition(), Disposition::RetryAfter(Duration::from_secs(4)));
/// ```
pub use nats_actors_macros::HandlerError;
