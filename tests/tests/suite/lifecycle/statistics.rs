//! What is counted.

use nats_actors::testing::{Direction, Proxy, Server, User};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, connected, quick, within};

/// A proxy in between counts the same bytes, and a peer the same messages, over a reconnect.
// spec: A40-16, EVT-01, EVT-02, EVT-04, CON-63, SUB-28
#[tokio::test]
async fn bytes_are_those_of_the_socket_and_messages_are_counted_once() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    let mut events = client.events();
    for round in 1..=2 {
        for n in 0..50_usize {
            client.publish("a", vec![0; n * 100]).header("N", n.to_string()).await.unwrap();
            client.publish("b", "").await.unwrap();
        }
        for _ in 0..50 {
            within(PATIENCE, sub.next()).await.unwrap();
        }
        assert!(client.request("nobody", "").await.is_err());
        client.flush().await.unwrap();
        let equal = || {
            let statistics = client.statistics();
            statistics.in_bytes == proxy.forwarded(Direction::ToClient)
                && statistics.out_bytes == proxy.forwarded(Direction::ToServer)
        };
        eventually(PATIENCE, "both count the same", equal).await;
        let statistics = client.statistics();
        // The 50 of the subscription and the answer that nobody listens.
        assert_eq!((statistics.in_messages, statistics.out_messages), (51 * round, 101 * round));
        assert_eq!((statistics.reconnects, statistics.pending_bytes), (round - 1, 0));
        assert_eq!(statistics.subscriptions, 2, "the user's, and the one for replies");
        if round == 1 {
            client.force_reconnect();
            connected(&mut events).await;
        }
    }
}

// spec: EVT-03
#[tokio::test]
async fn errors_are_counted() {
    let user = User::new("a", "secret").deny_publish("x").deny_subscribe("x");
    let server = Server::builder().user(user).start().await.unwrap();
    let client = quick().connect(server.client_url()).await.unwrap();
    client.publish("x", "").await.unwrap();
    assert!(client.subscribe("x").await.is_err());
    assert_eq!(client.statistics().errors, 2);
}
