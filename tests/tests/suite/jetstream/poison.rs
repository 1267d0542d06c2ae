//! Malformed messages, and those that are no deliveries, block nobody.

use std::time::Duration;

use nats_actors::jetstream::ErrorKind;
use nats_actors_tests::{RawClient, eventually_async};

use super::kit::{PATIENCE, World, next, number, within};

/// e6: the connection stays, each message is its own error, and the next one comes.
#[tokio::test]
async fn malformed_headers_in_a_stream_are_an_error_of_their_message() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut raw = RawClient::log_in_with(world.server.addr(), r#""headers":true"#).await.unwrap();
    let lines: [&[u8]; 4] = [b"K: \xff\xfe", b"a b: c", "n\u{e4}me: c".as_bytes(), b"no colon"];
    for line in lines {
        let header = [b"NATS/1.0\r\n", line, b"\r\n\r\n"].concat();
        let head = format!("HPUB s.poison {} {}\r\n", header.len(), header.len() + 1);
        raw.send_bytes(&[head.as_bytes(), &header, b"x\r\n"].concat()).await.unwrap();
    }
    raw.send("PUB s.good 4\r\ngood\r\n").await.unwrap();
    eventually_async(PATIENCE, "all is stored", async || {
        world.stream.info().await.unwrap().state.messages == 5
    })
    .await;

    let mut messages = consumer.messages().await.unwrap();
    for line in lines {
        let delivery = next(&mut messages).await;
        let error = delivery.headers().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadHeader, "{:?}", line.escape_ascii().to_string());
        assert_eq!(delivery.payload(), b"x");
        delivery.term().reason("malformed headers").await.unwrap();
    }
    let good = next(&mut messages).await;
    assert_eq!(good.payload(), b"good");
    good.double_ack().await.unwrap();
    assert_eq!(consumer.info().await.unwrap().num_ack_pending, 0);
    assert_eq!(world.js.client().statistics().reconnects, 0);

    let stored = world.stream.message(1).await.unwrap();
    assert_eq!(stored.headers().unwrap_err().kind(), ErrorKind::BadHeader);
}

/// A stored message whose headers look like a status is a message.
#[tokio::test]
async fn a_stored_status_is_a_message_like_any_other() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut raw = RawClient::log_in_with(world.server.addr(), r#""headers":true"#).await.unwrap();
    for status in ["409 Consumer Deleted", "100 Idle Heartbeat", "503"] {
        let header = format!("NATS/1.0 {status}\r\n\r\n");
        let size = header.len();
        raw.send(&format!("HPUB s.fake {size} {size}\r\n{header}\r\n")).await.unwrap();
    }
    raw.send("PUB s.good 4\r\ngood\r\n").await.unwrap();

    let start = consumer.messages().heartbeat(Duration::from_secs(1));
    let mut messages = start.await.unwrap();
    for _ in 0..3 {
        let delivery = next(&mut messages).await;
        assert_eq!(delivery.subject(), "s.fake");
        delivery.ack().await.unwrap();
    }
    assert_eq!(next(&mut messages).await.payload(), b"good");
    assert_eq!(messages.control().status().recoveries, 0);
}

// spec: ERR-34
#[tokio::test]
async fn a_message_that_no_consumer_delivered_is_no_delivery() {
    let world = World::new().await;
    let client = world.js.client();
    let mut pulls = client.subscribe("$JS.API.CONSUMER.MSG.NEXT.>").await.unwrap();
    let mut messages = world.consumer().await.messages().await.unwrap();
    let pull = within(PATIENCE, pulls.next()).await.unwrap();
    let inbox = pull.reply().unwrap();
    client.publish(inbox, "nobody's").await.unwrap();
    client.publish(inbox, "nobody's").reply_to("$JS.ACK.S.c.none").await.unwrap();
    world.store(1).await;

    let delivery = next(&mut messages).await;
    assert_eq!((number(&delivery), delivery.info().consumer_sequence), (0, 1));
    delivery.ack().await.unwrap();
}
