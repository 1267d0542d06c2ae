//! A rolling restart of three servers in lame duck mode, under requests: none of them fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use nats_actors::testing::{Cluster, Server, ServerConfig};
use nats_actors::{Client, HandoverPolicy, Message, SubscriptionHandle};

use super::effort::Effort;
use super::kit::{PATIENCE, eager, within};
use super::report::Report;
use crate::eventually;

/// How long a server goes on after it said that it will end.
const GRACE: Duration = Duration::from_secs(4);
const OVERLAP: Duration = Duration::from_secs(1);

pub(super) async fn run(effort: Effort) -> Report {
    let config = ServerConfig::new().lame_duck(Duration::from_secs(30), GRACE);
    let cluster = Cluster::start(3, config).await.unwrap();
    let service = join(&cluster).await;
    let _serving = serve(&service).await;
    let client = join(&cluster).await;
    let stop = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicU64::new(0));
    let asking: Vec<_> = (0..effort.of(8, 64))
        .map(|_| tokio::spawn(ask(client.clone(), Arc::clone(&stop), Arc::clone(&answered))))
        .collect();
    for server in cluster.servers() {
        let goal = answered.load(Ordering::SeqCst) + 100;
        let some = || answered.load(Ordering::SeqCst) >= goal;
        eventually(PATIENCE, "requests are answered", some).await;
        roll(&cluster, server).await;
    }
    stop.store(true, Ordering::SeqCst);
    let mut report = Report::default();
    for task in asking {
        report.add(within(task).await.unwrap());
    }
    let reconnects = client.statistics().reconnects;
    report.check(reconnects > 0, || "the client never had to move".to_owned());
    report
}

async fn join(cluster: &Cluster) -> Client {
    let policy = HandoverPolicy::new().delay(Duration::from_millis(500)).overlap(OVERLAP);
    eager().handover(policy).connect(cluster.client_url()).await.unwrap()
}

/// Ends a server as an operator does, and brings it back.
async fn roll(cluster: &Cluster, server: &Server) {
    server.lame_duck().unwrap();
    let ended = || !server.is_running();
    eventually(PATIENCE, "the server ended", ended).await;
    server.restart().await.unwrap();
    cluster.formed().await.unwrap();
}

async fn serve(service: &Client) -> SubscriptionHandle {
    let answering = service.clone();
    let answer = move |message: Message| {
        let client = answering.clone();
        async move {
            if let Some(reply) = message.reply() {
                let _ = client.publish(reply, message.payload()).await;
            }
        }
    };
    service.subscribe("echo").for_each(8, answer).await.unwrap()
}

async fn ask(client: Client, stop: Arc<AtomicBool>, answered: Arc<AtomicU64>) -> Report {
    let mut report = Report::default();
    while !stop.load(Ordering::SeqCst) {
        report.tried += 1;
        let question = report.tried.to_string();
        match client.request("echo", &question).timeout(PATIENCE / 6).await {
            Ok(reply) => {
                let own = reply.payload() == question.as_bytes();
                report.check(own, || format!("{question}: answered by {:?}", reply.payload()));
                report.received += 1;
                answered.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => report.check(false, || format!("{question}: {error}")),
        }
    }
    report
}
