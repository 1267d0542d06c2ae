//! Spans of what is sent and handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nats_actors::propagation::TraceContext;
use nats_actors::testing::{Server, ServerConfig};
use nats_actors::worker;
use nats_actors::{Client, HandlerFault, Message, Outcome, consumer, handlers};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Span, Spans, named, next, tracing_client};

fn assert_fields(span: &Span, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(span.fields.get(name).map(String::as_str), Some(*value), "{name} of {span:?}");
    }
}

// spec: EVT-18
#[tokio::test]
async fn sending_and_handling_are_spans_by_the_conventions_for_messaging() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let server = Server::start().await.unwrap();
    let client = tracing_client(&server).await;
    let answering = client.clone();
    let answer = move |message: Message| {
        let client = answering.clone();
        async move {
            client.publish("told", "now").await.unwrap();
            client.respond(&message, "y").await.unwrap();
        }
    };
    let _answering = client.subscribe("ask.*").queue("desk").for_each(2, answer).await.unwrap();
    let mut asked = client.subscribe("ask.ann").await.unwrap();
    client.request("ask.ann", "hello").timeout(PATIENCE).await.unwrap();
    eventually(PATIENCE, "all are over", || {
        let all = [spans.of("send", "ask.ann"), spans.of("process", "ask.ann")];
        all.iter().flatten().filter(|span| span.is_over).count() == 2
    })
    .await;

    let sent = spans.only("send", "ask.ann");
    assert_fields(
        &sent,
        &[
            ("otel.kind", "producer"),
            ("messaging.system", "nats"),
            ("messaging.operation.name", "send"),
            ("messaging.operation.type", "send"),
            ("messaging.message.body.size", "5"),
        ],
    );
    let handled = spans.only("process", "ask.ann");
    assert_fields(
        &handled,
        &[
            ("otel.name", "process ask.*"),
            ("otel.kind", "consumer"),
            ("messaging.system", "nats"),
            ("messaging.operation.name", "process"),
            ("messaging.operation.type", "process"),
            ("messaging.destination.template", "ask.*"),
            ("messaging.consumer.group.name", "desk"),
            ("messaging.message.body.size", "5"),
        ],
    );
    // Ids lead from step to step.
    let wire = named(&next(&mut asked).await);
    let told = spans.only("send", "told");
    assert_fields(&sent, &[("span_id", &format!("{:016x}", wire.span_id()))]);
    assert_eq!(handled.fields["parent_span_id"], sent.fields["span_id"]);
    assert_eq!(told.fields["parent_span_id"], handled.fields["span_id"]);
    for span in [&sent, &handled, &told] {
        assert_fields(span, &[("trace_id", &format!("{:032x}", wire.trace_id()))]);
        assert_eq!(span.fields.get("error.type"), None);
    }
    assert!(told.parent.is_some(), "what a handler sends is inside of its span");
    assert_eq!(sent.parent, None);
}

#[consumer(stream = "S", durable = "spanned", provision = create,
           retry(max_attempts = 9, backoff = fixed("10ms")))]
struct Worker {
    runs: Arc<AtomicUsize>,
}

#[handlers]
impl Worker {
    #[on("s.{n}")]
    async fn handle(&self, n: u64) -> Result<Outcome, HandlerFault> {
        match self.runs.fetch_add(1, Ordering::SeqCst) {
            0 => Err(HandlerFault::new("once")),
            1 => panic!("twice {n}"),
            _ => Ok(Outcome::Ack),
        }
    }
}

// spec: EVT-18
#[tokio::test]
async fn a_failure_is_an_error_of_its_span() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let client = tracing_client(&server).await;
    let js = client.jetstream();
    let config = nats_actors::jetstream::StreamConfig::new("S").subjects(["s.>"]);
    js.create_stream(config).await.unwrap();
    let runs = Arc::<AtomicUsize>::default();
    let running = worker::consumer(&client, move || Worker { runs: Arc::clone(&runs) }).start();
    js.publish("s.1", "null").await.unwrap();
    eventually(PATIENCE, "it is handled", || running.statistics().acked == 1).await;

    let errors: Vec<_> = spans
        .of("process", "s.1")
        .iter()
        .map(|span| span.fields.get("error.type").cloned())
        .collect();
    assert_eq!(errors, [Some("failed".to_owned()), Some("panic".to_owned()), None]);
    let first = &spans.of("process", "s.1")[0];
    assert_fields(
        first,
        &[
            ("otel.status_code", "ERROR"),
            ("messaging.consumer.group.name", "spanned"),
            ("otel.name", "process s.*"),
        ],
    );

    client.request("nobody", "").await.unwrap_err();
    assert_fields(&spans.only("send", "nobody"), &[("error.type", "NoResponders")]);
    js.publish("no.stream", "").retries(0, PATIENCE).await.unwrap_err();
    assert_fields(&spans.only("send", "no.stream"), &[("error.type", "NoStream")]);
}

// spec: EVT-18
#[tokio::test]
async fn without_a_propagator_there_are_neither_spans_nor_headers() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let server = Server::start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let mut seen = client.subscribe("a").await.unwrap();
    let sending = async { client.publish("a", "x").await.unwrap() };
    TraceContext::begin().scope(sending).await;
    let message = next(&mut seen).await;

    assert!(!message.has_headers());
    let current = client.in_trace_of(&message, async { TraceContext::current() }).await;
    assert_eq!(current, None);
    assert!(spans.of("send", "a").is_empty() && spans.of("process", "a").is_empty());
}
