//! Services in process: subjects, extractors, codec, errors and the generated client.
#![cfg(feature = "macros")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nats_actors::handler::{Deadline, Raw, State, TokenProblem};
use nats_actors::protocol::{Headers, Message};
use nats_actors::service::{
    CallError, ERROR, ERROR_CODE, FailureKind, Fault, FromParts, Mount, MountProblem,
    RETRY_AFTER_MS, Rejection, Reply, RequestCx, Service, ServiceMeta, TestService, Transport,
    TransportError, TransportErrorKind,
};
use nats_actors::{ServiceError, SubjectParam, handlers, service};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, SubjectParam)]
struct OrderId(u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, SubjectParam)]
enum Region {
    Eu,
    UsEast,
}

#[derive(Debug, Serialize, Deserialize)]
struct CancelOrder {
    reason: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: OrderId,
    note: String,
}

#[derive(Debug, PartialEq, thiserror::Error, ServiceError)]
enum OrderError {
    #[error("order {} not found", id.0)]
    #[service(code = 404)]
    NotFound { id: OrderId },
    #[error("busy with {0}, then {1}")]
    #[service(code = 409, kind = "BUSY")]
    Conflict(u32, String),
    #[error("payment provider is down")]
    #[service(code = 503, retry_after = "1500ms")]
    PaymentDown,
    #[error("password is {0}\r\nNats-Injected: 1")]
    #[service(code = 500, opaque)]
    Internal(String),
    #[error("two\r\nlines")]
    #[service(code = 422)]
    TwoLines,
}

#[derive(Clone, Debug)]
struct Db(Arc<AtomicU32>);

/// Keeps orders.
#[service(
    name = "orders",
    version = "1.2.0",
    prefix = "orders.v1",
    metadata(team = "checkout", "cost-center" = "7"),
)]
struct Orders {
    db: Db,
    greeting: &'static str,
    #[state(skip)]
    _unused: std::sync::Mutex<()>,
}

struct Operator(String);

impl FromParts<Orders> for Operator {
    async fn from_parts(cx: &RequestCx<'_, Orders>) -> Result<Self, Rejection> {
        let headers = cx.message().headers().map_err(|e| Rejection::new(400, e.to_string()))?;
        let token = headers.get("Authorization").ok_or_else(|| Rejection::new(401, "no token"))?;
        Ok(Self(format!("{}, {token}", cx.service().greeting)))
    }
}

#[handlers]
impl Orders {
    /// Cancels an order.
    ///
    /// Only one that has not shipped.
    #[endpoint("{id}.cancel", concurrency = 8, timeout = "2s", metadata(idempotent = "true"))]
    async fn cancel(
        &self,
        id: OrderId,
        State(db): State<Db>,
        req: CancelOrder,
    ) -> Result<Order, OrderError> {
        db.0.fetch_add(1, Ordering::Relaxed);
        match id.0 {
            404 => Err(OrderError::NotFound { id }),
            409 => Err(OrderError::Conflict(7, "more".into())),
            503 => Err(OrderError::PaymentDown),
            500 => Err(OrderError::Internal("hunter2".into())),
            422 => Err(OrderError::TwoLines),
            _ => Ok(Order { id, note: req.reason }),
        }
    }

    #[endpoint]
    async fn count(&self) -> u32 {
        self.db.0.load(Ordering::Relaxed)
    }

    #[endpoint("reset")]
    async fn reset(&self) {
        self.db.0.store(0, Ordering::Relaxed);
    }

    #[endpoint("echo")]
    async fn echo(&self, payload: Raw) -> Raw {
        payload
    }

    #[endpoint("who.at.{region}")]
    async fn who(
        &self,
        headers: Headers,
        #[extract] Operator(who): Operator,
        region: Region,
    ) -> Result<String, Fault> {
        Ok(format!("{who} from {region:?} via {}", headers.get("Via").unwrap_or("nothing")))
    }

    #[endpoint("time", timeout = "90s")]
    async fn time(&self, deadline: Deadline) -> u64 {
        deadline.remaining().as_secs_f64().round() as u64
    }

    #[endpoint("/audit.*.{id}.>")]
    async fn audit(&self, id: OrderId) -> u64 {
        id.0
    }

