//! Transports of a user's own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nats_actors::testing::Server;
use nats_actors::{ConnectStage, Connector, ErrorKind, ServerAddr};
use nats_actors_tests::eventually;
use tokio::io::{DuplexStream, copy_bidirectional, duplex};
use tokio::net::{TcpStream, UnixListener, UnixStream};

use super::kit::{PATIENCE, chain, options, tls_server, works};

/// An in-memory pipe whose other end a task pumps to a server.
struct Pipe {
    opened: Arc<AtomicUsize>,
}

impl Connector for Pipe {
    type Stream = DuplexStream;

    async fn connect(&self, server: ServerAddr) -> io::Result<DuplexStream> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let mut socket = TcpStream::connect((server.host(), server.port())).await?;
        let (ours, mut theirs) = duplex(4096);
        tokio::spawn(async move { copy_bidirectional(&mut theirs, &mut socket).await });
        Ok(ours)
    }
}

// spec: CON-37, CON-38
#[tokio::test]
async fn an_in_memory_pipe_carries_a_connection() {
    let server = Server::start().await.unwrap();
    let opened = Arc::new(AtomicUsize::new(0));
    let pipe = Pipe { opened: Arc::clone(&opened) };
    let client = options().connector(pipe).connect(server.url()).await.unwrap();
    works(&client).await;
    server.kill().unwrap();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
    server.restart().await.unwrap();
    eventually(PATIENCE, "it reconnects", || client.state().is_connected()).await;
    works(&client).await;
    assert!(opened.load(Ordering::SeqCst) >= 2, "each dial asks the connector");
}

// spec: CON-37, TRN-12
#[tokio::test]
async fn a_unix_socket_carries_a_connection() {
    let server = Server::start().await.unwrap();
    let (path, addr) = (server.dir().join("nats.sock"), server.addr());
    let listener = UnixListener::bind(&path).unwrap();
    let pump = tokio::spawn(async move {
        loop {
            let (mut local, _) = listener.accept().await.unwrap();
            let mut remote = TcpStream::connect(addr).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut local, &mut remote).await });
        }
    });
    let options = options().connector(move |_: ServerAddr| UnixStream::connect(path.clone()));
    let client = options.connect("nats://unix").await.unwrap();
    works(&client).await;
    pump.abort();
}

/// The layers above stay as they are.
// spec: CON-37, CON-38
#[tokio::test]
async fn tls_goes_over_a_connector() {
    let (server, _authority, options) = tls_server().await;
    let pipe = Pipe { opened: Arc::default() };
    let client = options.connector(pipe).connect(server.url()).await.unwrap();
    assert!(client.tls_state().is_some());
    works(&client).await;
}

// spec: CON-37
#[tokio::test]
async fn what_a_connector_says_is_the_cause() {
    let failing = options().connector(|server: ServerAddr| async move {
        Err::<TcpStream, _>(io::Error::other(format!("no way to {}", server.host())))
    });
    let error = failing.clone().connect("nats://nowhere").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Dial));
    assert!(chain(&error).ends_with("no way to nowhere"), "{}", chain(&error));

    let both = failing.proxy("http://localhost").connect("nats://nowhere").await.unwrap_err();
    assert_eq!(both.kind(), ErrorKind::BadOptions);
}
