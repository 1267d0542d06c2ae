//! What a request costs in allocations, and what a failed dial leaves. A binary of its own, because the allocator is one.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail a test by panicking")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nats_actors::handler::Raw;
use nats_actors::service::{RunningService, ServiceOptions};
use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, InitialConnect, ReconnectPolicy, handlers, service};
use nats_actors_tests::eventually;
use tokio::runtime::Runtime;

const REQUESTS: u64 = 20_000;

#[service(name = "lean", version = "1.0.0")]
struct Lean;

#[handlers(client = none)]
impl Lean {
    #[endpoint]
    async fn ready(&self, payload: Raw) -> Raw {
        payload
    }

    #[endpoint]
    async fn waits(&self, payload: Raw) -> Raw {
        tokio::task::yield_now().await;
        payload
    }
}

/// One allocation is the handler's future; a few per read are the client's.
#[test]
fn a_request_costs_one_allocation() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (server, running) = runtime.block_on(serve());
    for endpoint in ["ready", "waits"] {
        // The buffers and lanes that are kept are made here.
        load(&runtime, &running, server.addr(), endpoint);
        let cost = allocation_counter::measure(|| {
            load(&runtime, &running, server.addr(), endpoint);
        });
        let each = cost.count_total as f64 / REQUESTS as f64;
        assert!((1.0..1.2).contains(&each), "`{endpoint}`: {each} allocations per request");
    }
}

async fn serve() -> (Server, RunningService) {
    let server = Server::start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let running = service::start(&client, || Lean, ServiceOptions::new()).await.unwrap();
    (server, running)
}

/// Requests from a socket of another thread, whose allocations are not counted.
fn load(runtime: &Runtime, running: &RunningService, addr: SocketAddr, endpoint: &'static str) {
    let endpoint_handle = running.endpoint(endpoint).unwrap();
    let answered = || endpoint_handle.stats().unwrap().num_requests;
    let end = answered() + REQUESTS;
    let sender = std::thread::spawn(move || ask(addr, &format!("lean.{endpoint}")).unwrap());
    let patience = Duration::from_secs(60);
    runtime.block_on(eventually(patience, "all are answered", || answered() >= end));
    sender.join().unwrap();
}

/// Sends the requests with few in flight, and counts the replies.
fn ask(addr: SocketAddr, subject: &str) -> std::io::Result<()> {
    const WINDOW: u64 = 200;
    let mut socket = TcpStream::connect(addr)?;
    socket.write_all(b"CONNECT {\"verbose\":false}\r\nSUB replies 1\r\n")?;
    let requests = format!("PUB {subject} replies 5\r\nhello\r\n").repeat(WINDOW as usize);
    let mut buffer = vec![0; 64 * 1024];
    for _ in (WINDOW..=REQUESTS).step_by(WINDOW as usize) {
        socket.write_all(requests.as_bytes())?;
        let mut replies = 0;
        let mut last = 0;
        while replies < WINDOW {
            let read = socket.read(&mut buffer)?;
            for byte in buffer.get(..read).unwrap_or_default() {
                // No other line begins like the payload.
                replies += u64::from(last == b'\n' && *byte == b'h');
                last = *byte;
            }
        }
    }
    Ok(())
}

/// Pain 2.19: thousands of failed dials leave nothing behind.
// spec: CON-08
#[test]
fn failed_dials_leave_nothing() {
    const DIALS: usize = 3_000;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("nats://{}", listener.local_addr().unwrap());
    let refused = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&refused);
    // On a thread of its own: only the client's allocations are counted.
    std::thread::spawn(move || {
        while listener.accept().is_ok() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let tiny = Duration::from_micros(1);
    let options = ConnectOptions::new()
        .initial_connect(InitialConnect::Background)
        .reconnect(ReconnectPolicy::new().delay(tiny, tiny));
    let client = runtime.block_on(options.connect(url).into_future()).unwrap();
    let dial = |times: usize| {
        let end = refused.load(Ordering::SeqCst) + times;
        let dialled = || refused.load(Ordering::SeqCst) >= end;
        runtime.block_on(eventually(Duration::from_secs(120), "they are refused", dialled));
    };
    // The log of events, which is bounded, is full then.
    dial(5_000);
    let cost = allocation_counter::measure(|| dial(DIALS));
    let kept = cost.bytes_current;
    assert!(cost.count_total > DIALS as u64, "the dials are not counted");
    assert!(kept < 64 * 1024, "{kept} bytes are kept after {DIALS} failed dials");
    drop(client);
}
