//! Finding services: PING, INFO and STATS.

use nats_actors::Client;
use nats_actors::service::{InfoReport, PingReport, ServiceOptions, StatsReport};
use nats_actors_tests::eventually;
use serde_json::Value;

use super::demo::Probe;
use super::golden;
use super::kit::{PATIENCE, ask, connect, serve, stage, stage_with, within};

const VERBS: [&str; 3] = ["PING", "INFO", "STATS"];

/// So many answers to a question, by instance.
async fn answers(client: &Client, subject: &str, count: usize) -> Vec<Value> {
    let inbox = client.new_inbox();
    let mut replies = client.subscribe(inbox.as_str()).await.unwrap();
    client.publish(subject, "").reply_to(inbox.as_str()).await.unwrap();
    let mut found = Vec::new();
    for _ in 0..count {
        let reply = within(PATIENCE, replies.next()).await.unwrap();
        assert!(!reply.has_headers());
        found.push(serde_json::from_slice(reply.payload()).unwrap());
    }
    // Whoever answers answers in order: what it sent before this flush is here.
    client.flush().await.unwrap();
    assert_eq!(replies.pending(), 0, "too many answers on {subject}");
    found.sort_by_key(|answer: &Value| answer["id"].as_str().unwrap().to_owned());
    found
}

// spec: A32-02, A32-03, A32-04, A32-05, MIC-12, MIC-13, MIC-14
#[tokio::test]
async fn all_nine_subjects_answer_for_two_instances() {
    let stage = stage().await;
    let other =
        serve(&connect(&stage.server).await, &Probe::default(), ServiceOptions::new()).await;
    let mut ids = [stage.running.id().to_owned(), other.id().to_owned()];
    ids.sort();
    for verb in VERBS {
        for subject in [format!("$SRV.{verb}"), format!("$SRV.{verb}.demo")] {
            let answers = answers(&stage.client, &subject, 2).await;
            for (id, answer) in ids.iter().zip(&answers) {
                assert_golden(verb, id, answer);
            }
        }
        for id in &ids {
            let answers = answers(&stage.client, &format!("$SRV.{verb}.demo.{id}"), 1).await;
            assert_golden(verb, id, &answers[0]);
        }
    }
}

fn assert_golden(verb: &str, id: &str, answer: &Value) {
    let expected = match verb {
        "PING" => golden::ping(id),
        "INFO" => golden::info(id),
        _ => golden::stats(id, answer["started"].as_str().unwrap()),
    };
    assert_eq!(*answer, expected);
}

// spec: A32-01, A32-05
#[tokio::test]
async fn identity_and_start_have_the_right_form() {
    let stage = stage().await;
    let stats = &answers(&stage.client, "$SRV.STATS", 1).await[0];
    let started = stats["started"].as_str().unwrap();
    assert!(started.ends_with('Z') && started.as_bytes()[10] == b'T', "{started}");
    let id = stage.running.id();
    assert!(id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
}

// spec: A32-02: names are not folded, other names are not answered
#[tokio::test]
async fn other_names_are_not_answered() {
    let stage = stage().await;
    let id = stage.running.id();
    let others = [
        "$SRV.PING.Demo",
        "$SRV.PING.demo2",
        "$SRV.PING.demo.x",
        "$SRV.PONG",
        &format!("$SRV.PING.{id}"),
    ];
    for subject in others {
        assert!(stage.client.request(subject, "").await.is_err(), "{subject}");
    }
}

/// Regression: nats.rs#1640, #1514.
// spec: A32-06
#[tokio::test]
async fn a_question_without_reply_subject_is_ignored() {
    let stage = stage().await;
    for verb in VERBS {
        for _ in 0..3 {
            stage.client.publish(format!("$SRV.{verb}"), "").await.unwrap();
        }
        assert_eq!(answers(&stage.client, &format!("$SRV.{verb}.demo"), 1).await.len(), 1);
    }
}

// spec: A32-02, A32-04, MIC-16, MIC-18
#[tokio::test]
async fn prefix_and_metadata_of_an_instance_can_be_set() {
    let options =
        ServiceOptions::new().prefix("OPS.SRV").metadata("host", "a").metadata("team", "b");
    let stage = stage_with(options).await;
    let info: InfoReport =
        serde_json::from_slice(ask(&stage.client, "OPS.SRV.INFO", "").await.payload()).unwrap();

    assert_eq!(info, stage.running.info());
    let metadata: Vec<_> = info.metadata.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(metadata, [("host", "a"), ("team", "b")]);
    let ping: PingReport =
        serde_json::from_slice(ask(&stage.client, "OPS.SRV.PING", "").await.payload()).unwrap();
    assert_eq!(ping, stage.running.ping());
    assert!(stage.client.request("$SRV.PING", "").await.is_err());
}

// spec: A32-02, A32-03
#[tokio::test]
async fn the_identity_survives_every_restart() {
    let stage = stage().await;
    let before = ask(&stage.client, "$SRV.PING", "").await;
    stage.running.endpoint("echo").unwrap().restart();
    let again = || stage.running.endpoint("echo").unwrap().state();
    eventually(PATIENCE, "a second life", || {
        again() == Some(nats_actors::supervisor::SlotState::Up { epoch: 2 })
    })
    .await;
    assert_eq!(ask(&stage.client, "$SRV.PING", "").await.payload(), before.payload());
    // Nine questions and eleven endpoints, and the requests of nobody.
    let subscriptions = stage.server.connz().await.unwrap();
    let counts: Vec<_> = subscriptions["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|connection| connection["subscriptions"].as_u64().unwrap())
        .collect();
    assert!(counts.contains(&20), "{counts:?}");
}

// spec: A32-05
#[tokio::test]
async fn a_stats_answer_reads_back() {
    let stage = stage().await;
    ask(&stage.client, "demo.v1.echo", "").await;
    let reply = ask(&stage.client, "$SRV.STATS.demo", "").await;
    let stats: StatsReport = serde_json::from_slice(reply.payload()).unwrap();
    let local = stage.running.stats();

    assert_eq!(stats.started, local.started);
    assert_eq!(stats.endpoints[0].num_requests, 1);
    assert_eq!(stats.endpoints[0].processing_time, local.endpoints[0].processing_time);
    assert_eq!(stats.endpoints[0].average_processing_time, stats.endpoints[0].processing_time);
}
