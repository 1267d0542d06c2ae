//! e4: a client publishes numbers and listens to itself, while its server is killed and comes back.
//!
//! A server delivers on a connection before it answers the PING that confirms, so what is confirmed has been delivered.

use nats_actors::testing::Server;
use nats_actors::{Client, LossPolicy, Subscription};

use super::account::Account;
use super::effort::Effort;
use super::kit::{BOUNDLESS, PATIENCE, eager, number, settle, within};
use super::report::Report;
use crate::eventually;

pub(super) async fn reporting(effort: Effort) -> Report {
    run(effort, LossPolicy::Report).await
}

pub(super) async fn resending(effort: Effort) -> Report {
    run(effort, LossPolicy::Resend).await
}

async fn run(mut effort: Effort, policy: LossPolicy) -> Report {
    let count = effort.of(60_000, 1_000_000);
    let cycles = effort.of(3, 20);
    let server = Server::start().await.unwrap();
    // A small outbox, so that the publisher does not run far ahead of the kills.
    let options = eager().loss_policy(policy).outbox_bytes(128 * 1024);
    let client = options.connect(server.url()).await.unwrap();
    let sub = client.subscribe("n").limits(BOUNDLESS).await.unwrap();
    let mut events = client.events();
    let publishing = tokio::spawn(publish(client.clone(), count));
    let receiving = tokio::spawn(receive(sub));
    for cycle in 1..=cycles {
        let part = count / (cycles + 1);
        let at = (cycle - 1) * part + effort.below(part);
        let enough = || client.statistics().in_messages >= at || publishing.is_finished();
        eventually(PATIENCE, "messages come back", enough).await;
        server.kill().unwrap();
        server.restart().await.unwrap();
        let again = || client.state().is_connected() && client.statistics().reconnects >= cycle;
        eventually(PATIENCE, "it is connected again", again).await;
    }
    within(publishing).await.unwrap();
    settle(&client).await;
    client.drain().await;
    let mut account = within(receiving).await.unwrap();
    account.read(&mut events);
    let reports = account.reports();
    let again = policy == LossPolicy::Resend;
    let mut report = account.close(count, again);
    report.check(!again || reports == 0, || format!("{reports} reports although all is resent"));
    report
}

async fn publish(client: Client, count: u64) {
    for number in 1..=count {
        let publish = client.publish("n", number.to_string()).deadline(PATIENCE);
        publish.await.unwrap();
    }
}

async fn receive(mut sub: Subscription) -> Account {
    let mut account = Account::default();
    while let Some(message) = sub.next().await {
        account.receive(number(&message));
    }
    account
}
