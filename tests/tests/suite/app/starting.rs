//! What may go wrong between a plan and an application that runs.

use std::error::Error;
use std::net::TcpListener;

use nats_actors::app::{AppErrorKind, Health};
use nats_actors::testing::Server;
use nats_actors::{App, ConnectStage, ErrorKind, consumer, handlers};

use super::kit::{Billing, Pace, Seen, app, jetstream_server, orders, started};

#[consumer(stream = "PARCELS", durable = "shipping")]
struct Shipping;

#[handlers]
impl Shipping {
    #[on("parcels.>")]
    async fn any(&self) {}
}

#[consumer(stream = "ORDERS", durable = "rare", dead_letter = "dead.letters")]
struct Rare;

#[handlers]
impl Rare {
    #[on("orders.*.rare")]
    async fn any(&self) {}
}

#[tokio::test]
async fn without_a_server_the_error_says_where_nobody_was() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = App::new("shop", "1.2.0").connect(format!("nats://127.0.0.1:{port}"));

    let error = app.start().await.unwrap_err();

    assert_eq!(error.kind(), AppErrorKind::Connect(ErrorKind::Connect(ConnectStage::Dial)));
    assert!(error.is_retryable());
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains(&port.to_string()), "{error}: {cause}");
}

#[tokio::test]
async fn a_bad_plan_connects_to_nothing() {
    let server = Server::start().await.unwrap();
    let before = server.varz().await.unwrap()["total_connections"].clone();

    let error = app(&server).consumer(Billing::new).start().await.unwrap_err();

    assert_eq!(error.kind(), AppErrorKind::Plan);
    assert_eq!(error.plan().unwrap().problems().len(), 2);
    assert_eq!(server.varz().await.unwrap()["total_connections"], before);
}

const LACKING: &str = "\
`shop` cannot start: 3 problems
  1. there is no consumer `rare` on `ORDERS`; `provision = create` makes one
  2. consumer `rare`: no stream stores `dead.letters`
  3. consumer `shipping`: there is no stream `PARCELS`; `App::provision` makes one";

#[tokio::test]
async fn what_the_server_lacks_is_reported_at_once() {
    let server = jetstream_server().await;
    let app = app(&server).provision(orders()).consumer(|| Rare).consumer(|| Shipping);

    let error = app.start().await.unwrap_err();

    assert_eq!(error.kind(), AppErrorKind::Check);
    assert_eq!(error.plan().unwrap().to_string(), LACKING);
}

#[tokio::test]
async fn without_jetstream_a_stream_cannot_be_provisioned() {
    let server = Server::start().await.unwrap();

    let error = app(&server).provision(orders()).start().await.unwrap_err();

    assert!(matches!(error.kind(), AppErrorKind::Provision(_)), "{error:?}");
    assert_eq!(error.to_string(), "the stream `ORDERS` could not be provisioned");
}

#[tokio::test]
async fn a_provisioned_stream_is_there_and_a_second_start_changes_it() {
    let server = jetstream_server().await;
    let values = |app: App| app.provide(Seen::default()).provide(Pace(Default::default()));
    let first = started(values(app(&server)).provision(orders()).consumer(Billing::new)).await;
    assert_eq!(first.status().health(), Health::Ready, "{}", first.status());
    let _ = first.drain().await;

    let wider = orders().subjects(["orders.>", "returns.>"]);
    let second = started(values(app(&server)).provision(wider).consumer(Billing::new)).await;

    let stream = second.client().jetstream().stream("ORDERS").await.unwrap();
    assert_eq!(stream.info().await.unwrap().config.subjects, ["orders.>", "returns.>"]);
}
