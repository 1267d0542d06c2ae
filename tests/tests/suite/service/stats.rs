//! What an endpoint has done.

use std::time::{Duration, SystemTime};

use nats_actors::service::{self, ServiceOptions};
use serde_json::{Value, json};

use super::demo::Twins;
use super::kit::{ask, connect, stage, stage_with};

// spec: A32-05, MIC-23, MIC-25
#[tokio::test]
async fn requests_and_errors_are_counted() {
    let stage = stage().await;
    for n in 0..10 {
        let id = if n < 3 { 404 } else { n };
        ask(&stage.client, &format!("demo.v1.{id}.find"), "").await;
    }
    let stats = stage.running.endpoint("find").unwrap().stats().unwrap();
    assert_eq!((stats.num_requests, stats.num_errors), (10, 3));
    assert_eq!(stats.last_error, "404:no 404 here");
    assert!(stats.processing_time > Duration::ZERO);
    assert_eq!(stats.average_processing_time, stats.processing_time / 10);
    assert_eq!(stage.running.endpoint("echo").unwrap().stats().unwrap().num_requests, 0);
}

// spec: MIC-25
#[tokio::test]
async fn the_time_of_a_handler_is_counted_as_a_whole() {
    let stage = stage().await;
    ask(&stage.client, "demo.v1.forever", "").await;
    let stats = stage.running.endpoint("forever").unwrap().stats().unwrap();
    assert!(stats.processing_time >= Duration::from_millis(95), "{:?}", stats.processing_time);
}

// spec: A32-12, MIC-19
#[tokio::test]
async fn a_reset_begins_anew() {
    let stage = stage().await;
    ask(&stage.client, "demo.v1.404.find", "").await;
    let before = stage.running.stats();
    stage.running.reset();
    let after = stage.running.stats();

    assert!(after.started > before.started && after.started <= SystemTime::now());
    let find = stage.running.endpoint("find").unwrap().stats().unwrap();
    assert_eq!((find.num_requests, find.num_errors, find.last_error.as_str()), (0, 0, ""));
    assert_eq!(find.processing_time, Duration::ZERO);
}

// spec: A32-13, MIC-17
#[tokio::test]
async fn an_endpoint_may_add_data_of_its_own() {
    let data = |name: &str| {
        assert_ne!(name, "echo", "no data for echo");
        json!({ "length": name.len() })
    };
    let stage = stage_with(ServiceOptions::new().stats_data(data)).await;
    let reply = ask(&stage.client, "$SRV.STATS.demo", "").await;
    let stats: Value = serde_json::from_slice(reply.payload()).unwrap();

    assert_eq!(stats["endpoints"][0].get("data"), None, "a panic costs the data only");
    assert_eq!(stats["endpoints"][2]["data"], json!({ "length": 4 }));
}

/// Pain 34: endpoints of one name share nothing.
// spec: A32-07, MIC-05
#[tokio::test]
async fn endpoints_of_one_name_are_counted_apart() {
    let stage = stage().await;
    let client = connect(&stage.server).await;
    let running = service::start(&client, || Twins, ServiceOptions::new()).await.unwrap();
    assert_eq!(ask(&stage.client, "twins.left", "").await.payload(), b"1");
    assert_eq!(ask(&stage.client, "twins.right", "").await.payload(), b"2");
    assert_eq!(ask(&stage.client, "twins.right", "").await.payload(), b"2");

    let stats = running.stats().endpoints;
    let counts: Vec<_> = stats.iter().map(|one| (one.name.as_str(), one.num_requests)).collect();
    assert_eq!(counts, [("x", 1), ("x", 2)]);
    assert_eq!([&stats[0].subject, &stats[1].subject], ["twins.left", "twins.right"]);
}