    #[endpoint("fails", queue = none)]
    async fn fails(&self, text: String) -> Result<u32, Fault> {
        Ok(text.parse::<u32>()?)
    }

    #[endpoint("hangs", timeout = "10ms")]
    async fn hangs(&self) {
        std::future::pending::<()>().await;
    }
}

fn orders() -> TestService<Orders> {
    let db = Db(Arc::default());
    TestService::new(Orders { db, greeting: "hello", _unused: std::sync::Mutex::default() })
}

async fn request(service: &TestService<Orders>, subject: &str, payload: &[u8]) -> Reply {
    service.reply_to(&Message::new(subject, Some("r"), None, payload)).await.unwrap()
}

fn cancel(reason: &str) -> CancelOrder {
    CancelOrder { reason: reason.to_owned() }
}

// spec: MIC-29, MIC-28
#[tokio::test]
async fn a_call_goes_there_and_back() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let order = client.cancel(OrderId(7), &cancel("dup")).await.unwrap();

    assert_eq!(order, Order { id: OrderId(7), note: "dup".into() });
    assert_eq!(client.count().await.unwrap(), 1);
}

#[tokio::test]
async fn nothing_is_sent_as_an_empty_payload() {
    let service = orders();
    let client = OrdersClient::new(&service);

    client.cancel(OrderId(1), &cancel("x")).await.unwrap();
    client.reset().await.unwrap();

    assert_eq!(client.count().await.unwrap(), 0);
    assert_eq!(request(&service, "orders.v1.reset", b"").await.payload(), b"");
    assert_eq!(request(&service, "orders.v1.echo", b"\0raw").await.payload(), b"\0raw");
    assert_eq!(client.echo(&Raw::new("abc")).await.unwrap(), Raw::new("abc"));
}

// spec: MIC-23, A32-09, A32-10
#[tokio::test]
async fn typed_errors_arrive_as_the_same_variant() {
    let service = orders();
    let client = OrdersClient::new(&service);
    let call = async |id| client.cancel(OrderId(id), &cancel("x")).await.unwrap_err();

    let CallError::Service(error) = call(404).await else { panic!() };
    assert_eq!(error, OrderError::NotFound { id: OrderId(404) });
    let CallError::Service(error) = call(409).await else { panic!() };
    assert_eq!(error, OrderError::Conflict(7, "more".into()));

    let down = call(503).await;
    assert!(matches!(down, CallError::Service(OrderError::PaymentDown)), "{down:?}");
    assert!(down.is_retryable() && down.maybe_executed());
    assert_eq!(down.retry_after(), Some(Duration::from_millis(1500)));
    assert!(!call(404).await.is_retryable());
}

