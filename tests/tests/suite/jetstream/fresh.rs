//! Consumers that were made just now, in a cluster that does not know them everywhere yet.

use nats_actors::jetstream::{
    ConsumerConfig, Messages, MessagesEvent, MessagesEvents, OnConsumerLoss, RecoveryReason,
};
use nats_actors::testing::{Cluster, Peer, ScriptedServer, ServerConfig};
use nats_actors::{Client, ConnectOptions};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, next, number, stream_config, within};
use crate::lifecycle::kit::scripted;

const NEXT: &str = "PUB $JS.API.CONSUMER.MSG.NEXT.S.c ";
const INFO: &str = "PUB $JS.API.CONSUMER.INFO.S.c ";

/// A consumer that may have ten in flight, of a server that a test plays: the inbox of its first pull, and the number of
/// its subscription.
async fn pulling(client: &Client, peer: &mut Peer) -> (Messages, String, String) {
    let consumer = client.jetstream().bind_stream("S").unwrap().bind_consumer("c").unwrap();
    let start = consumer.messages().max_in_flight(10).on_consumer_loss(OnConsumerLoss::Stop);
    let start = tokio::spawn(start.into_future());
    let (inbox, sid) = asked(client, peer, NEXT).await;
    (within(PATIENCE, start).await.unwrap().unwrap(), inbox, sid)
}

/// What the client has sent by now, without payloads and PINGs, which are answered.
async fn lines(client: &Client, peer: &mut Peer) -> Vec<String> {
    client.publish("mark", "").await.unwrap();
    let mut lines = Vec::new();
    loop {
        let line = peer.line().await.unwrap();
        if line == "PING" {
            peer.send("PONG\r\n").await.unwrap();
            continue;
        }
        if line.starts_with("PUB ") {
            let size = line.rsplit(' ').next().unwrap().parse().unwrap();
            peer.payload(size).await.unwrap();
        }
        if line == "PUB mark 0" {
            return lines;
        }
        lines.push(line);
    }
}

/// Waits for a question at this subject: its inbox, and the number of the subscription there if that is new.
async fn asked(client: &Client, peer: &mut Peer, publish: &str) -> (String, String) {
    let mut all = Vec::new();
    within(PATIENCE, async {
        loop {
            all.extend(lines(client, peer).await);
            let Some(rest) = all.iter().find_map(|line| line.strip_prefix(publish)) else {
                continue;
            };
            let inbox = rest.split(' ').next().unwrap();
            let subscribe = format!("SUB {}.", inbox.rsplit_once('.').unwrap().0);
            let subscribed = all.iter().find(|line| line.starts_with(&subscribe));
            let sid = subscribed.and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
            return (inbox.to_owned(), sid.to_owned());
        }
    })
    .await
}

fn status(inbox: &str, sid: &str, text: &str) -> String {
    let headers = format!("NATS/1.0 {text}\r\n\r\n");
    format!("HMSG {inbox} {sid} {0} {0}\r\n{headers}\r\n", headers.len())
}

fn message(sid: &str, n: usize) -> String {
    format!("MSG s.n {sid} $JS.ACK.S.c.1.{n}.{n}.1700000000000000000.0 1\r\n{}\r\n", n % 10)
}

/// With copies, the word that a pull is over comes before the messages that fill it: they are not asked for again.
// spec: A37-10, A37-13
#[tokio::test]
async fn a_status_that_overtakes_its_messages_costs_no_second_pull() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(ConnectOptions::new(), &server).await;
    let (mut messages, inbox, sid) = pulling(&client, &mut peer).await;
    let over = "409 Batch Completed\r\nNats-Pending-Messages: 0\r\nNats-Pending-Bytes: 0";
    let alive = status(&inbox, &sid, "100 Idle Heartbeat");
    peer.send(status(&inbox, &sid, over) + &alive).await.unwrap();
    let control = messages.control();
    let heard = || control.status().last_heartbeat.is_some();
    eventually(PATIENCE, "both were heard", heard).await;
    for _ in 0..5 {
        assert_eq!(lines(&client, &mut peer).await, Vec::<String>::new());
    }

    let all: String = (1..=10).map(|n| message(&sid, n)).collect();
    peer.send(all).await.unwrap();
    for n in 1..=10 {
        let delivery = next(&mut messages).await;
        assert_eq!(number(&delivery), n % 10);
        delivery.ack().await.unwrap();
    }
    asked(&client, &mut peer, NEXT).await;
}

/// Nobody answers, neither the pull nor the question why: both are asked again, whatever happens to lost consumers.
// spec: ERR-36
#[tokio::test]
async fn a_consumer_that_nobody_answers_for_is_asked_again() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(ConnectOptions::new(), &server).await;
    let (mut messages, inbox, sid) = pulling(&client, &mut peer).await;
    let mut events = messages.control().events();
    peer.send(status(&inbox, &sid, "503")).await.unwrap();
    let (reply, replies) = asked(&client, &mut peer, INFO).await;
    peer.send(status(&reply, &replies, "503")).await.unwrap();
    asked(&client, &mut peer, NEXT).await;
    peer.send(message(&sid, 1)).await.unwrap();

    assert_eq!(number(&next(&mut messages).await), 1);
    assert!(recovered(&mut events).await.contains(&RecoveryReason::NoResponders));
}

/// The reasons for recoveries, up to the one that succeeded.
async fn recovered(events: &mut MessagesEvents) -> Vec<RecoveryReason> {
    let mut reasons = Vec::new();
    within(PATIENCE, async {
        loop {
            match events.next().await.expect("it goes on") {
                MessagesEvent::Recovering { reason, .. } => reasons.push(reason),
                MessagesEvent::Recovered { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    reasons
}

/// Each is pulled from as soon as it is made, from whatever server: nothing ends, and nothing more comes than was asked for.
// spec: A37-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_consumer_of_a_cluster_gives_what_is_asked_for() {
    const COUNT: usize = 300;
    let cluster = Cluster::start(3, ServerConfig::new().jetstream()).await.unwrap();
    let first = Client::connect(cluster[0].url()).await.unwrap().jetstream();
    first.create_stream(stream_config().replicas(3)).await.unwrap();
    for n in 0..COUNT {
        first.publish("s.n", n.to_string()).await.unwrap();
    }
    for (at, server) in cluster.servers().iter().enumerate() {
        let js = Client::connect(server.url()).await.unwrap().jetstream();
        let stream = js.stream("S").await.unwrap();
        for round in 0..20 {
            let config = ConsumerConfig::durable(format!("c{at}-{round}"));
            let consumer = stream.create_consumer(config).await.unwrap();
            let start = consumer.messages().max_in_flight(100);
            let mut messages = start.on_consumer_loss(OnConsumerLoss::Stop).await.unwrap();
            let mut events = messages.control().events();
            for _ in 0..COUNT {
                next(&mut messages).await.ack().await.unwrap();
            }
            messages.control().stop().await;
            loop {
                match within(PATIENCE, events.next()).await {
                    None | Some(MessagesEvent::Ended) => break,
                    Some(event) => {
                        let refused = matches!(event, MessagesEvent::Refused { .. });
                        assert!(!refused, "{at}-{round}: {event:?}");
                    }
                }
            }
        }
    }
}
