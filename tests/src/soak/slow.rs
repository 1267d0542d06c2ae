//! e8: consumers that are too slow: every message is received, counted as dropped, or published behind the end of its
//! subscription, and neighbours notice nothing.

use nats_actors::testing::Server;
use nats_actors::{Client, ErrorKind, Event, Events, Overflow, PendingLimits};
use nats_actors::{Statistics, Subscription};

use super::effort::Effort;
use super::kit::{BOUNDLESS, PATIENCE, connect, number, within};
use super::report::Report;

const POLICIES: [Overflow; 5] = [
    Overflow::DropNewest,
    Overflow::DropOldest,
    Overflow::Latest,
    Overflow::Fail,
    Overflow::Block(PATIENCE),
];

pub(super) async fn run(mut effort: Effort) -> Report {
    let server = Server::start().await.unwrap();
    let publisher = connect(&server).await;
    let mut report = Report::default();
    for _ in 0..effort.of(1, 10) {
        for policy in POLICIES {
            let limit = 1 + effort.below(2_000);
            let count = effort.of(20_000, 200_000) + effort.below(1_000);
            let episodes = 1 + effort.below(3);
            let trial = Trial { policy, limit, count, episodes };
            report.add(trial.run(&server, &publisher).await);
        }
    }
    report
}

#[derive(Clone, Copy, Debug)]
struct Trial {
    policy: Overflow,
    limit: u64,
    count: u64,
    episodes: u64,
}

impl Trial {
    async fn run(self, server: &Server, publisher: &Client) -> Report {
        let client = connect(server).await;
        let mut events = client.events();
        let limits = PendingLimits::new(usize::try_from(self.limit).unwrap(), 1 << 30);
        let subscribe = client.subscribe("slow").limits(limits).overflow(self.policy);
        let mut slow = subscribe.await.unwrap();
        let mut neighbour = client.subscribe("slow").limits(BOUNDLESS).await.unwrap();
        let (mut received, mut passed, mut sent) = (Vec::new(), 0, 0);
        for _ in 0..self.episodes {
            for _ in 0..self.count {
                sent += 1;
                publisher.publish("slow", sent.to_string()).deadline(PATIENCE).await.unwrap();
            }
            publisher.flush().timeout(PATIENCE).await.unwrap();
            self.take(&client, &mut slow, &mut received, sent).await;
            while passed < sent {
                within(neighbour.next()).await.expect("the neighbour goes on");
                passed += 1;
            }
        }
        // A message is counted when all of its read was handed out: the second PONG comes in a later one.
        for _ in 0..2 {
            client.flush().timeout(PATIENCE).await.unwrap();
        }
        let episodes = episodes(&mut events);
        self.judge(&client, &slow, sent, &received, &episodes)
    }

    /// Takes what is there, when all has arrived.
    async fn take(
        self,
        client: &Client,
        slow: &mut Subscription,
        received: &mut Vec<u64>,
        sent: u64,
    ) {
        if !matches!(self.policy, Overflow::Block(_)) {
            // Both subscriptions get each message.
            let arrived = || client.statistics().in_messages >= 2 * sent || slow.error().is_some();
            crate::eventually(PATIENCE, "all has arrived", arrived).await;
            client.flush().timeout(PATIENCE).await.unwrap();
        }
        while received.len() as u64 + slow.dropped() < sent {
            match tokio::time::timeout(PATIENCE, slow.next()).await {
                Ok(Some(message)) => received.push(number(&message)),
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn judge(
        self,
        client: &Client,
        slow: &Subscription,
        sent: u64,
        received: &[u64],
        episodes: &[(u64, bool)],
    ) -> Report {
        let (came, dropped) = (received.len() as u64, slow.dropped());
        let fails = self.policy == Overflow::Fail;
        let rest = sent.saturating_sub(came + dropped);
        // A subscription that failed gets nothing more; one that did not is to account for all.
        let (ended, lost) = if fails { (rest, 0) } else { (0, rest) };
        let mut report =
            Report { tried: sent, received: came, dropped, ended, lost, ..Report::default() };
        // What came behind the end was on its way already; the neighbour has got all.
        let Statistics { in_messages, late, .. } = client.statistics();
        let exact = in_messages == sent + came + dropped + late && late <= ended;
        report.check(exact, || {
            format!(
                "{self:?}: {in_messages} in, {came} came, {dropped} dropped, {late} late, of {sent}"
            )
        });
        let whole = !fails || received.last().is_none_or(|last| *last == came);
        report.check(whole, || format!("{self:?}: there is a gap before the end"));
        let ordered = received.is_sorted_by(|one, other| one < other);
        report.check(ordered, || format!("{self:?}: out of order"));
        let counted = client.statistics().dropped;
        report.check(counted == dropped, || format!("{self:?}: the client counts {counted}"));
        let most = 2 * self.episodes;
        let told = episodes.len() as u64;
        report.check(told <= most, || format!("{self:?}: {told} events, at most {most}"));
        let ends = episodes.iter().filter(|(_, ended)| *ended).map(|(dropped, _)| dropped);
        let by_events: u64 = ends.sum();
        let exact = fails || by_events == dropped;
        report.check(exact, || format!("{self:?}: {dropped} dropped, by events {by_events}"));
        let kept = matches!(self.policy, Overflow::Block(_)) && dropped == 0
            || fails && slow.error().is_some_and(|error| error.kind() == ErrorKind::SlowConsumer)
            || !matches!(self.policy, Overflow::Block(_) | Overflow::Fail) && dropped > 0;
        report.check(kept, || format!("{self:?}: {dropped} dropped, {:?}", slow.error()));
        report
    }
}

fn episodes(events: &mut Events) -> Vec<(u64, bool)> {
    let all = std::iter::from_fn(|| events.try_next());
    all.filter_map(|event| match event {
        Event::SlowConsumer { dropped, ended, .. } => Some((dropped, ended)),
        _ => None,
    })
    .collect()
}
