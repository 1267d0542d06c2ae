//! Publishing and subscribing.

use bytes::Bytes;
use futures_util::StreamExt;
use nats_actors::testing::{ServerConfig, User};
use nats_actors::{Client, ErrorKind, Headers, Overflow, PendingLimits};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, next, options, within};
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        what_is_published_arrives_in_order_with_headers_and_reply,
        payloads_of_every_size_arrive_whole,
        a_queue_group_shares_and_a_maximum_ends,
        bad_input_is_named_and_nothing_is_sent,
        line_breaks_in_headers_are_refused,
        what_overflows_is_counted_exactly_and_told_once,
        failing_and_blocking_are_policies_too,
        a_dropped_subscription_is_gone_at_the_server,
        without_echo_own_messages_do_not_come_back,
        logins_work_by_option_and_by_address;
}

async fn what_is_published_arrives_in_order_with_headers_and_reply(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let mut sub = client.subscribe("a.*").await.unwrap();
    client.publish("a.1", "first").header("K", "v").header("K", "w").reply_to("r").await.unwrap();
    client.publish("a.2", Bytes::from_static(b"second")).await.unwrap();
    client.publish(String::from("a.3"), ()).await.unwrap();

    let first = next(&mut sub).await;
    assert_eq!(
        (first.subject(), first.reply(), first.payload()),
        ("a.1", Some("r"), &b"first"[..])
    );
    let headers: Headers = first.headers().unwrap();
    assert_eq!(headers.get_all("K").collect::<Vec<_>>(), ["v", "w"]);
    assert_eq!(next(&mut sub).await.payload(), b"second");
    assert_eq!(next(&mut sub).await.payload(), b"");
}

async fn payloads_of_every_size_arrive_whole(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let mut sub = client.subscribe("size").await.unwrap();
    let sizes = [0, 1, 255, 256, 4095, 16_384, 32_768, 65_536, 500_000, 1_048_576];
    for size in sizes {
        let payload: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        client.publish("size", &payload).await.unwrap();
        client.publish("size", payload).await.unwrap();
    }
    for size in sizes {
        for _ in 0..2 {
            let message = next(&mut sub).await;
            assert_eq!(message.payload().len(), size);
            assert!(message.payload().iter().enumerate().all(|(n, byte)| *byte == (n % 251) as u8));
        }
    }
}

async fn a_queue_group_shares_and_a_maximum_ends(over: Over) {
    let (server, client) = over.server_and_client().await;
    let other = over.connect(&server).await;
    let mut one = client.subscribe("work").queue("q").await.unwrap();
    let mut two = other.subscribe("work").queue("q").await.unwrap();
    let limited = client.subscribe("work").max_messages(3).await.unwrap();
    for n in 0..100_u8 {
        client.publish("work", &[n]).await.unwrap();
    }

    assert_eq!(within(PATIENCE, limited.count()).await, 3);
    let mut seen = Vec::new();
    while seen.len() < 100 {
        tokio::select! {
            Some(message) = one.next() => seen.push(message.payload()[0]),
            Some(message) = two.next() => seen.push(message.payload()[0]),
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..100).collect::<Vec<u8>>());
}

async fn bad_input_is_named_and_nothing_is_sent(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let mut all = client.subscribe(">").await.unwrap();
    for subject in ["", "a..b", "a b", "a\r\nPUB x 0", "a.*", ">", ".a"] {
        let error = client.publish(subject, "x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{subject:?}");
        let error = client.request(subject, "x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSubject, "{subject:?}");
    }
    let reply = client.publish("a", "x").reply_to("b c").await.unwrap_err();
    assert_eq!((reply.kind(), reply.subject()), (ErrorKind::BadSubject, Some("b c")));
    assert_eq!(client.subscribe("a b").await.unwrap_err().kind(), ErrorKind::BadSubject);
    let queue = client.subscribe("a").queue("x y").await.unwrap_err();
    assert_eq!(queue.kind(), ErrorKind::BadQueueGroup);
    let large = client.publish("large", vec![0; 1_048_577]).await.unwrap_err();
    assert_eq!(large.kind(), ErrorKind::PayloadTooLarge);
    assert_eq!(large.into_unsent().unwrap().payload.len(), 1_048_577);

    client.publish("end", "").await.unwrap();
    assert_eq!(next(&mut all).await.subject(), "end");
}

/// e13: a header with a line break is an error, never a panic and never an injection.
async fn line_breaks_in_headers_are_refused(over: Over) {
    let (_server, client) = over.server_and_client().await;
    for (name, value) in [("X", "a\r\nb"), ("X", "a\nb"), ("X\r\n", "a"), ("X:", "a"), ("", "a")] {
        let error = client.publish("a", "").header(name, value).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadHeader, "{name:?}: {value:?}");
        let error = client.request("a", "").header(name, value).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadHeader, "{name:?}: {value:?}");
    }
    assert!(Headers::new().insert("X", "a\r\nb").is_err());
}

