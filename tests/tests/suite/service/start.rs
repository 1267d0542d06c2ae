//! Starting, or saying why not.

use std::error::Error as _;
use std::time::{Duration, Instant};

use nats_actors::service::{
    self, ErrorKind, InfoReport, Mount, Service, ServiceInfo, ServiceMeta, ServiceOptions,
};
use nats_actors::testing::{Server, User};
use nats_actors::{Client, ErrorKind as ClientErrorKind};

use super::demo::{Demo, Probe};
use super::kit::{PATIENCE, ask, connect, within};

async fn start_demo(client: &Client) -> Result<service::RunningService, service::Error> {
    service::start(client, || Demo::new(&Probe::default()), ServiceOptions::new()).await
}

// spec: A32-15
#[tokio::test]
async fn a_denied_subject_is_named_at_once() {
    for (denied, named) in [("demo.v1.*.find", "demo.v1.*.find"), ("$SRV.STATS", "monitor")] {
        let user = User::new("ann", "x").deny_subscribe(denied);
        let server = Server::builder().user(user).start().await.unwrap();
        let client = Client::connect(server.client_url()).await.unwrap();
        let begun = Instant::now();
        let error = start_demo(&client).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Client(ClientErrorKind::Denied));
        assert!(error.to_string().contains(named), "{error}");
        assert!(error.source().unwrap().to_string().contains(denied), "{:?}", error.source());
        assert!(!error.is_retryable());
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        nats_actors_tests::eventually(PATIENCE, "nothing is left", || {
            client.statistics().subscriptions == 0
        })
        .await;
    }
}

#[tokio::test]
async fn a_closed_client_is_told_at_once() {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    client.close().await;
    let error = within(PATIENCE, start_demo(&client)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Client(ClientErrorKind::Closed));
}

#[tokio::test]
async fn a_factory_that_panics_is_an_error() {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    let factory = || -> Demo { panic!("no database") };
    let started = service::start(&client, factory, ServiceOptions::new());
    let error = within(PATIENCE, started).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Factory);
    assert!(error.to_string().contains("no database"), "{error}");
}

struct Wrong;

impl ServiceMeta for Wrong {
    type Codec = nats_actors::handler::Json;
    const INFO: ServiceInfo = ServiceInfo::new("wrong", "1.0");
}

impl Service for Wrong {
    fn endpoints(_: &mut Mount<Self>) {}
}

// spec: A32-01
#[tokio::test]
async fn a_definition_that_cannot_work_connects_to_nothing() {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    let error = service::start(&client, || Wrong, ServiceOptions::new()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Definition);
    assert!(error.to_string().contains("its version `1.0` is not SemVer"), "{error}");
    assert_eq!(client.statistics().subscriptions, 0);
}

struct Nothing;

impl ServiceMeta for Nothing {
    type Codec = nats_actors::handler::Json;
    const INFO: ServiceInfo = ServiceInfo::new("nothing", "0.0.1");
}

impl Service for Nothing {
    fn endpoints(_: &mut Mount<Self>) {}
}

/// Regression: nats.rs#1658.
// spec: A32-11
#[tokio::test]
async fn a_service_without_endpoints_starts_and_stops() {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    let running = service::start(&client, || Nothing, ServiceOptions::new()).await.unwrap();
    let info = ask(&connect(&server).await, "$SRV.INFO.nothing", "").await;
    let info: InfoReport = serde_json::from_slice(info.payload()).unwrap();
    assert_eq!(info.endpoints, []);
    assert!(running.drain(PATIENCE).await.is_clean());
    assert_eq!(client.statistics().subscriptions, 0);
}
