//! Publishing, row by row.

use std::time::Duration;

use futures_util::{FutureExt, SinkExt};
use nats_actors::codec::{Decodes, Encodes, Json, Raw};
use nats_actors::protocol::{MAX_SUBJECT_LEN, ServerError};
use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{Client, ErrorKind, Event, Headers, Unsent};
use serde::{Deserialize, Serialize};

use super::kit::{PATIENCE, SOON, connect, next, options, server_and_client, server_with, within};

// spec: PUB-01, PUB-02, PUB-03, PUB-04, PUB-05, PUB-06, HDR-03
#[tokio::test]
async fn a_message_goes_out_in_parts_or_as_a_whole() {
    let (_server, client) = server_and_client().await;
    let mut sub = client.subscribe("a").await.unwrap();
    let mut headers = Headers::new();
    headers.append("K", "1").unwrap();
    headers.append("K", "2").unwrap();
    client.publish("a", ()).await.unwrap();
    client.publish("a", "x").reply_to("r").headers(headers.clone()).await.unwrap();
    let mut whole = Unsent::new("a", "x");
    whole.reply = Some("r".to_owned());
    whole.headers = Some(headers.clone());
    client.publish_message(whole).await.unwrap();

    let first = next(&mut sub).await;
    assert_eq!((first.payload(), first.reply(), first.has_headers()), (&b""[..], None, false));
    for _ in 0..2 {
        let message = next(&mut sub).await;
        assert_eq!((message.payload(), message.reply()), (&b"x"[..], Some("r")));
        assert_eq!(message.headers().unwrap(), headers);
    }
}

