//! WebSocket against a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nats_actors::testing::{Cluster, ScriptedServer, Server, ServerConfig};
use nats_actors::{Client, ConnectStage, ErrorKind, Event, Overflow, PendingLimits, Secret};
use nats_actors::{ConnectOptions, ServerAddr};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, certified, chain, next, options, within, works};

async fn websocket_server() -> (Server, String) {
    let server = Server::builder().websocket().start().await.unwrap();
    let url = server.websocket_url().unwrap();
    (server, url)
}

// spec: W-25, TRN-04, A40-01
#[tokio::test]
async fn the_protocol_is_the_same_within() {
    let (server, url) = websocket_server().await;
    let client = Client::connect(&url).await.unwrap();
    works(&client).await;
    client.flush().await.unwrap();

    let connz = server.connz().await.unwrap();
    assert_eq!(connz["connections"][0]["type"], "websocket", "{connz}");
    assert_eq!(client.tls_state(), None);
}

/// More than fits into one frame, one write and one read, both ways at once.
// spec: W-25, TRN-04
#[tokio::test]
async fn messages_are_split_over_frames_as_they_come() {
    let (_server, url) = websocket_server().await;
    let client = Client::connect(&url).await.unwrap();
    let limits = PendingLimits::new(100_000, 1 << 30);
    let all = client.subscribe("many").limits(limits).overflow(Overflow::Fail);
    let mut all = all.await.unwrap();
    let sizes = [0, 1, 17, 4_000, 60_000, 65_521, 65_536, 200_000];
    for n in 0..2_000_usize {
        let size = sizes[n % sizes.len()];
        client.publish("many", vec![(n % 256) as u8; size]).await.unwrap();
    }
    for n in 0..2_000_usize {
        let message = next(&mut all).await;
        assert_eq!(message.payload().len(), sizes[n % sizes.len()]);
        assert!(message.payload().iter().all(|byte| *byte == (n % 256) as u8));
    }
}

// spec: TRN-05, W-25, CON-38
#[tokio::test]
async fn wss_is_tls_from_the_start_and_is_not_upgraded_again() {
    let (authority, certificate) = certified();
    // INFO says that TLS is required, which is meant for the other port.
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let secure = config.clone().websocket_tls(certificate.chain(), certificate.key());
    let server = secure.start().await.unwrap();
    let url = server.websocket_url().unwrap();
    assert!(url.starts_with("wss://"));
    let client = options().tls_authorities(authority.file()).connect(&url).await.unwrap();
    assert_eq!(client.tls_state().unwrap().version(), "TLS 1.3");
    works(&client).await;

    let stranger = Client::connect(&url).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::Connect(ConnectStage::Tls));
    let clear = config.websocket().start().await.unwrap();
    let client = Client::connect(clear.websocket_url().unwrap()).await.unwrap();
    assert_eq!(client.tls_state(), None);
    works(&client).await;
}

// spec: SEC-28
#[tokio::test]
async fn ws_is_refused_when_tls_is_required() {
    let error = options().require_tls().connect("ws://127.0.0.1:1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOptions);
    assert!(error.to_string().ends_with("that of WebSocket is wss"), "{error}");
}

// spec: CON-01, W-25
#[tokio::test]
async fn a_pool_is_all_websocket_or_none() {
    let error = Client::connect("ws://127.0.0.1:1,nats://127.0.0.1:2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOptions);
    assert!(error.to_string().contains("do not mix"));
}

/// The servers of a cluster tell WebSocket clients each other's WebSocket addresses.
// spec: CON-19, W-25
#[tokio::test]
async fn told_servers_are_reached_by_websocket_too() {
    let cluster = Cluster::start(2, ServerConfig::new().websocket()).await.unwrap();
    let urls = [cluster[0].websocket_url().unwrap(), cluster[1].websocket_url().unwrap()];
    let client = Client::connect(&urls[0]).await.unwrap();
    let second = cluster[1].varz().await.unwrap();
    let second = second["server_id"].as_str().unwrap();
    let other = urls[1].strip_prefix("ws://").unwrap();
    eventually(PATIENCE, "the other is told", || {
        client.server_info().connect_urls.iter().any(|url| url == other)
    })
    .await;
    cluster[0].kill().unwrap();
    eventually(PATIENCE, "it goes to the other", || client.server_info().server_id == second).await;
    works(&client).await;
    assert_eq!(cluster[1].connz().await.unwrap()["connections"][0]["type"], "websocket");
}

/// A server that takes its token from a cookie, which the client asks for anew at each dial.
// spec: TRN-06, SEC-39
#[tokio::test]
async fn cookies_log_in_and_are_asked_for_at_each_dial() {
    let listener = "websocket { listen: \"127.0.0.1:-1\", no_tls: true, token_cookie: \"nats\" }";
    let server = Server::builder().token("s3cret").extra(listener).start().await.unwrap();
    let url = server.websocket_url().unwrap();
    let fixed = options().websocket_header("Cookie", "nats=s3cret").connect(&url).await.unwrap();
    works(&fixed).await;
    assert_eq!(Client::connect(&url).await.unwrap_err().kind(), ErrorKind::Unauthorized);

    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let asking = options().websocket_headers(move |server: ServerAddr| {
        let counter = Arc::clone(&counter);
        async move {
            assert!(server.scheme().is_websocket());
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(vec![("cookie".to_owned(), Secret::from("nats=s3cret"))])
        }
    });
    let client = asking.connect(&url).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    client.force_reconnect();
    eventually(PATIENCE, "it dials again", || {
        asked.load(Ordering::SeqCst) == 2 && client.state().is_connected()
    })
    .await;
    works(&client).await;
}

// spec: TRN-06
#[tokio::test]
async fn headers_that_cannot_be_sent_fail_the_attempt() {
    let (_server, url) = websocket_server().await;
    for (name, value) in [("a b", "c"), ("a", "b\r\nc: d"), ("Host", "other")] {
        let error = options().websocket_header(name, value).connect(&url).await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::BadOptions, Some(name)));
        assert!(!error.to_string().contains(value) || value == "c");
    }
    let failing: ConnectOptions =
        options().websocket_headers(|_: ServerAddr| async { Err("no token today".into()) });
    let error = failing.connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::WebSocket));
    assert!(chain(&error).ends_with("no token today"));
}

