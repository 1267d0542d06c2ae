//! e1: everything arrives although every handle is dropped right after the last publish.

use nats_actors::testing::Server;

use super::effort::Effort;
use super::kit::{BOUNDLESS, connect, within};
use super::report::Report;

const SHAPES: [(u64, usize); 4] = [(1, 16), (100, 16), (10_000, 128), (2_000, 8192)];

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let receiver = connect(&server).await;
    let mut sub = receiver.subscribe("drop.*").limits(BOUNDLESS).await.unwrap();
    let mut report = Report::default();
    // Each shape in turn, so that a few rounds have all of them.
    for (round, (count, size)) in (0..effort.of(12, 200)).zip(SHAPES.into_iter().cycle()) {
        let client = connect(&server).await;
        let subject = format!("drop.{round}");
        let payload = vec![7; size];
        let handles = effort.below(3);
        let others: Vec<_> = (0..handles).map(|_| client.clone()).collect();
        for _ in 0..count {
            client.publish(&subject, &payload).await.unwrap();
        }
        drop((client, others));
        report.tried += count;
        for _ in 0..count {
            let message = within(sub.next()).await.expect("the receiver lives");
            report.check(message.subject() == subject, || {
                format!("{} came in the round of {subject}", message.subject())
            });
            report.received += 1;
        }
    }
    report
}
