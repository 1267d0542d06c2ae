//! One deadline for all stages, and each stage by its name.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use nats_actors::testing::ScriptedServer;
use nats_actors::{Client, ConnectStage, Error, ErrorKind, InitialConnect};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::kit::{PATIENCE, options, within};

const LIMIT: Duration = Duration::from_millis(400);

/// Connects to what will not let it in; the stage, after which the deadline has ended it.
async fn ends_at(url: &str) -> ConnectStage {
    let begin = Instant::now();
    let error = options().connect_timeout(LIMIT).connect(url).await.unwrap_err();
    let took = begin.elapsed();
    assert!(took >= LIMIT && took < LIMIT + Duration::from_secs(5), "{took:?}: {error}");
    assert!(error.to_string().contains("nothing within 400ms"), "{error}");
    assert!(error.is_retryable());
    stage(&error)
}

fn stage(error: &Error) -> ConnectStage {
    match error.kind() {
        ErrorKind::Connect(stage) => stage,
        other => panic!("{other:?}: {error}"),
    }
}

// spec: CON-08
#[tokio::test]
async fn a_refusal_has_the_system_error_as_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("nats://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = Client::connect(url).await.unwrap_err();

    assert_eq!(stage(&error), ConnectStage::Dial);
    let cause = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(cause.kind(), io::ErrorKind::ConnectionRefused);
}

/// The resolver of the system runs on the blocking threads of the runtime: here they are all taken.
// spec: CON-08, A40-02
#[test]
fn a_stalled_name_lookup_ends_at_the_deadline() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (release, wait) = std::sync::mpsc::channel::<()>();
    runtime.block_on(async {
        let stall = tokio::task::spawn_blocking(move || wait.recv());
        assert_eq!(ends_at("nats://localhost:4222").await, ConnectStage::Resolve);
        drop(release);
        assert!(within(PATIENCE, stall).await.unwrap().is_err());
    });
}

/// A full queue of connections that nobody accepts: the system drops what comes further.
// spec: CON-08, A11-02
#[tokio::test]
async fn an_address_that_swallows_everything_ends_at_the_deadline() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    let full = loop {
        match tokio::time::timeout(LIMIT, TcpStream::connect(address)).await {
            Ok(stream) => queue.push(stream.unwrap()),
            Err(_) => break true,
        }
        if queue.len() > 64 {
            break false;
        }
    };
    assert!(full, "the system takes any number of connections");
    assert_eq!(ends_at(&format!("nats://{address}")).await, ConnectStage::Dial);
}

// spec: CON-08, A40-02
#[tokio::test]
async fn a_silent_peer_ends_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    assert_eq!(ends_at(&format!("nats://{address}")).await, ConnectStage::Info);
    assert_eq!(ends_at(&format!("ws://{address}")).await, ConnectStage::WebSocket);
    assert_eq!(ends_at(&format!("wss://{address}")).await, ConnectStage::Tls);
}

// spec: CON-08, A40-02
#[tokio::test]
async fn a_server_that_never_answers_the_login_ends_at_the_deadline() {
    let server = ScriptedServer::start().unwrap();
    let url = server.url();
    let serving = tokio::spawn(async move {
        let mut peer = server.accept().await.unwrap();
        peer.send_info("").await.unwrap();
        peer.expect("CONNECT").await.unwrap();
        peer.expect("PING").await.unwrap();
        peer.line().await
    });
    assert_eq!(ends_at(&url).await, ConnectStage::Login);
    let closed = within(PATIENCE, serving).await.unwrap();
    assert_eq!(closed.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

// spec: CON-08
#[tokio::test]
async fn a_peer_that_closes_has_its_stage_too() {
    let server = ScriptedServer::start().unwrap();
    for info in [None, Some("")] {
        let url = server.url();
        let connecting = tokio::spawn(async move { options().connect(url).await });
        let mut peer = server.accept().await.unwrap();
        if let Some(members) = info {
            peer.send_info(members).await.unwrap();
            peer.expect("CONNECT").await.unwrap();
        }
        drop(peer);
        let error = within(PATIENCE, connecting).await.unwrap().unwrap_err();
        let expected = if info.is_some() { ConnectStage::Login } else { ConnectStage::Info };
        assert_eq!(stage(&error), expected);
        assert!(error.source().is_some());
    }
}

/// Closing a client does not wait for the stage that its dial is in.
// spec: CON-08
#[tokio::test]
async fn a_dial_ends_with_its_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let background = options().initial_connect(InitialConnect::Background);
    let cases = [
        (background.clone(), format!("nats://{address}")),
        (background.clone().tls_first(), format!("tls://{address}")),
        (background.clone(), format!("ws://{address}")),
        (background.proxy(format!("socks5://{address}")), "nats://nowhere".to_owned()),
    ];
    for (options, url) in cases {
        let client = options.connect(&url).await.unwrap();
        let (mut peer, _) = within(PATIENCE, listener.accept()).await.unwrap();
        client.close().timeout(Duration::from_millis(50)).await;
        let mut said = Vec::new();
        within(PATIENCE, peer.read_to_end(&mut said)).await.unwrap();
        let later = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
        assert!(later.is_err(), "{url}: nobody dials any more");
    }
}
