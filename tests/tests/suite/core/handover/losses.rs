//! Connections that are lost at the worst moments of a move.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use nats_actors::testing::{Peer, ScriptedServer};
use nats_actors::{Event, ServerAddr};
use nats_actors_tests::eventually;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::kit::{holding, introduced_with, moving};
use crate::core::kit::PATIENCE;

const OVERLAP: Duration = Duration::from_millis(200);
const USUAL: &str = "\"headers\":true,\"max_payload\":1048576";

/// Reads up to the next publish, in front of which there may be PINGs.
async fn published(peer: &mut Peer, payload: &str) {
    let mut line = peer.line().await.unwrap();
    while line == "PING" {
        line = peer.line().await.unwrap();
    }
    assert_eq!(line, format!("PUB x {}", payload.len()));
    assert_eq!(peer.payload(payload.len()).await.unwrap(), payload.as_bytes());
}

/// Both servers of a move are lost at once: what was held for one of them goes out with whatever comes next.
// spec: A05-02, A40-24
#[tokio::test]
async fn what_was_held_survives_the_loss_of_both() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let (client, _events, left, joined) = holding(&old, &new, moving(OVERLAP), USUAL).await;
    client.publish("x", "held").await.unwrap();
    joined.reset();
    left.reset();
    let mut next = tokio::select! {
        next = introduced_with(&old, "OLD", USUAL) => next,
        next = introduced_with(&new, "NEW", USUAL) => next,
    };
    published(&mut next, "held").await;
    client.publish("x", "more").await.unwrap();
    published(&mut next, "more").await;
}

/// A socket that cannot be written to any more when it is told so, and of which a reader notices nothing.
struct Fragile {
    stream: TcpStream,
    broken: Arc<AtomicBool>,
}

impl AsyncRead for Fragile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Fragile {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.broken.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The old connection breaks when it has confirmed everything: it is read to its end while the new one is due, and then
/// the new one takes over and is not mistaken for the one that broke.
// spec: A05-02, A40-24
#[tokio::test]
async fn a_loss_at_the_moment_of_crossing_is_taken_over() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let (broken, at) = (Arc::new(AtomicBool::new(false)), old.addr().port());
    let breaks = Arc::clone(&broken);
    let options = moving(OVERLAP).connector(move |server: ServerAddr| {
        let broken = if server.port() == at { Arc::clone(&breaks) } else { Arc::default() };
        async move {
            let stream = TcpStream::connect((server.host(), server.port())).await?;
            Ok::<_, io::Error>(Fragile { stream, broken })
        }
    });
    let (client, mut events, mut left, mut joined) = holding(&old, &new, options, USUAL).await;
    broken.store(true, Ordering::SeqCst);
    left.send("PONG\r\nPING\r\n").await.unwrap();
    eventually(PATIENCE, "the new one took over", || client.state().epoch() == Some(2)).await;
    client.publish("x", "1").await.unwrap();

    published(&mut joined, "1").await;
    let mut seen = Vec::new();
    while let Some(event) = events.try_next() {
        seen.push(event);
    }
    let lost = |event: &Event| matches!(event, Event::Disconnected { epoch: 1, .. });
    let back = |event: &Event| matches!(event, Event::Connected { epoch: 2, .. });
    assert!(seen.iter().any(lost) && seen.iter().any(back), "{seen:?}");
    assert_eq!(client.statistics().reconnects, 1, "nobody was dialled beside the new one");
}
