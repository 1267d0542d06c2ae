//! Clients and subscriptions that come and go in all states: tasks, memory and the server's tables stay flat.

use std::time::Duration;

use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, InitialConnect};
use tokio::runtime::Handle;

use super::effort::Effort;
use super::kit::{PATIENCE, connect, eager};
use super::report::Report;
use crate::{Progress, drop_after, eventually, eventually_async};

/// What a million lost bytes a round would come to, and an allocator's whims would not.
const GROWTH: u64 = 48 << 20;

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let lasting = connect(&server).await;
    let mut report = Report::default();
    let rounds = effort.of(40, 1_000);
    // Until caches and pools have their size.
    for _ in 0..rounds / 4 {
        round(&mut effort, &server, &proxy, &lasting).await;
    }
    settle(&server).await;
    let (tasks, before) = (alive(), resident());
    for _ in 0..rounds {
        report.tried += 1;
        round(&mut effort, &server, &proxy, &lasting).await;
        report.received += 1;
    }
    settle(&server).await;
    let left = || alive() <= tasks;
    eventually(PATIENCE, "the tasks of the dropped ended", left).await;
    let after = resident();
    let flat = !effort.is_alone() || after.saturating_sub(before) < GROWTH;
    report.check(flat, || format!("memory grew from {before} to {after} bytes"));
    let now = lasting.statistics();
    let flat = now.subscriptions <= 1 && now.requests_waiting == 0;
    report.check(flat, || format!("the client that lasts has {now:?}"));
    report
}

async fn round(effort: &mut Effort, server: &Server, proxy: &Proxy, lasting: &Client) {
    for _ in 0..20 {
        let sub = lasting.subscribe("c.*").unconfirmed();
        let handled = lasting.subscribe("c.>").queue("q").for_each(2, async |_| {});
        drop(drop_after(polls(effort), PATIENCE, sub.into_future()).await);
        drop(drop_after(polls(effort), PATIENCE, handled).await);
        let asked = lasting.request("c.nobody", "x").into_future();
        drop(drop_after(polls(effort), PATIENCE, asked).await);
    }
    let initial = [
        InitialConnect::FailFast,
        InitialConnect::Background,
        InitialConnect::WaitFor(Duration::from_millis(200)),
    ];
    let hurried = eager().drain_timeout(Duration::from_millis(20));
    let options = hurried.initial_connect(effort.one_of(&initial));
    proxy.refuse(effort.below(4) == 0);
    let connecting = options.connect([proxy.url(), server.url()].as_slice().join(","));
    let made = drop_after(polls(effort) + 2, PATIENCE, connecting.into_future()).await;
    if let Progress::Ended(Ok(client)) = made {
        let _sub = client.subscribe("c").unconfirmed().await;
        let _ = client.publish("c", "x").await;
        match effort.below(4) {
            0 => drop(client.close().await),
            1 => drop(client.drain().await),
            2 => proxy.cut(),
            _ => proxy.stall(Direction::Both),
        }
    }
    proxy.cut();
    proxy.unstall(Direction::Both);
    proxy.refuse(false);
}

fn polls(effort: &mut Effort) -> usize {
    usize::try_from(1 + effort.below(8)).unwrap()
}

/// Waits until the server knows nobody but the one that lasts.
async fn settle(server: &Server) {
    let alone = || async { is_alone(&server.connz().await.unwrap()) };
    eventually_async(PATIENCE, "the server knows one client and its inbox", alone).await;
}

fn is_alone(connz: &serde_json::Value) -> bool {
    let count = connz.pointer("/num_connections").and_then(serde_json::Value::as_u64);
    let subscriptions = connz.pointer("/connections/0/subscriptions");
    // The one of its request inbox.
    count == Some(1) && subscriptions.and_then(serde_json::Value::as_u64) <= Some(1)
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Bytes of memory that this process holds; 0 where the system does not tell.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
