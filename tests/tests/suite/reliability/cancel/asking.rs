//! Requests in other forms.

use nats_actors::Error;
use nats_actors::actor::Call;
use nats_actors_tests::echo;
use serde::{Deserialize, Serialize};

use super::stage::{NETWORKS, STUCK, Stage};
use crate::core::kit::PATIENCE;

/// Whoever gives up asking again asks no more.
// spec: REQ-11, REQ-19
#[tokio::test]
async fn asking_again_dropped_at_each_poll() {
    let stage = Stage::new().await;
    stage
        .leaves_nothing(&NETWORKS, "asking again", async || {
            let request = stage.client.request("nobody", "").timeout(PATIENCE);
            request.attempts(4, STUCK / 20).await
        })
        .await;
}

/// All replies at once leave no more behind than one after the other.
// spec: A47-06, REQ-11
#[tokio::test]
async fn all_replies_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let _echo = stage.other.subscribe("many").for_each(1, echo(&stage.other)).await.unwrap();
    stage.remember();
    stage
        .leaves_nothing(&NETWORKS, "all replies", async || {
            let responses = stage.client.request_many("many", "x").max_messages(1).await?;
            Ok::<_, Error>(responses.all().await)
        })
        .await;
}

/// A trace has a subscription of its own, which goes with it.
// spec: A41-01
#[tokio::test]
async fn trace_dropped_at_each_poll() {
    let stage = Stage::new().await;
    let trace = async || stage.client.trace("traced", "x").timeout(PATIENCE).await;
    stage.leaves_nothing(&NETWORKS, "trace", trace).await;
}

/// What stands for itself in JSON, so that an echo answers it.
#[derive(Serialize, Deserialize)]
struct Same(u32);

impl Call for Same {
    type Reply = Self;
    type Error = String;
}

// spec: REQ-11
#[tokio::test]
async fn call_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let _echo = stage.other.subscribe("desk").for_each(1, echo(&stage.other)).await.unwrap();
    stage.remember();
    let call = async || stage.client.call("desk", &Same(1)).timeout(PATIENCE).await;
    stage.leaves_nothing(&NETWORKS, "call", call).await;
    assert_eq!(stage.client.call("desk", &Same(7)).await.unwrap().0, 7);
}
