//! Traces that go on over the server.

use std::time::Duration;

use nats_actors::actor::Call;
use nats_actors::jetstream::StreamConfig;
use nats_actors::propagation::{TraceContext, W3c};
use nats_actors::service::{Fault, ServiceOptions};
use nats_actors::testing::{Server, ServerConfig};
use nats_actors::worker::{self, Out};
use nats_actors::{
    Client, ConnectOptions, HandlerFault, ServiceError, consumer, handlers, service,
};
use nats_actors_tests::eventually;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use serde::{Deserialize, Serialize};

use super::kit::{PATIENCE, Seen, has_trace, named, next, tracing_client, within};

#[derive(Debug, ServiceError)]
enum NoError {}

impl std::fmt::Display for NoError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for NoError {}

#[service(name = "traced", version = "1.0.0")]
struct Traced {
    client: Client,
    seen: Seen,
}

#[handlers]
impl Traced {
    /// Asks on.
    #[endpoint("ask.{who}")]
    async fn ask(&self, who: String, text: String) -> Result<String, NoError> {
        tokio::task::yield_now().await;
        self.seen.current();
        let reply = self.client.request("behind", text).timeout(PATIENCE).await.unwrap();
        self.client.publish("told", "x").await.unwrap();
        Ok(format!("{who}: {}", String::from_utf8_lossy(reply.payload())))
    }

    #[endpoint("fail")]
    async fn fail(&self) -> Result<(), Fault> {
        Err(std::io::Error::other("not for the caller"))?
    }

    #[endpoint("panic")]
    async fn panic(&self) {
        panic!("not for the caller");
    }
}

// spec: EVT-18, UTL-06
#[tokio::test]
async fn a_request_through_a_service_is_one_trace_from_end_to_end() {
    let server = Server::start().await.unwrap();
    let (caller, served, behind) = (
        tracing_client(&server).await,
        tracing_client(&server).await,
        tracing_client(&server).await,
    );
    let (seen, seen_behind) = (Seen::default(), Seen::default());
    let (handed, serving) = (seen.clone(), served.clone());
    let _running = service::start(
        &served,
        move || Traced { client: serving.clone(), seen: handed.clone() },
        ServiceOptions::new(),
    )
    .await
    .unwrap();
    let (noting, answering) = (seen_behind.clone(), behind.clone());
    let answer = move |message: nats_actors::Message| {
        let (seen, client) = (noting.clone(), answering.clone());
        // Before the future, too, it is in the trace.
        seen.current();
        async move {
            seen.current();
            client.respond(&message, message.payload()).await.unwrap();
        }
    };
    let _behind = behind.subscribe("behind").for_each(4, answer).await.unwrap();
    let plain = Client::connect(server.url()).await.unwrap();
    let mut requests = plain.subscribe("traced.ask.*").await.unwrap();
    let mut told = plain.subscribe("told").await.unwrap();

    let trace = TraceContext::begin();
    let asking = trace.clone().scope(async {
        TracedClient::new(&caller)
            .ask("ann".to_owned(), &"hello".to_owned())
            .timeout(PATIENCE)
            .await
            .unwrap()
    });
    assert_eq!(within(PATIENCE, asking).await, "ann: hello");

    let sent = named(&next(&mut requests).await);
    let (served, told) = (seen.only(), named(&next(&mut told).await));
    let behind = seen_behind.all();
    let steps = [&trace, &sent, &served, &told, behind[0].as_ref().unwrap()];
    assert_eq!(behind[0], behind[1]);
    for (place, step) in steps.iter().enumerate() {
        assert_eq!(step.trace_id(), trace.trace_id(), "step {place}");
        assert!(step.is_sampled());
        assert!(!steps[..place].iter().any(|other| other.span_id() == step.span_id()));
    }
}

// spec: EVT-18
#[tokio::test]
async fn what_a_caller_is_told_of_an_internal_error_is_its_trace() {
    let server = Server::start().await.unwrap();
    let client = tracing_client(&server).await;
    let serving = client.clone();
    let traced = move || Traced { client: serving.clone(), seen: Seen::default() };
    let _running = service::start(&client, traced, ServiceOptions::new()).await.unwrap();
    let trace = TraceContext::begin();

    for subject in ["traced.fail", "traced.panic"] {
        let request = client.request(subject, "").timeout(PATIENCE).into_future();
        let reply = trace.clone().scope(request).await.unwrap();
        let error = reply.service_error().unwrap();
        let told = format!("internal error {:032x}", trace.trace_id());
        assert_eq!((error.code(), error.description()), (500, &*told));
    }
}

