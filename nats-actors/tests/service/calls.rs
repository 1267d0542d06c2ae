//! What arrives at a handler, and what comes back.

use std::time::Duration;

use nats_actors::ServiceError;
use nats_actors::handler::Raw;
use nats_actors::service::{CallError, ERROR, ERROR_CODE, FailureKind};

use crate::orders::{Order, OrderId, OrdersClient, Region, cancel, orders, request};

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
async fn absolute_subjects_and_wildcards_are_served() {
    let service = orders();
    assert_eq!(request(&service, "audit.x.12.y.z", b"").await.payload(), b"12");
    assert_eq!(OrdersClient::new(&service).audit("x", OrderId(9), "y.z").await.unwrap(), 9);
}
