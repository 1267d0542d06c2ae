//! What observers see: every change of state, in order, however slow they are.

use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use nats_actors::testing::{Cluster, Server};
use nats_actors::{Client, CloseReason, Event, Overflow, PendingLimits};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, connected, disconnected, quick, within};

fn name(event: &Event) -> String {
    match event {
        Event::Connected { epoch, .. } => format!("connected {epoch}"),
        Event::Disconnected { epoch, .. } => format!("disconnected {epoch}"),
        Event::Draining => "draining".to_owned(),
        Event::Closed { .. } => "closed".to_owned(),
        _ => String::new(),
    }
}

/// A rolling kill of a cluster, as three observers see it: one that reads along, one that reads late, and a stream.
// spec: A40-15, EVT-05, EVT-06, EVT-07, EVT-08, EVT-10, EVT-13, EVT-16, CON-45, CON-61
#[tokio::test]
async fn every_observer_sees_every_change_in_order() {
    let cluster = Cluster::start(3, Server::builder()).await.unwrap();
    let client = quick().connect(cluster.client_url()).await.unwrap();
    let (mut along, mut late, stream) = (client.events(), client.events(), client.events());
    let reading = tokio::spawn(stream.collect::<Vec<_>>());
    let mut seen = Vec::new();
    for epoch in 2..=3 {
        let port = client.connected_server().unwrap().address.port();
        let server = cluster.servers().iter().find(|server| server.port() == port).unwrap();
        server.kill().unwrap();
        eventually(PATIENCE, "it has moved", || client.state().epoch() == Some(epoch)).await;
        server.restart().await.unwrap();
        seen.extend(std::iter::from_fn(|| along.try_next()));
    }
    client.drain().await;
    seen.extend(std::iter::from_fn(|| along.try_next()));
    let mut later = Vec::new();
    while let Some(event) = late.next().await {
        later.push(event);
    }
    let expected =
        ["disconnected 1", "connected 2", "disconnected 2", "connected 3", "draining", "closed"];
    let names: Vec<_> = later.iter().map(name).filter(|name| !name.is_empty()).collect();
    assert_eq!(names, expected);
    assert_eq!((&seen, within(PATIENCE, reading).await.unwrap()), (&later, later.clone()));
    assert_eq!(within(PATIENCE, client.events().next()).await, None);
}

/// e15: a slow observer beside a flood of slow consumers, over restarts of the server.
// spec: A40-15, EVT-14, EVT-16, EVT-17
#[tokio::test]
async fn a_slow_observer_misses_no_change_of_state() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    let limits = PendingLimits::new(10, 1 << 20);
    let mut subs = Vec::new();
    // Together they tell of more episodes than are kept for somebody who is slow.
    for _ in 0..8 {
        let flooded = client.subscribe("flood").limits(limits).overflow(Overflow::DropNewest);
        subs.push(flooded.await.unwrap());
    }
    let mut slow = client.events();
    let observing = tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(event) = slow.next().await {
            seen.push(event);
            // Time has to pass: the observer is slower than what it observes.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        seen
    });
    let mut quick_events = client.events();
    let publisher = Client::connect(server.url()).await.unwrap();
    for epoch in 2..=3 {
        for _ in 0..300 {
            // Each round begins and ends an episode: two events.
            for _ in 0..20 {
                publisher.publish("flood", "").await.unwrap();
            }
            publisher.flush().timeout(PATIENCE).await.unwrap();
            client.flush().timeout(PATIENCE).await.unwrap();
            for sub in &mut subs {
                while sub.next().now_or_never().flatten().is_some() {}
            }
        }
        server.restart().await.unwrap();
        disconnected(&mut quick_events).await;
        assert_eq!(connected(&mut quick_events).await, epoch);
        eventually(PATIENCE, "both are back", || publisher.state().is_connected()).await;
    }
    client.close().await;
    let seen = within(3 * PATIENCE, observing).await.unwrap();
    let names: Vec<_> = seen.iter().map(name).filter(|name| !name.is_empty()).collect();
    let expected =
        ["disconnected 1", "connected 2", "disconnected 2", "connected 3", "draining", "closed"];
    assert_eq!(names, expected);
    assert!(seen.iter().any(|event| matches!(event, Event::Skipped { .. })), "nothing was skipped");
    let episodes = seen.iter().filter(|event| matches!(event, Event::SlowConsumer { .. })).count();
    assert!(episodes > 100, "there was a flood: {episodes}");
    assert_eq!(seen.last(), Some(&Event::Closed { reason: CloseReason::Requested }));
}

/// Several clients in one process know nothing of each other.
// spec: CON-66, CON-60
#[tokio::test]
async fn clients_are_independent() {
    let server = Server::start().await.unwrap();
    let first = quick().connect(server.url()).await.unwrap();
    let second = quick().connect(server.url()).await.unwrap();
    let mut events = second.events();
    first.clone().close().await;
    second.publish("a", "").await.unwrap();
    second.flush().await.unwrap();
    assert_eq!(events.try_next(), None);
    assert_ne!(first.server_info().client_id, second.server_info().client_id);
}