#[consumer(stream = "ORDERS", durable = "traced", provision = create)]
struct Worker {
    seen: Seen,
}

#[handlers]
impl Worker {
    #[on("orders.{key}")]
    async fn placed(&self, key: u64, mut out: Out, order: u64) -> Result<(), HandlerFault> {
        self.seen.current();
        out.publish(format!("bills.{key}"), &order)?;
        Ok(())
    }
}

// spec: EVT-18
#[tokio::test]
async fn a_worker_and_what_it_stores_continue_the_trace_of_the_publish() {
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let client = tracing_client(&server).await;
    let js = client.jetstream();
    js.create_stream(StreamConfig::new("ORDERS").subjects(["orders.>"])).await.unwrap();
    let bills = js.create_stream(StreamConfig::new("BILLS").subjects(["bills.>"])).await.unwrap();
    let seen = Seen::default();
    let handed = seen.clone();
    let running = worker::consumer(&client, move || Worker { seen: handed.clone() }).start();
    running.wait_up(PATIENCE).await.unwrap();

    let trace = TraceContext::begin();
    trace.clone().scope(async { js.publish("orders.7", "1").await.unwrap() }).await;
    eventually(PATIENCE, "the order is handled", || running.statistics().acked == 1).await;

    let order = js.stream("ORDERS").await.unwrap().message(1).await.unwrap();
    let stored = TraceContext::from_headers(&order.headers().unwrap()).unwrap();
    let bill = bills.message(1).await.unwrap();
    let billed = TraceContext::from_headers(&bill.headers().unwrap()).unwrap();
    let handled = seen.only();
    for step in [&stored, &handled, &billed] {
        assert_eq!(step.trace_id(), trace.trace_id());
        assert_ne!(step.span_id(), trace.span_id());
    }
    assert_ne!(stored.span_id(), handled.span_id());
    assert_ne!(billed.span_id(), handled.span_id());
}

#[derive(Serialize, Deserialize)]
struct WhichTrace;

impl Call for WhichTrace {
    type Reply = String;
    type Error = String;
}

/// The question, the trace that it was asked in, and where the answer goes.
struct Asked(Option<TraceContext>, RpcReplyPort<Result<String, String>>);

struct Desk;

impl Actor for Desk {
    type Msg = Asked;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Asked>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Asked>,
        Asked(trace, port): Asked,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        Ok(port.send(trace.map(|trace| trace.to_string()).ok_or_else(String::new))?)
    }
}

// spec: EVT-18
#[tokio::test]
async fn a_call_of_an_actor_is_made_in_the_trace_of_the_caller() {
    let server = Server::start().await.unwrap();
    let (caller, owner) = (tracing_client(&server).await, tracing_client(&server).await);
    let (desk, _) = Actor::spawn(None, Desk, ()).await.unwrap();
    let map = |_: WhichTrace, port| Asked(TraceContext::current(), port);
    let _answering = owner.subscribe("desk").answer_from(4, desk.clone(), map).await.unwrap();

    let trace = TraceContext::begin();
    let call = caller.call("desk", &WhichTrace).timeout(PATIENCE);
    let there = trace.clone().scope(call.into_future()).await.unwrap();

    let there = TraceContext::parse(&there).unwrap();
    assert_eq!(there.trace_id(), trace.trace_id());
    assert_ne!(there.span_id(), trace.span_id());
    desk.stop(None);
}

// spec: EVT-18
#[tokio::test]
async fn whoever_takes_messages_himself_says_where_handling_begins() {
    let server = Server::start().await.unwrap();
    let client = tracing_client(&server).await;
    let mut orders = client.subscribe("orders").await.unwrap();
    let mut bills = client.subscribe("bills").await.unwrap();
    client.publish("orders", "1").await.unwrap();
    let order = next(&mut orders).await;

    client.in_trace_of(&order, async { client.publish("bills", "1").await }).await.unwrap();
    let bill = next(&mut bills).await;
    assert_eq!(named(&bill).trace_id(), named(&order).trace_id());

    assert_eq!(TraceContext::current(), None);
    client.publish("bills", "2").await.unwrap();
    let other = next(&mut bills).await;
    assert_ne!(named(&other).trace_id(), named(&order).trace_id(), "outside it is another trace");
}

