//! e2, e3: what the server delivered before a drain is received, under saturation; the server's count is the truth.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nats_actors::Client;
use nats_actors::testing::Server;
use tokio::task::JoinHandle;

use super::effort::Effort;
use super::kit::{BOUNDLESS, PATIENCE, connect, rest, sent_to, within};
use super::report::Report;

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let flooding = flood(connect(&server).await);
    let mut report = Report::default();
    for _ in 0..effort.of(3, 100) {
        let from = 1_000 + effort.below(20_000);
        report.add(drain_subscription(&server, from).await);
        report.add(drain_client(&server, from, 1 + effort.below(4)).await);
    }
    flooding.abort();
    report.add(drain_publisher(&server, effort.of(200, 2_000)).await);
    report
}

fn flood(publisher: Client) -> JoinHandle<()> {
    tokio::spawn(
        async move { while publisher.publish("flood", "0123456789abcdef").await.is_ok() {} },
    )
}

async fn drain_subscription(server: &Server, from: u64) -> Report {
    let client = connect(server).await;
    let mut sub = client.subscribe("flood").limits(BOUNDLESS).await.unwrap();
    let mut received = 0;
    while received < from {
        within(sub.next()).await.expect("it goes on");
        received += 1;
    }
    within(sub.drain()).await.unwrap();
    received += rest(&mut sub).await;
    compare("a subscription", sent_to(server, client.server_info().client_id).await, received)
}

/// Handlers get what was sent before the drain, and the client closes behind them.
async fn drain_client(server: &Server, from: u64, concurrency: u64) -> Report {
    let client = connect(server).await;
    let handled = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&handled);
    let handler = move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready(())
    };
    let concurrency = usize::try_from(concurrency).unwrap();
    let subscribe = client.subscribe("flood").limits(BOUNDLESS);
    let _sub = subscribe.for_each(concurrency, handler).await.unwrap();
    let enough = || handled.load(Ordering::SeqCst) >= from;
    crate::eventually(PATIENCE, "enough was handled", enough).await;
    let id = client.server_info().client_id;
    let drained = client.drain().timeout(PATIENCE).await;
    let sent = sent_to(server, id).await;
    let mut report = compare("a client", sent, handled.load(Ordering::SeqCst));
    report.check(drained.untaken == 0, || format!("a client left messages behind: {drained:?}"));
    report
}

async fn drain_publisher(server: &Server, count: u64) -> Report {
    let receiver = connect(server).await;
    let mut sub = receiver.subscribe("large").limits(BOUNDLESS).await.unwrap();
    let client = connect(server).await;
    for _ in 0..count {
        client.publish("large", vec![1; 100_000]).deadline(PATIENCE).await.unwrap();
    }
    let drained = client.drain().timeout(PATIENCE).await;
    receiver.flush().await.unwrap();
    sub.drain().await.unwrap();
    let mut report = compare("a publisher", count, rest(&mut sub).await);
    report.check(drained.unconfirmed == 0, || format!("a publisher was not done: {drained:?}"));
    report
}

fn compare(who: &str, sent: u64, received: u64) -> Report {
    let lost = sent.saturating_sub(received);
    let mut report = Report { tried: sent, received, lost, ..Report::default() };
    report.check(sent == received, || format!("{who}: {sent} sent, {received} received"));
    report
}
