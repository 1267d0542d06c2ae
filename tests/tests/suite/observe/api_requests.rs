//! Watching requests to the JetStream API.

use std::sync::{Arc, Mutex};

use nats_actors::jetstream::{
    ApiEnd, ApiObserver, ApiRequest, ConsumerConfig, ErrorCode, ErrorKind, StreamConfig,
};
use nats_actors::testing::{Server, ServerConfig};
use nats_actors::{Client, jetstream};
use serde_json::Value;

use super::kit::PATIENCE;

#[derive(Debug)]
struct Exchange {
    subject: String,
    request: String,
    response: Option<Value>,
    error: Option<ErrorKind>,
}

#[derive(Clone, Default)]
struct Watcher {
    sent: Arc<Mutex<Vec<String>>>,
    ended: Arc<Mutex<Vec<Exchange>>>,
}

impl ApiObserver for Watcher {
    fn request_sent(&self, request: &ApiRequest<'_>) {
        self.sent.lock().unwrap().push(request.subject.to_owned());
    }

    fn request_ended(&self, request: &ApiRequest<'_>, end: &ApiEnd<'_>) {
        assert!(end.duration < PATIENCE);
        self.ended.lock().unwrap().push(Exchange {
            subject: request.subject.to_owned(),
            request: String::from_utf8(request.payload.to_vec()).unwrap(),
            response: end.response.map(|it| serde_json::from_slice(it.payload()).unwrap()),
            error: end.error.map(jetstream::Error::kind),
        });
    }
}

impl Watcher {
    fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.ended.lock().unwrap())
    }
}

// spec: EVT-19, JSP-05
#[tokio::test]
async fn every_request_to_the_api_is_seen_with_what_came_of_it() {
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let watcher = Watcher::default();
    let js = Client::connect(server.url()).await.unwrap().jetstream().observe_api(watcher.clone());

    let stream = js.create_stream(StreamConfig::new("S").subjects(["s.>"])).await.unwrap();
    stream.create_consumer(ConsumerConfig::durable("c")).await.unwrap();
    js.publish("s.1", "x").await.unwrap();
    js.stream("NONE").await.unwrap_err();

    let ended = watcher.take();
    let subjects: Vec<_> = ended.iter().map(|end| &*end.subject).collect();
    assert_eq!(
        subjects,
        ["$JS.API.STREAM.CREATE.S", "$JS.API.CONSUMER.CREATE.S.c", "$JS.API.STREAM.INFO.NONE"]
    );
    assert_eq!(*watcher.sent.lock().unwrap(), subjects);
    let body: Value = serde_json::from_str(&ended[0].request).unwrap();
    assert_eq!(body["name"], "S");
    assert_eq!(ended[0].response.as_ref().unwrap()["config"]["name"], "S");
    assert_eq!(ended[0].error, None);
    let refusal = ended[2].response.as_ref().unwrap();
    assert_eq!(refusal["error"]["err_code"], 10059);
    assert_eq!(ended[2].error, Some(ErrorKind::Api(ErrorCode::STREAM_NOT_FOUND)));
}

// spec: EVT-19
#[tokio::test]
async fn a_request_that_is_not_answered_or_dropped_ends_too() {
    let server = Server::start().await.unwrap();
    let watcher = Watcher::default();
    let client = Client::connect(server.url()).await.unwrap();
    let js = client.jetstream().observe_api(watcher.clone());

    js.account().await.unwrap_err();
    let ended = watcher.take();
    assert_eq!((ended[0].error, ended[0].response.is_none()), (Some(ErrorKind::Unavailable), true));

    // Somebody who listens and does not answer.
    let _silent = client.subscribe("$JS.API.>").await.unwrap();
    let asking = js.account();
    tokio::select! {
        biased;
        _ = asking => panic!("nobody answers"),
        () = std::future::ready(()) => {}
    }
    let ended = watcher.take();
    assert_eq!(ended.len(), 1);
    assert!(ended[0].error.is_none() && ended[0].response.is_none());
}

/// Panics at everything.
struct Faulty;

impl ApiObserver for Faulty {
    fn request_sent(&self, _: &ApiRequest<'_>) {
        panic!("sent");
    }

    fn request_ended(&self, _: &ApiRequest<'_>, _: &ApiEnd<'_>) {
        panic!("ended");
    }
}

// spec: EVT-19
#[tokio::test]
async fn an_observer_that_panics_changes_nothing() {
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let js = Client::connect(server.url()).await.unwrap().jetstream().observe_api(Faulty);

    js.create_stream(StreamConfig::new("S").subjects(["s.>"])).await.unwrap();
    assert_eq!(js.stream("NONE").await.unwrap_err().code(), Some(ErrorCode::STREAM_NOT_FOUND));
}