// spec: EVT-18
#[tokio::test]
async fn the_headers_of_the_user_win_and_answers_and_servers_get_no_trace() {
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let client = tracing_client(&server).await;
    let plain = Client::connect(server.url()).await.unwrap();
    let mut seen = plain.subscribe("a").await.unwrap();
    let own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    client.publish("a", "x").header("Traceparent", own).header("k", "v").await.unwrap();
    client.publish("a", "x").header("k", "v").await.unwrap();
    client.try_publish("a", "x").unwrap();

    let first = next(&mut seen).await.headers().unwrap();
    assert_eq!(first.iter().collect::<Vec<_>>(), [("Traceparent", own), ("k", "v")]);
    let second = next(&mut seen).await.headers().unwrap();
    assert_eq!((second.len(), second.get("k")), (2, Some("v")));
    assert!(has_trace(&next(&mut seen).await));

    let answering = client.clone();
    let answer = move |message: nats_actors::Message| {
        let client = answering.clone();
        async move { client.respond(&message, "y").await.unwrap() }
    };
    let _answering = client.subscribe("q").for_each(1, answer).await.unwrap();
    let reply = plain.request("q", "x").timeout(PATIENCE).await.unwrap();
    assert!(!reply.has_headers(), "an answer carries no trace");

    let mut audit = plain.subscribe("$JS.API.INFO").await.unwrap();
    client.jetstream().account().await.unwrap();
    assert!(!next(&mut audit).await.has_headers(), "what is said to servers carries no trace");
}

// spec: EVT-18
#[tokio::test]
async fn what_is_malformed_is_as_if_it_were_not_there() {
    let server = Server::start().await.unwrap();
    let plain = Client::connect(server.url()).await.unwrap();
    let begins = tracing_client(&server).await;
    let continues = ConnectOptions::new().propagator(W3c::new().continue_only());
    let continues = continues.connect(server.url()).await.unwrap();
    let (begun, continued) = (Seen::default(), Seen::default());
    let mut handling = Vec::new();
    for (client, seen) in [(&begins, &begun), (&continues, &continued)] {
        let seen = seen.clone();
        let handler = move |_| {
            let seen = seen.clone();
            async move { seen.current() }
        };
        handling.push(client.subscribe("a").for_each(1, handler).await.unwrap());
    }
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for parent in ["", "00-zz", &good[..54], &good.to_uppercase(), good] {
        plain.publish("a", "x").header("traceparent", parent).await.unwrap();
    }
    eventually(PATIENCE, "all were handled", || {
        begun.all().len() == 5 && continued.all().len() == 5
    })
    .await;

    let good = TraceContext::parse(good).unwrap().trace_id();
    let traces = |seen: &Seen| -> Vec<_> {
        seen.all().into_iter().map(|trace| trace.map(|trace| trace.trace_id())).collect()
    };
    assert_eq!(traces(&continued), [None, None, None, None, Some(good)]);
    let mut begun = traces(&begun);
    assert_eq!(begun.pop(), Some(Some(good)));
    assert!(begun.iter().all(|trace| trace.is_some_and(|trace| trace != good)), "{begun:?}");

    let mut sent = plain.subscribe("b").await.unwrap();
    continues.publish("b", "x").await.unwrap();
    assert!(!next(&mut sent).await.has_headers(), "it begins no trace");
}

// spec: EVT-18, HDR-12
#[tokio::test]
async fn a_server_without_headers_gets_no_trace_and_every_message() {
    let server = ServerConfig::new().extra("no_header_support: true").start().await.unwrap();
    let client = tracing_client(&server).await;
    let mut seen = client.subscribe("a").await.unwrap();
    client.publish("a", "x").await.unwrap();

    assert!(!next(&mut seen).await.has_headers());
    let refused = client.request("nobody", "x").timeout(Duration::from_millis(50)).await;
    assert_eq!(refused.unwrap_err().kind(), nats_actors::ErrorKind::TimedOut);
}