async fn what_overflows_is_counted_exactly_and_told_once(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let mut events = client.events();
    let limits = PendingLimits::new(100, 1 << 20);
    let mut slow = client.subscribe("flood").limits(limits).await.unwrap();
    let mut fast = client.subscribe("flood").await.unwrap();
    for n in 0..1000_u32 {
        client.publish("flood", &n.to_be_bytes()).await.unwrap();
    }
    for _ in 0..1000 {
        next(&mut fast).await;
    }

    assert_eq!(slow.dropped(), 900);
    let mut taken = 0;
    while slow.pending() > 0 {
        next(&mut slow).await;
        taken += 1;
    }
    assert_eq!((taken, fast.dropped(), client.statistics().dropped), (100, 0, 900));
    let mut told = 0;
    while let Some(event) = events.try_next() {
        told += usize::from(matches!(event, nats_actors::Event::SlowConsumer { .. }));
    }
    assert_eq!(told, 2, "one for the begin, one for the end of the episode");
}

async fn failing_and_blocking_are_policies_too(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let limits = PendingLimits::new(10, 1 << 20);
    let failing = client.subscribe("fail").limits(limits).overflow(Overflow::Fail).await.unwrap();
    let block = Overflow::Block(PATIENCE);
    let mut blocking = client.subscribe("block").limits(limits).overflow(block).await.unwrap();
    for n in 0..1000_u32 {
        client.publish("fail", &n.to_be_bytes()).await.unwrap();
        client.publish("block", &n.to_be_bytes()).await.unwrap();
    }
    for n in 0..1000_u32 {
        assert_eq!(next(&mut blocking).await.payload(), n.to_be_bytes());
    }
    assert_eq!(blocking.dropped(), 0);
    eventually(PATIENCE, "the subscription fails", || failing.error().is_some()).await;
    assert_eq!(failing.error().unwrap().kind(), ErrorKind::SlowConsumer);
}

async fn a_dropped_subscription_is_gone_at_the_server(over: Over) {
    let (server, client) = over.server_and_client().await;
    let sub = client.subscribe("gone").await.unwrap();
    drop(sub);
    client.flush().await.unwrap();

    let connz = server.monitor("/connz?subs=1").await.unwrap();
    assert_eq!(connz["connections"][0]["subscriptions"], 0, "{connz}");
    assert_eq!(client.statistics().subscriptions, 0);
}

async fn without_echo_own_messages_do_not_come_back(over: Over) {
    let (server, other) = over.server_and_client().await;
    let client = options().no_echo().connect(over.url(&server)).await.unwrap();
    let mut sub = client.subscribe("echo").await.unwrap();
    client.publish("echo", "own").await.unwrap();
    client.flush().await.unwrap();
    other.publish("echo", "other").await.unwrap();

    assert_eq!(next(&mut sub).await.payload(), b"other");
}

async fn logins_work_by_option_and_by_address(over: Over) {
    let server = over.server_with(ServerConfig::new().user(User::new("bob", "secret"))).await;
    let refused = Client::connect(over.url(&server)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unauthorized);
    let wrong = options().user_and_password("bob", "wrong").connect(over.url(&server)).await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Unauthorized);

    let right =
        options().user_and_password("bob", "secret").connect(over.url(&server)).await.unwrap();
    right.flush().await.unwrap();
    let address = over.url(&server).replace("://", "://bob:secret@");
    Client::connect(address).await.unwrap().flush().await.unwrap();
}
