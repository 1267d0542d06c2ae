//! What reaches the transport: a stream of a user's own sees every write.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{ConnectOptions, ServerAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::kit::{PATIENCE, options, within};

/// What one write was given: how many slices, and the bytes that were taken.
type Writes = Arc<Mutex<Vec<(usize, Vec<u8>)>>>;

struct Recorded {
    socket: TcpStream,
    writes: Writes,
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(written)) = &written {
            let mut bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
            bytes.truncate(*written);
            self.writes.lock().unwrap().push((slices.len(), bytes));
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

fn recorded() -> (ConnectOptions, Writes) {
    let writes = Writes::default();
    let kept = Arc::clone(&writes);
    let options = options().connector(move |server: ServerAddr| {
        let writes = Arc::clone(&kept);
        async move {
            let socket = TcpStream::connect((server.host(), server.port())).await?;
            Ok(Recorded { socket, writes })
        }
    });
    (options, writes)
}

// spec: TRN-21
#[tokio::test]
async fn a_burst_goes_out_in_few_writes() {
    let server = Server::start().await.unwrap();
    let (options, writes) = recorded();
    let client = options.connect(server.url()).await.unwrap();
    client.flush().await.unwrap();
    writes.lock().unwrap().clear();
    for n in 0..1000 {
        // Nothing here yields to the writer.
        client.try_publish("burst", format!("{n:04}")).unwrap();
    }
    client.flush().await.unwrap();

    let writes = writes.lock().unwrap();
    let frames =
        writes.iter().map(|(_, bytes)| bytes.windows(9).filter(|b| b == b"PUB burst").count());
    assert_eq!(frames.sum::<usize>(), 1000);
    assert!(writes.len() <= 4, "{} writes", writes.len());
}

// spec: TRN-21
#[tokio::test]
async fn large_payloads_go_out_in_a_vectored_write() {
    let server = Server::start().await.unwrap();
    let (options, writes) = recorded();
    let client = options.connect(server.url()).await.unwrap();
    client.flush().await.unwrap();
    writes.lock().unwrap().clear();
    for _ in 0..4 {
        client.try_publish("large", vec![b'x'; 100_000]).unwrap();
    }
    client.flush().await.unwrap();

    let most = writes.lock().unwrap().iter().map(|(slices, _)| *slices).max();
    assert!(most >= Some(4), "{most:?} slices in one write");
}

/// CONNECT and PING go in one write, and whatever comes before the PONG is taken as it is.
// spec: TRN-18
#[tokio::test]
async fn the_handshake_waits_for_its_pong() {
    let server = ScriptedServer::start().unwrap();
    let (options, writes) = recorded();
    let url = server.url();
    let connecting = tokio::spawn(async move { options.connect(url).await });
    let mut peer = server.accept().await.unwrap();
    peer.send_info("").await.unwrap();
    peer.expect("CONNECT").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("+OK\r\nPING\r\n").await.unwrap();
    peer.send_info("\"connect_urls\":[\"127.0.0.1:1\"]").await.unwrap();
    tokio::task::yield_now().await;
    assert!(!connecting.is_finished(), "only the PONG is the answer");
    peer.send("PONG\r\n").await.unwrap();
    let client = within(PATIENCE, connecting).await.unwrap().unwrap();

    let first = writes.lock().unwrap().first().cloned().unwrap().1;
    assert!(first.starts_with(b"CONNECT {") && first.ends_with(b"}\r\nPING\r\n"));
    drop(client);
}
