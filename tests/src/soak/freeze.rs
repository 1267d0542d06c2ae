//! e22: a server that is stopped and goes on: it is noticed in time, also under full load, and nothing is lost unreported.

use std::time::{Duration, Instant};

use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, LossPolicy, Subscription};

use super::account::Account;
use super::effort::Effort;
use super::kit::{BOUNDLESS, PATIENCE, connect, eager, number, settle, within};
use super::report::Report;
use crate::eventually;

const PING: Duration = Duration::from_millis(200);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let mut report = Report::default();
    for number in 0..effort.of(2, 15) {
        // What a frozen server had been sent may come when the next round has begun.
        let subject = format!("f.{number}");
        let policy = if number % 2 == 0 { LossPolicy::Report } else { LossPolicy::Resend };
        report.add(round(&server, &subject, policy, &mut effort).await);
    }
    if effort.of(0, 1) > 0 {
        let client = ConnectOptions::new().connect(server.url()).await.unwrap();
        server.pause().unwrap();
        let noticed = notice(&client).await;
        let in_time = noticed < Duration::from_secs(25) + SLACK;
        report.check(in_time, || format!("noticed after {noticed:?} by default"));
        server.resume().unwrap();
    }
    report
}

/// What is sent again comes by the new connection while the old one brings its own: the first of each is in order.
async fn round(server: &Server, subject: &str, policy: LossPolicy, effort: &mut Effort) -> Report {
    let observer = connect(server).await;
    let sub = observer.subscribe(subject).limits(BOUNDLESS).await.unwrap();
    let receiving = tokio::spawn(receive(sub));
    let options = eager().ping_interval(PING).loss_policy(policy);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    let count = 10_000 + effort.below(50_000);
    let publishing = tokio::spawn(publish(client.clone(), subject.to_owned(), count));
    let goal = effort.below(5_000);
    let some = || client.statistics().out_messages >= goal;
    eventually(PATIENCE, "it publishes", some).await;
    server.pause().unwrap();
    let noticed = notice(&client).await;
    server.resume().unwrap();
    within(publishing).await.unwrap();
    settle(&client).await;
    client.close().await;
    observer.drain().await;
    let mut account = within(receiving).await.unwrap();
    account.read(&mut events);
    let (again, reports) = (policy == LossPolicy::Resend, account.reports());
    let mut report = account.close(count, again);
    report.check(!again || reports == 0, || format!("{reports} reports although all is resent"));
    let in_time = noticed < 3 * PING + SLACK;
    report.check(in_time, || format!("noticed after {noticed:?}, with PINGs every {PING:?}"));
    report
}

async fn notice(client: &Client) -> Duration {
    let begin = Instant::now();
    let lost = || !client.state().is_connected();
    eventually(PATIENCE, "the silence is noticed", lost).await;
    begin.elapsed()
}

async fn publish(client: Client, subject: String, count: u64) {
    for number in 1..=count {
        client.publish(&subject, number.to_string()).deadline(PATIENCE).await.unwrap();
    }
}

async fn receive(mut sub: Subscription) -> Account {
    let mut account = Account::default();
    while let Some(message) = sub.next().await {
        account.receive(number(&message));
    }
    account
}
