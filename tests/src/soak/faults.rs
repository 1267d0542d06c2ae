//! e4b, e11b: a network that stalls, cuts, delays and splits; a flush that says `Ok` was right.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, Error, ErrorKind, Subscription};

use super::account::Account;
use super::effort::Effort;
use super::kit::{BOUNDLESS, PATIENCE, connect, eager, number, within};
use super::report::Report;

/// What happens to the network.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Stall(Direction),
    Cut,
    Delay(Direction, u64),
    Split(Direction),
    /// Bytes go nowhere, and then the connection breaks.
    BlackHole,
    Refuse,
}

const FAULTS: [Fault; 9] = [
    Fault::Stall(Direction::ToServer),
    Fault::Stall(Direction::ToClient),
    Fault::Stall(Direction::Both),
    Fault::Cut,
    Fault::Delay(Direction::Both, 15),
    Fault::Split(Direction::Both),
    Fault::Split(Direction::ToServer),
    Fault::BlackHole,
    Fault::Refuse,
];

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let observer = connect(&server).await;
    let sub = observer.subscribe("n").limits(BOUNDLESS).await.unwrap();
    let receiving = tokio::spawn(receive(sub));
    let impatient = eager().ping_interval(Duration::from_millis(100)).outbox_bytes(64 * 1024);
    let client = impatient.connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    let (mut sent, mut told, mut report) = (0, Account::default(), Report::default());
    for _ in 0..effort.of(18, 300) {
        let fault = effort.one_of(&FAULTS);
        apply(&proxy, fault);
        publish(&client, 1 + effort.below(200), &mut sent).await;
        told.read(&mut events);
        let limit = Duration::from_millis(20 + effort.below(200));
        let (flushed, at_once) = flush(&client, limit).await;
        match flushed {
            Ok(()) => {
                if !at_once {
                    // It may have begun behind a loss that was not told yet.
                    told.read(&mut events);
                }
                told.confirm(sent);
            }
            Err(error) => {
                let kind = error.kind();
                let typed = matches!(kind, ErrorKind::TimedOut | ErrorKind::Disconnected);
                report.check(typed, || format!("{fault:?}: a flush ended with {error}"));
            }
        }
        end(&proxy, fault);
    }
    let closed = client.close().timeout(PATIENCE).await;
    report
        .check(closed.unconfirmed == 0, || format!("on a network that is well again: {closed:?}"));
    told.read(&mut events);
    observer.drain().await;
    let mut account = within(receiving).await.unwrap();
    account.hear(told);
    report.add(account.close(sent, false));
    report
}

/// Flushes; tells too whether the flush was begun on a connection, of which it then must be true.
async fn flush(client: &Client, limit: Duration) -> (Result<(), Error>, bool) {
    let mut flushing = client.flush().timeout(limit).into_future();
    let before = client.state().epoch();
    let begun = poll_fn(|cx| Poll::Ready(flushing.as_mut().poll(cx))).await;
    let at_once = before.is_some() && client.state().epoch() == before;
    match begun {
        Poll::Ready(flushed) => (flushed, at_once),
        Poll::Pending => (flushing.await, at_once),
    }
}

/// Publishes numbers, as far as there is room.
async fn publish(client: &Client, count: u64, sent: &mut u64) {
    for _ in 0..count {
        let next = *sent + 1;
        let text = format!("{next} {}", "x".repeat(usize::try_from(next % 300).unwrap()));
        if client.publish("n", text).deadline(Duration::from_millis(20)).await.is_err() {
            return;
        }
        *sent = next;
    }
}

async fn receive(mut sub: Subscription) -> Account {
    let mut account = Account::default();
    while let Some(message) = sub.next().await {
        account.receive(number(&message));
    }
    account
}

fn apply(proxy: &Proxy, fault: Fault) {
    match fault {
        Fault::Stall(direction) => proxy.stall(direction),
        Fault::Cut => proxy.cut(),
        Fault::Delay(direction, millis) => proxy.delay(direction, Duration::from_millis(millis)),
        Fault::Split(direction) => proxy.split(direction, 1),
        Fault::BlackHole => proxy.stall(Direction::Both),
        Fault::Refuse => {
            proxy.refuse(true);
            proxy.cut();
        }
    }
}

fn end(proxy: &Proxy, fault: Fault) {
    if matches!(fault, Fault::BlackHole) {
        proxy.cut();
    }
    proxy.refuse(false);
    proxy.delay(Direction::Both, Duration::ZERO);
    proxy.split(Direction::Both, usize::MAX);
    proxy.unstall(Direction::Both);
}
