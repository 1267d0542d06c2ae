//! Following messages (ADR-41).

use nats_actors::protocol::TraceEvent;
use nats_actors::testing::{Cluster, ScriptedServer, ServerConfig};
use nats_actors::{Client, ErrorKind};

use super::kit::{PATIENCE, next, options, server_and_client, within};
use crate::lifecycle::kit::scripted;

fn went_to(event: &TraceEvent, subject: &str) -> bool {
    matches!(event, TraceEvent::Egress { subscription: Some(sub), error: None, .. } if sub == subject)
}

// spec: A41-01, UTL-05, PUB-17
#[tokio::test]
async fn the_servers_on_the_way_report_in_the_order_of_the_way() {
    let cluster = Cluster::start(3, ServerConfig::new()).await.unwrap();
    cluster.formed().await.unwrap();
    let mut clients = Vec::new();
    for server in cluster.servers() {
        clients.push(Client::connect(server.url()).await.unwrap());
    }
    let mut subs = Vec::new();
    for client in &clients {
        subs.push(client.subscribe("traced.*").await.unwrap());
    }
    nats_actors_tests::eventually_async(PATIENCE, "the cluster knows all three", async || {
        let reports = clients[0].trace("traced.a", "x").timeout(PATIENCE).await.unwrap();
        reports.len() == 3
    })
    .await;
    assert!(subs.iter().all(|sub| sub.pending() == 0), "only traced, not delivered");

    let trace = clients[0].trace("traced.b", "x").header("K", "v").deliver();
    let reports = within(PATIENCE, trace.into_future()).await.unwrap();
    let hops: Vec<&str> = reports.iter().map(|report| &*report.hop).collect();
    assert_eq!(hops, ["", "1", "2"]);
    assert_eq!(reports[0].hops, 2);
    for report in &reports {
        assert!(
            matches!(&report.events[0], TraceEvent::Ingress { subject, .. } if subject == "traced.b")
        );
        assert!(report.events.iter().any(|event| went_to(event, "traced.*")), "{report:?}");
    }
    for sub in &mut subs {
        let message = next(sub).await;
        assert_eq!(
            (message.payload(), message.headers().unwrap().get("K")),
            (&b"x"[..], Some("v"))
        );
    }
}

// spec: UTL-06, A41-01
#[tokio::test]
async fn headers_of_traces_pass_unchanged() {
    let (_server, client) = server_and_client().await;
    let mut sub = client.subscribe("a").await.unwrap();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    client.publish("a", "x").header("traceparent", parent).await.unwrap();
    let mut inbox = client.subscribe("reports").await.unwrap();
    client.publish("a", "y").header("Nats-Trace-Dest", "reports").await.unwrap();
    client
        .publish("a", "z")
        .header("Nats-Trace-Dest", "reports")
        .header("Nats-Trace-Only", "true")
        .await
        .unwrap();

    let headers = next(&mut sub).await.headers().unwrap();
    assert_eq!(headers.iter().collect::<Vec<_>>(), [("traceparent", parent)]);
    assert_eq!(next(&mut sub).await.headers().unwrap().get("Nats-Trace-Dest"), Some("reports"));
    for _ in 0..2 {
        next(&mut inbox).await;
    }
    assert_eq!(sub.pending(), 0);
}

// spec: UTL-05
#[tokio::test]
async fn a_trace_without_listeners_has_one_report_and_a_bad_one_none() {
    let (_server, client) = server_and_client().await;
    let reports = client.trace("nobody", "").await.unwrap();
    assert_eq!((reports.len(), reports[0].events.len()), (1, 1));
    assert_eq!(client.trace("a b", "").await.unwrap_err().kind(), ErrorKind::BadSubject);
}

/// The report of a later server may come first; each is waited for, and they are put in order.
// spec: A41-01, UTL-05
#[tokio::test]
async fn reports_may_come_in_any_order() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(options(), &server).await;
    let answering = async {
        let subscribed = peer.expect("SUB").await.unwrap();
        let inbox = subscribed.split(' ').nth(1).unwrap();
        peer.expect("PING").await.unwrap();
        peer.send("PONG\r\n").await.unwrap();
        peer.expect("HPUB").await.unwrap();
        for (hop, hops) in [("1.1", 0), ("2", 0), ("", 2), ("1", 1)] {
            let header = match hop {
                "" => String::new(),
                hop => format!(r#""Nats-Trace-Hop":["{hop}"]"#),
            };
            let report = format!(
                r#"{{"server":{{"name":"n"}},"request":{{"header":{{{header}}},"msgsize":1}},"hops":{hops},"events":[]}}"#
            );
            let frame = format!("MSG {inbox} 1 {}\r\n{report}\r\n", report.len());
            peer.send(frame).await.unwrap();
        }
    };
    let tracing = client.trace("a", "x").timeout(PATIENCE * 2).into_future();
    let (reports, ()) = within(PATIENCE, async { tokio::join!(tracing, answering) }).await;
    let hops: Vec<String> = reports.unwrap().into_iter().map(|report| report.hop).collect();
    assert_eq!(hops, ["", "1", "1.1", "2"]);
}