#[tokio::test]
async fn an_error_reply_has_code_and_text_as_headers_and_the_variant_as_body() {
    let service = orders();
    let reply = request(&service, "orders.v1.404.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR), Some("order 404 not found"));
    assert_eq!(reply.headers().get(ERROR_CODE), Some("404"));
    assert_eq!(reply.headers().get(RETRY_AFTER_MS), None);
    assert_eq!(reply.payload(), br#"{"kind":"NOT_FOUND","id":404}"#);
    assert_eq!(reply.failure().unwrap().to_string(), "404:order 404 not found");

    let reply = request(&service, "orders.v1.409.cancel", br#"{"reason":"x"}"#).await;
    assert_eq!(reply.payload(), br#"{"kind":"BUSY","0":7,"1":"more"}"#);
    let reply = request(&service, "orders.v1.503.cancel", br#"{"reason":"x"}"#).await;
    assert_eq!(reply.headers().get(RETRY_AFTER_MS), Some("1500"));
}

#[tokio::test]
async fn an_opaque_error_stays_here() {
    let service = orders();
    let reply = request(&service, "orders.v1.500.cancel", br#"{"reason":"x"}"#).await;

    let text = reply.headers().get(ERROR).unwrap();
    assert!(text.starts_with("internal error ") && text.len() > 20, "{text}");
    assert_eq!(reply.payload(), b"");
    let failure = reply.failure().unwrap();
    assert_eq!(failure.detail(), Some("password is hunter2\r\nNats-Injected: 1"));
    assert_eq!(failure.message(), text);

    let client = OrdersClient::new(&service);
    let error = client.cancel(OrderId(500), &cancel("x")).await.unwrap_err();
    assert!(matches!(error, CallError::Untyped(_)), "{error:?}");
}

#[tokio::test]
async fn any_error_becomes_a_fault_that_tells_nothing() {
    let service = orders();
    let client = OrdersClient::new(&service);

    assert_eq!(client.fails(&"7".to_owned()).await.unwrap(), 7);
    let error = client.fails(&"seven".to_owned()).await.unwrap_err();
    let CallError::Service(fault) = error else { panic!("{error:?}") };
    assert_eq!(ServiceError::code(&fault), 500);
    assert!(fault.message().starts_with("internal error "), "{fault}");

    let reply = request(&service, "orders.v1.fails", b"\"seven\"").await;
    assert_eq!(reply.failure().unwrap().detail(), Some("invalid digit found in string"));
}

// spec: MIC-24
#[tokio::test]
async fn an_error_text_cannot_add_a_header() {
    let service = orders();
    let reply = request(&service, "orders.v1.422.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR), Some("two  lines"));
    assert_eq!(reply.headers().len(), 2);
}

#[tokio::test]
async fn a_bad_subject_token_is_refused_with_its_name_and_runs_no_handler() {
    let service = orders();
    let reply = request(&service, "orders.v1.seven.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR_CODE), Some("400"));
    let text = reply.headers().get(ERROR).unwrap();
    assert!(text.contains("token 3") && text.contains("`id`") && text.contains("seven"), "{text}");
    assert_eq!(reply.failure().unwrap().kind(), FailureKind::Rejected);
    assert_eq!(service.calls("cancel"), 0);
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_runs_no_handler() {
    let service = orders();
    for (payload, said) in [
        (&b""[..], "the payload is empty"),
        (b"{", "EOF"),
        (br#"{"other":1}"#, "missing field `reason`"),
    ] {
        let reply = request(&service, "orders.v1.7.cancel", payload).await;
        let text = reply.headers().get(ERROR).unwrap();
        assert_eq!(reply.headers().get(ERROR_CODE), Some("400"));
        assert!(text.contains(said), "{text}");
    }
    assert_eq!(service.calls("cancel"), 0);
}

#[tokio::test]
async fn a_token_that_would_change_the_subject_is_never_sent() {
    #[derive(Clone)]
    struct Nobody;
    impl Transport for Nobody {
        async fn call(
            &self,
            subject: String,
            _: Headers,
            _: bytes::Bytes,
            _: Duration,
        ) -> Result<Message, TransportError> {
            panic!("sent to {subject}")
        }
    }
    #[service(name = "texts", version = "0.1.0")]
    struct Texts;
    #[handlers]
    impl Texts {
        #[endpoint("{text}.get.*.>")]
        async fn get(&self, text: String) -> String {
            text
        }
    }

    let client = TextsClient::new(&Nobody);
    for (token, problem) in [
        ("", TokenProblem::Empty),
        ("a.b", TokenProblem::Dot),
        ("*", TokenProblem::Wildcard),
        (">", TokenProblem::Wildcard),
        ("a b", TokenProblem::Whitespace),
        ("a\r\nPUB x 0", TokenProblem::Whitespace),
    ] {
        let error = client.get(token.to_owned(), "x", "y").await.unwrap_err();
        assert!(!error.maybe_executed() && !error.is_retryable());
        let CallError::BadToken(bad) = error else { panic!("{error:?}") };
        assert_eq!((bad.parameter(), bad.problem()), ("text", problem), "{token:?}");
    }
    let in_wildcard = client.get("a".into(), "b.c", "d").await;
    assert!(matches!(in_wildcard, Err(CallError::BadToken(_))), "{in_wildcard:?}");
    let in_tail = client.get("a".into(), "b", "c..d").await;
    assert!(matches!(in_tail, Err(CallError::BadToken(_))), "{in_tail:?}");
    let bad_header = client.get("a".into(), "b", "c").header("X", "a\r\nb").await;
    assert!(matches!(bad_header, Err(CallError::BadHeader(_))), "{bad_header:?}");
}

#[tokio::test]
async fn headers_and_own_extractors_arrive_in_the_handler() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let said = client.who(Region::UsEast).header("Authorization", "ann").header("Via", "x").await;
    assert_eq!(said.unwrap(), "hello, ann from UsEast via x");

    let CallError::Service(fault) = client.who(Region::Eu).await.unwrap_err() else { panic!() };
    assert_eq!((ServiceError::code(&fault), fault.message()), (401, "no token"));
    assert_eq!(service.calls("who"), 1);
    let reply = request(&service, "orders.v1.who.at.mars", b"").await;
    assert_eq!(reply.headers().get(ERROR_CODE), Some("401"), "arguments are read in order");
}

#[tokio::test]
async fn the_deadline_is_what_the_caller_waits_else_what_the_endpoint_says() {
    let service = orders();
    let client = OrdersClient::new(&service);

    assert_eq!(client.time().await.unwrap(), 90);
    assert_eq!(client.time().timeout(Duration::from_secs(30)).await.unwrap(), 30);
}

#[tokio::test]
async fn without_a_reply_the_call_says_so() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let error = client.hangs().await.unwrap_err();
    assert!(error.is_retryable() && error.maybe_executed());
    let CallError::Transport(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), TransportErrorKind::TimedOut);

    let nobody = service.call("orders.v1.none".into(), Headers::new(), "".into(), Duration::MAX);
    assert_eq!(nobody.await.unwrap_err().kind(), TransportErrorKind::NoResponders);
}

// spec: A32-10
#[tokio::test]
async fn an_error_of_a_foreign_service_is_an_error_whatever_its_payload() {
    #[derive(Clone)]
    struct Foreign;
    impl Transport for Foreign {
        async fn call(
            &self,
            _: String,
            _: Headers,
            _: bytes::Bytes,
            _: Duration,
        ) -> Result<Message, TransportError> {
            let mut headers = Headers::new();
            headers.insert(ERROR, "down for today").unwrap();
            headers.insert(ERROR_CODE, "503").unwrap();
            Ok(Message::new("r", None, Some(&headers), b"7"))
        }
    }

    let error = OrdersClient::new(&Foreign).count().await.unwrap_err();
    assert!(error.is_retryable());
    let CallError::Untyped(fault) = error else { panic!("{error:?}") };
    assert_eq!(fault, Fault::new(503, "down for today"));
}

// spec: A32-07, A32-08
#[test]
fn a_mount_resolves_subjects_and_queue_groups() {
    let mount = Mount::<Orders>::of();
    let resolved = |name| {
        let endpoint = mount.endpoints().iter().find(|e| e.spec().name() == name).unwrap();
        (endpoint.subject(), endpoint.queue_group())
    };

    assert_eq!(resolved("cancel"), ("orders.v1.*.cancel", Some("q")));
    assert_eq!(resolved("count"), ("orders.v1.count", Some("q")));
    assert_eq!(resolved("audit"), ("audit.*.*.>", Some("q")));
    assert_eq!(resolved("fails"), ("orders.v1.fails", None));
    assert_eq!(mount.problems(), []);
    assert!(!mount.is_exclusive());

    let cancel = mount.endpoints().first().unwrap().spec();
    assert_eq!(cancel.concurrency_limit(), 8);
    assert_eq!(cancel.default_timeout(), Duration::from_secs(2));
    assert_eq!(cancel.metadata_pairs(), [("idempotent", "true")]);
    assert!(cancel.description_text().starts_with("Cancels an order."));
    assert_eq!(Orders::INFO.description_text(), "Keeps orders.");
    assert_eq!(Orders::INFO.metadata_pairs(), [("team", "checkout"), ("cost-center", "7")]);
}

#[tokio::test]
async fn absolute_subjects_and_wildcards_are_served() {
    let service = orders();
    assert_eq!(request(&service, "audit.x.12.y.z", b"").await.payload(), b"12");
    assert_eq!(OrdersClient::new(&service).audit("x", OrderId(9), "y.z").await.unwrap(), 9);
}

#[test]
fn endpoints_that_would_both_answer_are_a_problem() {
    #[service(name = "both", version = "0.1.0")]
    struct Both;
    #[handlers(client = none)]
    impl Both {
        #[endpoint("get")]
        async fn relative(&self) {}
        #[endpoint("/both.*")]
        async fn absolute(&self) {}
    }

    let problems = Mount::<Both>::of().problems();
    let [MountProblem::Overlap { endpoints, .. }] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(endpoints, &["relative", "absolute"]);
}

#[tokio::test]
async fn exclusive_handlers_change_the_service_one_at_a_time() {
    #[service(name = "sequencer", version = "0.3.0", queue = none)]
    struct Sequencer {
        next: u64,
    }
    #[handlers]
    impl Sequencer {
        #[endpoint("next")]
        async fn next(&mut self, State(before): State<u64>, step: u64) -> Result<u64, Fault> {
            let seen = self.next;
            tokio::task::yield_now().await;
            assert_eq!((seen, before), (self.next, seen), "another request came between");
            self.next += step;
            Ok(self.next)
        }
        #[endpoint("peek")]
        async fn peek(&self) -> u64 {
            self.next
        }
    }

    assert!(Mount::<Sequencer>::of().is_exclusive());
    let service = TestService::new(Sequencer { next: 0 });
    let client = SequencerClient::new(&service);
    let calls = (0..50).map(|_| client.next(&2).into_future());
    let results = futures_util::future::join_all(calls).await;

    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(client.peek().await.unwrap(), 100);
}

#[tokio::test]
async fn a_generic_service_is_one_too() {
    trait Store: Send + Sync + 'static {
        fn get(&self) -> u32;
    }
    struct Seven;
    impl Store for Seven {
        fn get(&self) -> u32 {
            7
        }
    }
    #[service(name = "cache", version = "0.1.0")]
    struct Cache<S: Store> {
        store: S,
        label: String,
    }
    #[handlers]
    impl<S: Store> Cache<S> {
        #[endpoint]
        async fn get(&self, State(label): State<String>) -> (String, u32) {
            (label, self.store.get())
        }
    }

    let service = TestService::new(Cache { store: Seven, label: "l".into() });
    let client = CacheClient::<Seven, _>::new(&service);
    assert_eq!(client.get().await.unwrap(), ("l".to_owned(), 7));
}

#[test]
fn a_buffer_goes_round() {
    let mount = Mount::<Orders>::of();
    let endpoint = mount.endpoints().iter().find(|e| e.spec().name() == "count").unwrap();
    let message = Message::new("orders.v1.count", None, None, b"");
    let request = endpoint.request(&message, std::time::Instant::now());
    let buffer = Vec::with_capacity(1000);
    let place = buffer.as_ptr();

    let reply = request.with_buffer(buffer).reply::<Orders, u32, Fault>(Ok(5));

    assert_eq!(reply.payload(), b"5");
    let buffer = reply.into_buffer();
    assert_eq!(buffer.as_ptr(), place);
}

fn assert_service<S: Service>() {}

#[test]
fn the_traits_can_be_written_by_hand() {
    mod by_hand {
        use nats_actors::handler::Json;
        use nats_actors::service::{
            Endpoint, EndpointSpec, Fault, Mount, Reply, Request, RequestCx, Service, ServiceInfo,
            ServiceMeta,
        };

        pub(super) struct Twice;
        pub(super) struct Double;

        impl ServiceMeta for Twice {
            type Codec = Json;
            const INFO: ServiceInfo = ServiceInfo::new("twice", "0.1.0");
        }
        impl Service for Twice {
            fn endpoints(mount: &mut Mount<Self>) {
                mount.add::<Double>();
            }
        }
        impl Endpoint<Twice> for Double {
            const SPEC: EndpointSpec = EndpointSpec::new("double", "{n}");
            async fn call<'a>(service: &'a Twice, request: Request<'a>) -> Reply {
                match RequestCx::new(service, &request).param::<u32>("n") {
                    Ok(n) => request.reply::<Twice, u32, Fault>(Ok(2 * n)),
                    Err(rejection) => Reply::rejected(&rejection),
                }
            }
        }
    }

    assert_service::<by_hand::Twice>();
    let service = TestService::new(by_hand::Twice);
    let message = Message::new("twice.21", None, None, b"");
    let reply = futures_util::FutureExt::now_or_never(service.reply_to(&message)).flatten();
    assert_eq!(reply.unwrap().payload(), b"42");
}
