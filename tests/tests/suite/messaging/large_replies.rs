//! Replies that are not copied out of what a read brought, between others that are.

use nats_actors::{Client, EndReason, Headers, Message};

use super::kit::{PATIENCE, connect, server_and_client, within};

/// Small ones and some of more than 24 KiB, from which on the buffer is shared.
const SIZES: [usize; 9] = [10, 40_000, 1, 24_576, 70_000, 5, 0, 300_000, 100];

/// A payload that tells its place.
fn payload(place: usize, size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from((at + place) % 251).unwrap()).collect()
}

async fn answering(client: &Client) -> nats_actors::SubscriptionHandle {
    let answering = client.clone();
    let answer = move |question: Message| {
        let client = answering.clone();
        async move {
            for (place, size) in SIZES.into_iter().enumerate() {
                let mut headers = Headers::new();
                headers.insert("Place", place.to_string()).unwrap();
                let reply = question.reply().unwrap();
                client.publish(reply, payload(place, size)).headers(headers).await.unwrap();
            }
        }
    };
    client.subscribe("all").for_each(1, answer).await.unwrap()
}

// spec: REQ-14, R-01
#[tokio::test]
async fn many_replies_of_all_sizes_come_whole_and_in_order() {
    let (server, client) = server_and_client().await;
    let service = connect(&server).await;
    let _answering = answering(&service).await;
    let mut kept = Vec::new();
    for own in [false, true].into_iter().cycle().take(20) {
        let asked = client.request_many("all", "?").max_messages(SIZES.len() as u64);
        let asked = if own { asked.inbox_per_request() } else { asked };
        let (replies, reason) =
            within(PATIENCE, asked.timeout(PATIENCE).await.unwrap().all()).await;
        assert_eq!(reason, EndReason::MaxMessages);
        kept.push(replies);
    }
    for replies in kept {
        for (place, (reply, size)) in replies.iter().zip(SIZES).enumerate() {
            let headers = reply.headers().unwrap();
            assert_eq!(headers.get("Place"), Some(&*place.to_string()));
            assert!(reply.payload() == payload(place, size), "{place}: {}", reply.payload().len());
        }
    }
}

// spec: REQ-01
#[tokio::test]
async fn large_questions_are_echoed_whole_while_small_ones_are() {
    let (server, client) = server_and_client().await;
    let service = connect(&server).await;
    let answering = service.clone();
    let echo = move |question: Message| {
        let client = answering.clone();
        async move { client.respond(&question, question.payload()).await.unwrap() }
    };
    let _echo = service.subscribe("echo").for_each(1, echo).await.unwrap();
    let asked = (0..200).map(|n| {
        let client = &client;
        async move {
            let size = SIZES[n % SIZES.len()];
            let reply = client.request("echo", payload(n, size)).timeout(PATIENCE).await.unwrap();
            assert!(reply.payload() == payload(n, size), "{n}: {}", reply.payload().len());
        }
    });
    within(PATIENCE, futures_util::future::join_all(asked)).await;
    assert_eq!(client.statistics().requests_waiting, 0);
}