// spec: TRN-08, TRN-06
#[tokio::test]
async fn regression_18_path_query_and_headers_are_in_the_request() {
    let server = ScriptedServer::start().unwrap();
    let url = format!("ws://u:p@{}/behind/proxy?a=b", server.addr());
    let options = options().websocket_header("X-Own", "yes").websocket_header("x-own", "later");
    let connecting = tokio::spawn(async move { options.connect(url).await });
    let mut peer = server.accept().await.unwrap();
    let mut request = vec![peer.line().await.unwrap()];
    while request.last().is_some_and(|line| !line.is_empty()) {
        request.push(peer.line().await.unwrap());
    }
    peer.send("HTTP/1.1 404 Not Here\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    let error = within(PATIENCE, connecting).await.unwrap().unwrap_err();

    assert_eq!(request[0], "GET /behind/proxy?a=b HTTP/1.1");
    assert!(request.contains(&format!("Host: {}", server.addr())), "{request:?}");
    assert!(request.contains(&"x-own: later".to_owned()), "{request:?}");
    assert!(!request.concat().to_lowercase().contains("authorization"));
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::WebSocket));
    assert!(chain(&error).contains("404"), "{}", chain(&error));
}

/// The server sees a close frame, not a broken connection.
// spec: TRN-10
#[tokio::test]
async fn a_closed_client_says_goodbye() {
    let config = Server::builder().websocket().debug();
    let server = config.start().await.unwrap();
    let client = Client::connect(server.websocket_url().unwrap()).await.unwrap();
    client.publish("last", "words").await.unwrap();
    client.close().await;
    eventually(PATIENCE, "the server has seen it", || server.log().contains("Client Closed")).await;
    let log = server.log();
    assert!(!log.contains("Read Error") && !log.contains("connection reset"), "{log}");
}

// spec: TRN-10
#[tokio::test]
async fn events_name_the_scheme() {
    let (_server, url) = websocket_server().await;
    let client = options().connect(&url).await.unwrap();
    let mut events = client.events();
    client.force_reconnect();
    let named = within(PATIENCE, async {
        loop {
            if let Some(Event::Connected { server, .. }) = events.next().await {
                return server;
            }
        }
    });
    assert_eq!(named.await, url);
    tokio::time::timeout(Duration::from_secs(5), client.close()).await.unwrap();
}

/// Pings of the protocol notice a frozen server, which still answers for its system.
// spec: TRN-22
#[tokio::test]
async fn a_frozen_server_is_noticed_through_a_websocket() {
    let (server, url) = websocket_server().await;
    let fast = options().ping_interval(Duration::from_millis(200)).max_pings_out(2);
    let client = fast.connect(&url).await.unwrap();
    works(&client).await;
    server.pause().unwrap();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
    server.resume().unwrap();
    eventually(PATIENCE, "it reconnects", || client.state().is_connected()).await;
    works(&client).await;
}
