//! What a WebSocket peer may do that the real server does seldom.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use nats_actors::{Client, Event};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_websockets::{CloseCode, Config, Message, ServerBuilder, WebSocketStream};

use super::kit::{PATIENCE, next, options, within};

const INFO: &str =
    "INFO {\"server_id\":\"S\",\"headers\":true,\"max_payload\":1048576,\"proto\":1}\r\n";

type Socket = WebSocketStream<TcpStream>;

/// A peer that plays the server's part of one connect, then does as told.
async fn peer<F>(play: impl FnOnce(Socket) -> F + Send + 'static) -> (String, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let playing = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        // The frames are cut at any place.
        let config = Config::default().frame_size(7);
        let accepting = ServerBuilder::new().config(config);
        let (_, mut socket) = accepting.accept(stream).await.unwrap();
        socket.send(Message::binary(INFO)).await.unwrap();
        said(&mut socket, "PING\r\n").await;
        socket.send(Message::text("PONG\r\n")).await.unwrap();
        play(socket).await
    });
    (url, playing)
}

/// Reads frames until the client has said this; all that it said.
async fn said(socket: &mut Socket, end: &str) -> String {
    let mut all = String::new();
    while !all.ends_with(end) {
        let message = within(PATIENCE, socket.next()).await.unwrap().unwrap();
        assert!(message.is_binary(), "{message:?}");
        all.push_str(&String::from_utf8_lossy(message.as_payload()));
    }
    all
}

/// Pain 2.18: what came before the close frame is delivered, and the end is an end, not an error.
// spec: TRN-10, TRN-04
#[tokio::test]
async fn regression_18_what_comes_before_a_close_frame_is_delivered() {
    let (url, playing) = peer(|mut socket| async move {
        let said = said(&mut socket, "\r\n").await;
        let sid = said.split(' ').nth(2).unwrap().trim().to_owned();
        for n in 0..100 {
            socket.feed(Message::binary(format!("MSG a {sid} 3\r\n{n:03}\r\n"))).await.unwrap();
        }
        let close = Message::close(Some(CloseCode::GOING_AWAY), "bye");
        socket.send(close).await.unwrap();
    })
    .await;
    let client = Client::connect(url).await.unwrap();
    let mut events = client.events();
    let mut sub = client.subscribe("a").await.unwrap();
    for n in 0..100 {
        assert_eq!(next(&mut sub).await.payload(), format!("{n:03}").as_bytes());
    }
    within(PATIENCE, playing).await.unwrap();
    let reason = within(PATIENCE, async {
        loop {
            if let Some(Event::Disconnected { reason, .. }) = events.next().await {
                return reason;
            }
        }
    });
    assert_eq!(reason.await, "the server closed the connection");
}

// spec: TRN-10
#[tokio::test]
async fn pings_of_the_peer_are_answered_in_between() {
    let (url, playing) = peer(|mut socket| async move {
        socket.send(Message::ping("are you there")).await.unwrap();
        let mut published = String::new();
        let mut answered = false;
        while !(answered && published.ends_with("PUB b 5\r\nhello\r\n")) {
            let message = within(PATIENCE, socket.next()).await.unwrap().unwrap();
            if message.is_pong() {
                assert_eq!(&**message.as_payload(), b"are you there");
                answered = true;
            } else {
                published.push_str(&String::from_utf8_lossy(message.as_payload()));
            }
        }
    })
    .await;
    let client = Client::connect(url).await.unwrap();
    client.publish("b", "hello").await.unwrap();
    within(PATIENCE, playing).await.unwrap();
}

/// A peer that answers with something else than WebSocket frames, or with a frame without end.
// spec: TRN-10
#[tokio::test]
async fn regression_18_broken_and_endless_frames_end_the_connection() {
    let broken: [&[u8]; 2] = [
        b"\xf2\x05hello",
        // A binary frame of 2^40 bytes.
        b"\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00",
    ];
    for bytes in broken {
        let (url, playing) = peer(move |mut socket| async move {
            use tokio::io::AsyncWriteExt as _;
            socket.get_mut().write_all(bytes).await.unwrap();
            while within(PATIENCE, socket.next()).await.is_some_and(|frame| frame.is_ok()) {}
        })
        .await;
        let waiting = options().ping_interval(Duration::from_secs(60));
        let client = waiting.connect(url).await.unwrap();
        let mut events = client.events();
        let ended = within(PATIENCE, async {
            loop {
                if let Some(Event::Disconnected { reason, .. }) = events.next().await {
                    return reason;
                }
            }
        });
        let reason = ended.await;
        assert!(reason.starts_with("reading failed"), "{reason}");
        within(PATIENCE, playing).await.unwrap();
    }
}

/// A client that goes sends a close frame behind its last words.
// spec: TRN-10
#[tokio::test]
async fn the_last_words_come_before_the_close_frame() {
    let (url, playing) = peer(|mut socket| async move {
        let mut all = said(&mut socket, "PUB last 5\r\nwords\r\nPING\r\n").await;
        socket.send(Message::binary("PONG\r\n")).await.unwrap();
        loop {
            let message = within(PATIENCE, socket.next()).await.unwrap().unwrap();
            match message.as_close() {
                Some((code, _)) => return (all, code),
                None => all.push_str(&String::from_utf8_lossy(message.as_payload())),
            }
        }
    })
    .await;
    let client = Client::connect(url).await.unwrap();
    client.publish("last", "words").await.unwrap();
    let report = client.close().await;
    assert_eq!(report.unconfirmed, 0);
    let (_, code) = within(PATIENCE, playing).await.unwrap();
    assert_eq!(code, CloseCode::NORMAL_CLOSURE);
}
