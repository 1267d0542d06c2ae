//! One connection through a proxy, from the client's accept to its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::controls::Controls;
use super::lane::forward;

const RETRY: Duration = Duration::from_millis(10);

/// Accepts until it is aborted; its connections end with it.
pub(super) async fn accept(listener: TcpListener, target: SocketAddr, controls: Arc<Controls>) {
    let mut links = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = links.join_next() => continue,
        };
        let Ok((client, _)) = accepted else {
            sleep(RETRY).await; // Out of file descriptors: some connection has to end first.
            continue;
        };
        if *controls.refusing.borrow() {
            controls.refused.fetch_add(1, Ordering::Relaxed);
            reset(client);
            continue;
        }
        controls.accepted.fetch_add(1, Ordering::Relaxed);
        let open = Open::new(&controls);
        links.spawn(link(client, target, open, controls.cuts.subscribe()));
    }
}

async fn link(
    mut client: TcpStream,
    target: SocketAddr,
    open: Open,
    mut cuts: watch::Receiver<u64>,
) {
    let Ok(mut server) = connect(target).await else {
        return reset(client);
    };
    let was_cut = tokio::select! {
        _ = cuts.changed() => true,
        () = both_ways(&mut client, &mut server, &open.0) => false,
    };
    if was_cut {
        reset(client);
        reset(server);
    }
}

async fn connect(target: SocketAddr) -> io::Result<TcpStream> {
    let server = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    Ok(server)
}

async fn both_ways(client: &mut TcpStream, server: &mut TcpStream, controls: &Controls) {
    // Without it, pieces wait for each other in the kernel; a socket that refuses is closing.
    let _ = client.set_nodelay(true);
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::join!(
        forward(from_client, to_server, &controls.to_server),
        forward(from_server, to_client, &controls.to_client),
    );
}

/// Closes with RST and not with FIN: unsent bytes are lost, the peer sees a reset.
fn reset(stream: TcpStream) {
    // A socket that refuses is closing anyway.
    let _ = stream.set_zero_linger();
    drop(stream);
}

/// Counts a connection for as long as it lives, also when its task is aborted.
struct Open(Arc<Controls>);

impl Open {
    fn new(controls: &Arc<Controls>) -> Self {
        controls.open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(controls))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}
