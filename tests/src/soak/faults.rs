//! e4b, e11b: a network that stalls, cuts, delays and splits; a flush that says `Ok` was right.

use std::time::Duration;

use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, ErrorKind, Subscription};

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
        let before = sent;
        match client.flush().timeout(Duration::from_millis(20 + effort.below(200))).await {
            Ok(()) => {
                // What was lost before the flush may have been told until now; later reports are about later messages.
                told.read(&mut events);
                told.confirm(before);
            }
            Err(error) => {
                let kind = error.kind();
                let typed = matches!(kind, ErrorKind::TimedOut | ErrorKind::Disconnected);
                report.check(typed, || format!("{fault:?}: a flush ended with {error}"));
            }
        }
        end(&proxy, fault);
    }
    client.flush().timeout(PATIENCE).await.unwrap();
    client.close().await;
    told.read(&mut events);
    observer.drain().await;
    let mut account = within(receiving).await.unwrap();
    account.hear(told);
    report.add(account.close(sent, false));
    report
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
