//! Propagators of the user's own.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use nats_actors::propagation::{Incoming, Propagate, Scope};
use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, Headers, Message};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, next};

thread_local! {
    /// The trace of a tracing system that knows nothing of tasks.
    static THREAD: RefCell<String> = const { RefCell::new(String::new()) };
}

fn on_thread() -> String {
    THREAD.with_borrow(String::clone)
}

/// Propagates by a header of its own.
struct Baggage;

struct Carried(String);

impl Propagate for Baggage {
    fn inject(&self, headers: &mut Headers) {
        headers.insert("Baggage", on_thread()).unwrap();
    }

    fn extract(&self, incoming: &Incoming<'_>) -> Option<Box<dyn Scope>> {
        assert_eq!((incoming.subscription(), incoming.group()), (Some("a.*"), None));
        let carried = incoming.headers().get("Baggage")?;
        Some(Box::new(Carried(carried.to_owned())))
    }
}

impl Scope for Carried {
    fn enter(&self, run: &mut dyn FnMut()) {
        let before = THREAD.replace(self.0.clone());
        run();
        THREAD.set(before);
    }
}

/// Fails in every way.
struct Broken;

struct Deaf;

impl Propagate for Broken {
    fn inject(&self, headers: &mut Headers) {
        headers.insert("Half", "done").unwrap();
        panic!("inject");
    }

    fn extract(&self, incoming: &Incoming<'_>) -> Option<Box<dyn Scope>> {
        match incoming.message().payload() {
            b"panic" => panic!("extract"),
            _ => Some(Box::new(Deaf)),
        }
    }
}

impl Scope for Deaf {
    fn enter(&self, run: &mut dyn FnMut()) {
        if on_thread().is_empty() {
            return;
        }
        run();
        panic!("enter");
    }
}

async fn client(server: &Server, propagate: impl Propagate) -> Client {
    ConnectOptions::new().propagator(propagate).connect(server.url()).await.unwrap()
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn handler(&self) -> impl Fn(Message) -> BoxFuture<'static, ()> + use<> {
        let notes = self.clone();
        move |message| {
            let notes = notes.clone();
            Box::pin(async move {
                tokio::task::yield_now().await;
                let payload = String::from_utf8_lossy(message.payload()).into_owned();
                notes.0.lock().unwrap().push(format!("{payload} in {:?}", on_thread()));
            })
        }
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

// spec: EVT-18
#[tokio::test]
async fn another_propagator_decides_what_travels_and_what_is_entered() {
    let server = Server::start().await.unwrap();
    let client = client(&server, Baggage).await;
    let notes = Notes::default();
    let _handling = client.subscribe("a.*").for_each(1, notes.handler()).await.unwrap();
    THREAD.set("blue".to_owned());
    client.publish("a.1", "1").await.unwrap();
    THREAD.set("green".to_owned());
    client.publish("a.1", "2").await.unwrap();
    THREAD.set(String::new());
    Client::connect(server.url()).await.unwrap().publish("a.1", "3").await.unwrap();
    eventually(PATIENCE, "all were handled", || notes.all().len() == 3).await;

    let mut all = notes.all();
    all.sort();
    assert_eq!(all, [r#"1 in "blue""#, r#"2 in "green""#, r#"3 in """#]);
}

// spec: EVT-18
#[tokio::test]
async fn a_propagator_that_fails_costs_the_trace_and_no_message() {
    let server = Server::start().await.unwrap();
    let client = client(&server, Broken).await;
    let notes = Notes::default();
    let _handling = client.subscribe("a").for_each(1, notes.handler()).await.unwrap();
    let mut seen = client.subscribe("a").await.unwrap();
    for payload in ["panic", "deaf", "more"] {
        client.publish("a", payload).await.unwrap();
        assert!(!next(&mut seen).await.has_headers(), "half of a trace is none");
    }
    eventually(PATIENCE, "all were handled", || notes.all().len() == 3).await;

    assert_eq!(notes.all(), [r#"panic in """#, r#"deaf in """#, r#"more in """#]);
}
