//! Durations that no clock can tell.

use std::time::Duration;

use nats_actors::jetstream::StreamConfig;
use nats_actors::testing::Server;
use nats_actors::{ConnectOptions, ErrorKind, HandoverPolicy, ReconnectPolicy};

const LONGEST: Duration = Duration::MAX;

#[tokio::test]
async fn the_longest_one_is_no_limit_wherever_one_is_asked_for() {
    let server = Server::builder().jetstream().start().await.unwrap();
    let options = ConnectOptions::new()
        .connect_timeout(LONGEST)
        .request_timeout(LONGEST)
        .publish_timeout(LONGEST)
        .drain_timeout(LONGEST)
        .ping_interval(LONGEST)
        .handover(HandoverPolicy::new().delay(LONGEST).overlap(LONGEST))
        .reconnect(ReconnectPolicy::new().delay(Duration::ZERO, LONGEST));
    let client = options.connect(server.url()).await.unwrap();

    let mut all = client.subscribe("a").await.unwrap();
    client.publish("a", "1").deadline(LONGEST).await.unwrap();
    client.flush().timeout(LONGEST).await.unwrap();
    assert!(all.next_within(LONGEST).await.unwrap().is_some());
    all.drain().await.unwrap();

    let asked = client.request("nobody", "").timeout(LONGEST).attempts(2, Duration::ZERO).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::NoResponders);
    let many = client.request_many("nobody", "").timeout(LONGEST).stall(LONGEST).await.unwrap();
    assert!(many.all().await.0.is_empty());

    let js = client.jetstream().timeout(LONGEST);
    js.create_stream(StreamConfig::new("S").subjects(["s.*"])).await.unwrap();
    js.publish("s.1", "").timeout(LONGEST).retries(1, LONGEST).await.unwrap();
    assert_eq!(client.drain().timeout(LONGEST).await.unconfirmed, 0);
}