// spec: W-10, PUB-07, ERR-10
#[tokio::test]
async fn the_largest_payload_counts_headers_and_one_more_byte_is_refused_here() {
    let server = Server::builder().max_payload(1000).start().await.unwrap();
    let client = connect(&server).await;
    let mut headers = Headers::new();
    headers.insert("K", "v").unwrap();
    let room = 1000 - headers.encoded_len();
    client.publish("a", vec![0; 1000]).await.unwrap();
    client.publish("a", vec![0; room]).headers(headers.clone()).await.unwrap();
    let _silent = client.subscribe("ask").await.unwrap();
    for (payload, headers) in [(1001, Headers::new()), (room + 1, headers)] {
        let publish = client.publish("a", vec![0; payload]);
        let request = client.request("ask", vec![0; payload]);
        let (publish, request) = match headers.is_empty() {
            true => (publish, request),
            false => (publish.headers(headers.clone()), request.headers(headers)),
        };
        let error = publish.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
        assert_eq!(error.into_unsent().unwrap().payload.len(), payload);
        assert_eq!(request.await.unwrap_err().kind(), ErrorKind::PayloadTooLarge);
    }
    client.flush().await.unwrap();
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: W-12
#[tokio::test]
async fn what_no_control_line_can_hold_is_refused_here() {
    let (_server, client) = server_and_client().await;
    let mut all = client.subscribe(">").await.unwrap();
    let long = "x".repeat(MAX_SUBJECT_LEN);
    let half = "x".repeat(2046);
    for (subject, reply, payload) in
        [(&*long, None, 10), (&*half, Some(&*half), 100), (&"x".repeat(5000), None, 0)]
    {
        let mut publish = client.publish(subject, vec![0; payload]);
        if let Some(reply) = reply {
            publish = publish.reply_to(reply);
        }
        let error = publish.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{} {payload}", subject.len());
        assert_eq!(error.into_unsent().unwrap().payload.len(), payload);
    }
    let request = client.request(&long[..4040], "").await.unwrap_err();
    assert_eq!(request.kind(), ErrorKind::BadSubject);
    let subscribe = client.subscribe(&*long).queue(&*half).await.unwrap_err();
    assert_eq!(subscribe.kind(), ErrorKind::BadSubject);

    // The longest that pass do pass.
    client.publish(&*long, "x").await.unwrap();
    client.publish(&*half, "x").reply_to(&*half).await.unwrap();
    for subject in [&long, &half] {
        assert_eq!(next(&mut all).await.subject(), subject);
    }
    assert_eq!(
        client.request(&long[..4000], "").timeout(SOON).await.unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    client.flush().await.unwrap();
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: W-16, CON-46
#[tokio::test]
async fn wildcards_pass_only_if_checks_are_off_and_whitespace_never() {
    let (server, client) = server_and_client().await;
    let unchecked = options().skip_subject_validation().connect(server.url()).await.unwrap();
    let mut sub = client.subscribe("a.>").await.unwrap();

    assert_eq!(client.publish("a.*", "").await.unwrap_err().kind(), ErrorKind::BadSubject);
    unchecked.publish("a.*", "by option").await.unwrap();
    assert_eq!(next(&mut sub).await.subject(), "a.*");
    for subject in ["", "a b", "a.* x", "a.*\r\nPUB x 0\r\n", "a..\tb", &"*.".repeat(2100)] {
        let error = unchecked.publish(subject, "").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{subject:?}");
        let error = unchecked.publish("a", "").reply_to(subject).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{subject:?}");
    }
    unchecked.flush().await.unwrap();
    assert_eq!(unchecked.statistics().reconnects, 0);
}

// spec: W-22, HDR-12
#[tokio::test]
async fn a_server_without_headers_is_asked_for_none_and_gets_none() {
    let server = Server::builder().extra("no_header_support: true").start().await.unwrap();
    let client = connect(&server).await;
    let mut sub = client.subscribe("a").await.unwrap();

    let error = client.publish("a", "x").header("K", "v").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HeadersUnsupported);
    assert_eq!(error.into_unsent().unwrap().headers.unwrap().get("K"), Some("v"));
    let error = client.request("a", "x").header("K", "v").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HeadersUnsupported);
    client.publish("a", "plain").await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"plain");
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: W-03, W-22
#[tokio::test]
async fn connect_asks_for_headers_only_if_the_server_has_them() {
    for (has_headers, off, expected) in [
        (true, false, r#""headers":true,"no_responders":true"#),
        (true, true, r#""headers":true,"no_responders":false"#),
        (false, false, r#""headers":false,"no_responders":false"#),
    ] {
        let server = ScriptedServer::start().unwrap();
        let options = if off { options().disable_no_responders() } else { options() };
        let connecting = tokio::spawn(options.connect(server.url()).into_future());
        let mut peer = server.accept().await.unwrap();
        let info =
            format!(r#"{{"server_id":"S","proto":1,"max_payload":9,"headers":{has_headers}}}"#);
        peer.send(format!("INFO {info}\r\n")).await.unwrap();
        let connect = peer.expect("CONNECT").await.unwrap();
        assert!(connect.contains(expected), "{connect}");
        connecting.abort();
    }
}

// spec: PUB-18, A40-33, ERR-16, EVT-05
#[tokio::test]
async fn a_denied_publish_is_an_event_with_its_subject() {
    let (server, login) = server_with(|user| user.deny_publish("x")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut events = client.events();
    client.publish("x", "").await.unwrap();

    let event = within(PATIENCE, events.next()).await.unwrap();
    let denied = ServerError::PermissionsViolationPublish { subject: "x".to_owned() };
    assert_eq!(event, Event::ServerError(denied));
    client.flush().await.unwrap();
    assert_eq!(client.statistics().reconnects, 0);
}

#[tokio::test]
async fn a_refused_message_comes_back_unless_it_could_not_be_built() {
    let (_server, client) = server_and_client().await;

    let refused = client.publish("a..b", "x").await.unwrap_err();
    assert_eq!(refused.into_unsent(), Some(Unsent::new("a..b", "x")));
    let unbuilt = client.publish("a", "x").header("a b", "c").await.unwrap_err();
    assert_eq!((unbuilt.kind(), unbuilt.into_unsent()), (ErrorKind::BadHeader, None));
}

// spec: PUB-10, ERR-01
#[tokio::test]
async fn after_the_end_everything_is_refused_as_closed() {
    let (_server, client) = server_and_client().await;
    client.close().await;

    let error = client.publish("a", "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.into_unsent().unwrap(), Unsent::new("a", "x"));
    assert_eq!(client.try_publish("a", "x").unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.request("a", "x").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.subscribe("a").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.flush().await.unwrap_err().kind(), ErrorKind::Closed);
}

// spec: PUB-13, PUB-14, ERR-09
#[tokio::test]
async fn a_full_outbox_waits_or_errs_as_the_caller_wants() {
    let server = Server::start().await.unwrap();
    let client = options().outbox_bytes(1000).connect(server.url()).await.unwrap();
    server.pause().unwrap();
    while client.try_publish("a", vec![0; 100]).is_ok() {}
    let error = client.try_publish("a", "x".repeat(1000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutboxFull);
    let message = error.into_unsent().unwrap();
    let error = client.publish("a", "x".repeat(1000)).deadline(SOON / 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutboxFull);
    let mut waiting = client.publish_message(message).deadline(Duration::MAX).into_future();
    assert!((&mut waiting).now_or_never().is_none(), "there is no room");
    server.resume().unwrap();
    within(PATIENCE, waiting).await.unwrap();
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u64,
}

// spec: PUB-15, UTL-09
#[tokio::test]
async fn values_travel_through_a_codec() {
    let (_server, client) = server_and_client().await;
    let mut orders = client.subscribe("orders").await.unwrap();
    client.publish("orders", ()).json(&Order { id: 7 }).await.unwrap();
    client.publish("orders", ()).encoded::<Json, _>(&Raw::new("{\"id\":8}")).await.unwrap();
    for id in [7, 8] {
        assert_eq!(next(&mut orders).await.json(), Ok(Order { id }));
    }
    let asking = client.request("orders", ()).json(&Order { id: 9 });
    let answering = async {
        let question = next(&mut orders).await;
        let order: Order = question.json().unwrap();
        client.respond(&question, ()).json(&(order.id + 1)).await.unwrap();
    };
    let (reply, ()) =
        within(PATIENCE, async { tokio::join!(asking.into_future(), answering) }).await;
    let reply = reply.unwrap();
    assert_eq!(reply.json(), Ok(10));
    assert!(reply.json::<Order>().is_err());
    let raw: Raw = Json::decode(&reply.payload_bytes()).unwrap();
    let mut out = Vec::new();
    Json::encode(&raw, &mut out).unwrap();
    assert_eq!(out, b"10");

    let error = client.publish("orders", ()).json(&WithoutForm).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Codec, Some("orders")));
    let error = client.request("orders", ()).json(&WithoutForm).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Codec);
}

struct WithoutForm;

impl Serialize for WithoutForm {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it has no form"))
    }
}

// spec: PUB-16
#[tokio::test]
async fn a_client_is_a_sink_that_waits_for_room() {
    let server = Server::start().await.unwrap();
    let client = options().outbox_bytes(10_000).connect(server.url()).await.unwrap();
    let mut sub = client.subscribe("s").await.unwrap();
    let mut sink = client.sink();
    for n in 0..1000_u32 {
        sink.feed(Unsent::new("s", vec![n as u8; 100])).await.unwrap();
    }
    let error = sink.send(Unsent::new("a b", "")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadSubject);
    sink.close().await.unwrap();
    assert_eq!(sub.pending(), 1000);
    for n in 0..1000_u32 {
        assert_eq!(next(&mut sub).await.payload()[0], n as u8);
    }
}

/// A flush is for the message, too, that the sink holds because there was no room.
// spec: PUB-16
#[tokio::test]
async fn a_sink_that_is_flushed_holds_nothing_back() {
    let server = Server::start().await.unwrap();
    let receiver = connect(&server).await;
    let mut sub = receiver.subscribe("held").await.unwrap();
    receiver.flush().await.unwrap();
    let client = options().outbox_bytes(1000).connect(server.url()).await.unwrap();
    let mut sink = client.sink();
    server.pause().unwrap();
    while client.try_publish("full", "").is_ok() {}
    sink.feed(Unsent::new("held", "x")).await.unwrap();
    server.resume().unwrap();
    within(PATIENCE, sink.flush()).await.unwrap();
    assert_eq!(next(&mut sub).await.payload(), b"x");
}

// spec: W-23
#[tokio::test]
async fn order_is_kept_for_a_hundred_thousand_messages_from_one_handle() {
    let (_server, client) = server_and_client().await;
    let mut sub = client.subscribe("n").await.unwrap();
    let publishing = tokio::spawn({
        let client: Client = client.clone();
        async move {
            for n in 0..100_000_u32 {
                client.publish("n", &n.to_be_bytes()).await.unwrap();
            }
        }
    });
    for n in 0..100_000_u32 {
        assert_eq!(next(&mut sub).await.payload(), n.to_be_bytes());
    }
    publishing.await.unwrap();
}

// spec: PUB-19
#[tokio::test]
async fn reserved_subjects_are_the_servers_to_judge() {
    let (server, client) = server_and_client().await;
    client.publish("$SYS.mine", "x").await.unwrap();
    client.publish("$JS.mine", "x").await.unwrap();
    client.flush().await.unwrap();
    drop(server);
}
