//! What a server said just before the connection broke.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use nats_actors::protocol::ServerError;
use nats_actors::testing::ScriptedServer;
use nats_actors::{DisconnectCause, Event, ServerAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::kit::{event, quick, scripted};

/// Writing fails once this is broken; what has arrived by then can be read only behind that.
#[derive(Default)]
struct Fate {
    broken: AtomicBool,
    failed: AtomicBool,
    reader: AtomicWaker,
}

struct Breaking {
    socket: TcpStream,
    fate: Arc<Fate>,
}

impl AsyncRead for Breaking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.fate.reader.register(cx.waker());
        if self.fate.broken.load(Ordering::SeqCst) && !self.fate.failed.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Breaking {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.fate.broken.load(Ordering::SeqCst) {
            return Pin::new(&mut self.socket).poll_write(cx, bytes);
        }
        self.fate.failed.store(true, Ordering::SeqCst);
        self.fate.reader.wake();
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Whoever cannot write any more reads what is there before it leaves: it may say why.
// spec: W-29
#[tokio::test]
async fn last_words_are_heard_although_writing_failed() {
    let server = ScriptedServer::start().unwrap();
    let fate = Arc::new(Fate::default());
    let given = Arc::clone(&fate);
    let options = quick().connector(move |server: ServerAddr| {
        let fate = Arc::clone(&given);
        async move {
            let socket = TcpStream::connect((server.host(), server.port())).await?;
            Ok(Breaking { socket, fate })
        }
    });
    let (client, mut peer) = scripted(options, &server).await;
    let mut events = client.events();
    fate.broken.store(true, Ordering::SeqCst);
    peer.send("-ERR 'User Authentication Expired'\r\n").await.unwrap();
    client.publish("a", "x").await.unwrap();

    let cause = event(&mut events, |event| match event {
        Event::Disconnected { cause, .. } => Some(cause),
        _ => None,
    });
    assert_eq!(cause.await, DisconnectCause::ServerError(ServerError::AuthenticationExpired));
}
