//! A crash of the actor, against a real server.
#![cfg(all(feature = "testing", unix))]

use std::time::Duration;

use super::message::PullMsg;
use super::state::MessagesState;
use crate::client::Client;
use crate::jetstream::{ConsumerConfig, Messages, StreamConfig};
use crate::supervisor::SlotState;
use crate::testing::{Server, ServerConfig};

const PATIENCE: Duration = Duration::from_secs(20);

async fn world() -> (Server, Client, Messages) {
    let server = ServerConfig::new().jetstream().start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let config = StreamConfig::new("S").subjects(["s.>"]);
    let stream = client.jetstream().create_stream(config).await.unwrap();
    let config = ConsumerConfig::durable("c").ack_wait(Duration::from_secs(1));
    let consumer = stream.create_consumer(config).await.unwrap();
    let messages = consumer.messages().max_in_flight(10).await.unwrap();
    (server, client, messages)
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("in time")
}

#[tokio::test]
async fn a_crash_of_the_actor_costs_a_pause() {
    let (_server, client, mut messages) = world().await;
    let js = client.jetstream();
    for round in 0..3 {
        js.publish("s.a", format!("{round}")).await.unwrap();
        let delivery = within(messages.next()).await.unwrap().unwrap();
        messages.shared.tell(PullMsg::Crash);
        assert_eq!(delivery.payload(), format!("{round}").as_bytes());
        delivery.double_ack().await.unwrap();
    }
    let mut lives = messages.shared.slot_states().unwrap();
    within(lives.wait_for(|state| *state == SlotState::Up { epoch: 4 })).await.unwrap();
    let control = messages.control();
    within(control.stop()).await;
    assert_eq!(control.status().in_flight, 0);
}

#[tokio::test]
async fn a_stop_between_two_lives_is_obeyed() {
    let (_server, _client, messages) = world().await;
    let control = messages.control();
    messages.shared.tell(PullMsg::Crash);

    within(control.stop()).await;
    assert_eq!(control.status().state, MessagesState::Ended);
}
