//! Events and states.

use nats_actors::{ConnectionState, Event};
use nats_actors_tests::{Progress, drop_after};

use super::stage::{Network, STUCK, Stage};
use crate::core::kit::{PATIENCE, within};

/// Whoever drops what waits for an event or a state misses none.
// spec: A40-15, CON-48
#[tokio::test]
async fn events_and_states_dropped_at_each_poll() {
    let stage = Stage::new().await;
    let mut events = stage.client.events();
    let mut state = stage.client.watch_state();
    state.current();
    for epoch in 1..=3 {
        for polls in 1..=3 {
            still_waits(&drop_after(polls, STUCK, events.next()).await);
            still_waits(&drop_after(polls, STUCK, state.changed()).await);
            still_waits(&drop_after(polls, STUCK, state.closed()).await);
            still_waits(&drop_after(polls, STUCK, stage.client.closed()).await);
        }
        stage.network(Network::Down).await;
        let lost = within(PATIENCE, events.next()).await;
        assert!(matches!(lost, Some(Event::Disconnected { epoch: lost, .. }) if lost == epoch));
        stage.recover("events").await;
        assert_eq!(within(PATIENCE, state.connected()).await, Some(epoch + 1));
        assert!(matches!(state.current(), ConnectionState::Connected { .. }));
        let connected = |event: &Option<Event>| matches!(event, Some(Event::Connected { .. }));
        while !connected(&within(PATIENCE, events.next()).await) {}
    }
}

#[track_caller]
fn still_waits<T: std::fmt::Debug>(progress: &Progress<T>) {
    assert!(!matches!(progress, Progress::Ended(_)), "{progress:?}");
}
