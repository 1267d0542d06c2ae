//! e10: requests while the server is killed: each ends, in time, with its own reply or an error that says what happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nats_actors::testing::Server;
use nats_actors::{Client, ErrorKind};

use super::effort::Effort;
use super::kit::{PATIENCE, connect, within};
use super::report::Report;
use crate::{echo, eventually};

const TIMEOUT: Duration = Duration::from_secs(2);
/// How much later than its timeout a request may end on a machine that is busy.
const SLACK: Duration = Duration::from_secs(3);

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let service = connect(&server).await;
    let _serving = service.subscribe("echo").for_each(8, echo(&service)).await.unwrap();
    let client = connect(&server).await;
    let stop = Arc::new(AtomicBool::new(false));
    let asking: Vec<_> =
        (0..64).map(|who| tokio::spawn(ask(client.clone(), who, Arc::clone(&stop)))).collect();
    for cycle in 1..=effort.of(3, 20) {
        let goal = client.statistics().in_messages + 200 + effort.below(2_000);
        let some = || client.statistics().in_messages >= goal;
        eventually(PATIENCE, "requests are answered", some).await;
        server.kill().unwrap();
        server.restart().await.unwrap();
        let again = |client: &Client| {
            client.state().is_connected() && client.statistics().reconnects >= cycle
        };
        let both = || again(&client) && again(&service);
        eventually(PATIENCE, "both are connected again", both).await;
    }
    stop.store(true, Ordering::SeqCst);
    let mut report = Report::default();
    for task in asking {
        report.add(within(task).await.unwrap());
    }
    let waiting = client.statistics().requests_waiting;
    report.check(waiting == 0, || format!("{waiting} requests are left behind"));
    report
}

async fn ask(client: Client, who: u64, stop: Arc<AtomicBool>) -> Report {
    let mut report = Report::default();
    while !stop.load(Ordering::SeqCst) {
        report.tried += 1;
        let question = format!("{who} {}", report.tried);
        let begin = Instant::now();
        let answer = client.request("echo", &question).timeout(TIMEOUT).await;
        let took = begin.elapsed();
        report.check(took < TIMEOUT + SLACK, || format!("a request took {took:?}"));
        match answer.map_err(|error| (error.kind(), error.maybe_executed())) {
            Ok(reply) => {
                let own = reply.payload() == question.as_bytes();
                report.check(own, || format!("{question}: answered by {:?}", reply.payload()));
                report.received += 1;
            }
            // The service may have been away, or its answer lost, when the server died.
            Err((ErrorKind::NoResponders | ErrorKind::TimedOut, _)) => report.reported += 1,
            Err((ErrorKind::Disconnected, true)) => report.reported += 1,
            Err(other) => report.check(false, || format!("{question}: {other:?}")),
        }
    }
    report
}
