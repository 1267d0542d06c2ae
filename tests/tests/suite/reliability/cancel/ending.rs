//! The end of a client.

use nats_actors_tests::{Progress, drop_after, drop_at_each_poll};
use tokio::runtime::Handle;

use super::stage::{NETWORKS, STUCK, Stage};
use crate::core::kit::{PATIENCE, options, within};
use nats_actors_tests::eventually;

/// A close that was dropped leaves an open client behind, or a closed one: never one that hangs.
// spec: G-03, CON-56
#[tokio::test]
async fn close_dropped_at_each_poll() {
    for network in NETWORKS {
        let stage = Stage::with(options().drain_timeout(STUCK * 4)).await;
        let _sub = stage.client.subscribe("a").await.unwrap();
        stage.client.publish("a", "x").await.unwrap();
        stage.network(network).await;
        let attempt = async |polls| {
            let close = stage.client.close().timeout(STUCK);
            drop_after(polls, PATIENCE, close.into_future()).await
        };
        let (_, report) = drop_at_each_poll(attempt).await;
        assert!(report.is_some(), "{network:?}: the close did not end");
        within(PATIENCE, stage.client.watch_state().closed()).await;
    }
}

/// A drain that was dropped goes on, and all of the client's tasks end with it.
// spec: G-02, G-03, CON-57
#[tokio::test]
async fn drain_dropped_at_each_poll() {
    for network in NETWORKS {
        for polls in 1..=4 {
            let before = Handle::current().metrics().num_alive_tasks();
            let stage = Stage::with(options().drain_timeout(STUCK)).await;
            let mut sub = stage.client.subscribe("a").await.unwrap();
            stage.network(network).await;
            drop_after(polls, PATIENCE, stage.client.drain().into_future()).await;
            within(PATIENCE, stage.client.watch_state().closed()).await;
            assert!(within(PATIENCE, sub.next()).await.is_none(), "{network:?}");
            stage.other.close().await;
            drop((sub, stage));
            let ended = || Handle::current().metrics().num_alive_tasks() <= before;
            eventually(PATIENCE, "all tasks ended", ended).await;
        }
    }
}

/// Dropping the handles at any time ends everything as well.
// spec: G-03, CON-59
#[tokio::test]
async fn handles_dropped_in_each_state() {
    for network in NETWORKS {
        let before = Handle::current().metrics().num_alive_tasks();
        let stage = Stage::with(options().drain_timeout(STUCK)).await;
        let sub = stage.client.subscribe("a").await.unwrap();
        let handled = stage.client.subscribe("a").for_each(2, |_| async {}).await.unwrap();
        let waiting = drop_after(1, STUCK, stage.client.request("a", "").into_future()).await;
        assert!(matches!(waiting, Progress::Dropped));
        stage.network(network).await;
        drop((sub, handled, stage));
        let ended = || Handle::current().metrics().num_alive_tasks() <= before;
        eventually(PATIENCE, "all tasks ended", ended).await;
    }
}
