//! Asking and answering.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nats_actors::{Client, ErrorKind, SubscriptionHandle};
use nats_actors_tests::{echo, eventually};

use super::kit::{PATIENCE, within};
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        each_request_gets_its_own_answer,
        nobody_there_is_told_at_once,
        a_lost_connection_fails_requests_at_once,
        timed_out_and_cancelled_requests_leave_nothing,
        a_late_answer_reaches_nobody_else,
        a_handler_that_panics_ends_one_message;
}

async fn serve(client: &Client, subject: &str) -> SubscriptionHandle {
    client.subscribe(subject).for_each(16, echo(client)).await.unwrap()
}

async fn each_request_gets_its_own_answer(over: Over) {
    let (server, client) = over.server_and_client().await;
    let service = over.connect(&server).await;
    let _echo = serve(&service, "echo").await;
    let asked = (0..500_u32).map(|n| {
        let client = &client;
        async move { (n, client.request("echo", &n.to_be_bytes()).await.unwrap()) }
    });
    for (n, reply) in within(PATIENCE, join_all(asked)).await {
        assert_eq!(reply.payload(), n.to_be_bytes());
    }
    assert_eq!(client.statistics().requests_waiting, 0);
}

async fn nobody_there_is_told_at_once(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let begin = Instant::now();
    let error = client.request("nobody", "").await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NoResponders);
    assert_eq!(error.to_string(), "no responders on `nobody`");
    assert!(begin.elapsed() < Duration::from_secs(5), "it waited for the timeout");
}

/// e10: what is in flight when the server dies fails at once; what is asked meanwhile is answered later.
async fn a_lost_connection_fails_requests_at_once(over: Over) {
    let (server, client) = over.server_and_client().await;
    let silent = client.subscribe("silent").await.unwrap();
    let in_flight: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request("silent", "").await })
        })
        .collect();
    eventually(PATIENCE, "all requests are out", || silent.pending() == 1000).await;
    let mut events = client.events();
    server.kill().unwrap();
    let begin = within(PATIENCE, async {
        while !matches!(events.next().await, Some(nats_actors::Event::Disconnected { .. })) {}
        Instant::now()
    })
    .await;
    for request in in_flight {
        let error = request.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::Disconnected, true));
    }
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());

    let late = tokio::spawn({
        let client = client.clone();
        async move { client.request("later", "?").timeout(PATIENCE).await }
    });
    eventually(PATIENCE, "the request waits", || client.statistics().requests_waiting == 1).await;
    let _echo = serve(&client, "later").await;
    server.restart().await.unwrap();
    assert_eq!(within(PATIENCE, late).await.unwrap().unwrap().payload(), b"?");
}

/// e17: requests that timed out or were cancelled leave nothing behind.
async fn timed_out_and_cancelled_requests_leave_nothing(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let _silent = client.subscribe("silent").await.unwrap();
    for _ in 0..20 {
        let asked = (0..500).map(|n| {
            let client = client.clone();
            async move {
                let request = client.request("silent", "").timeout(Duration::from_millis(5));
                if n % 2 == 0 {
                    assert_eq!(request.await.unwrap_err().kind(), ErrorKind::TimedOut);
                } else {
                    let _ = tokio::time::timeout(Duration::from_millis(1), request).await;
                }
            }
        });
        join_all(asked).await;
        assert_eq!(client.statistics().requests_waiting, 0);
    }
}

async fn a_late_answer_reaches_nobody_else(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let mut service = client.subscribe("slow").await.unwrap();
    let first = client.request("slow", "1").timeout(Duration::from_millis(20)).await;
    assert_eq!(first.unwrap_err().kind(), ErrorKind::TimedOut);
    let late_reply = service.next().await.unwrap().reply().unwrap().to_owned();

    let second = tokio::spawn({
        let client = client.clone();
        async move { client.request("slow", "2").await }
    });
    let question = service.next().await.unwrap();
    client.publish(late_reply, "late").await.unwrap();
    client.publish(question.reply().unwrap(), "right").await.unwrap();
    assert_eq!(second.await.unwrap().unwrap().payload(), b"right");
}

async fn a_handler_that_panics_ends_one_message(over: Over) {
    let (_server, client) = over.server_and_client().await;
    let handled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&handled);
    let subscription = client
        .subscribe("panics")
        .for_each(1, move |message| {
            let counter = Arc::clone(&counter);
            async move {
                assert_ne!(message.payload(), b"bad", "as the test wants");
                counter.fetch_add(1, Ordering::SeqCst);
            }
        })
        .await
        .unwrap();
    for payload in ["good", "bad", "good"] {
        client.publish("panics", payload).await.unwrap();
    }
    subscription.drain().await.unwrap();
    assert_eq!(handled.load(Ordering::SeqCst), 2);
}
