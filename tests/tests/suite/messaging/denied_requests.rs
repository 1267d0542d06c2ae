//! A request that is denied, by a server that says so and confirms in one breath.

use nats_actors::testing::{Peer, ScriptedServer};
use nats_actors::{Client, Error, ErrorKind, Request};

use super::kit::{PATIENCE, options, within};
use crate::lifecycle::kit::scripted;

/// The lines of the client up to its PING; payloads have none of the words that are looked for.
async fn until_ping(peer: &mut Peer) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        match peer.line().await.unwrap() {
            ping if ping == "PING" => return lines,
            line => lines.push(line),
        }
    }
}

/// The subject of the last SUB among them.
fn inbox(lines: &[String]) -> String {
    let subscribe = lines.iter().rev().find_map(|line| line.strip_prefix("SUB "));
    subscribe.and_then(|rest| rest.split(' ').next()).unwrap().to_owned()
}

/// Asks with a PING behind the request; the server answers both with one write, which begins with what `deny` says.
async fn ask<'a>(
    request: Request<'a>,
    client: &'a Client,
    peer: &mut Peer,
    deny: impl FnOnce(&[String]) -> String,
) -> Error {
    let asking = request.timeout(PATIENCE * 3).into_future();
    let answering = async {
        let lines = until_ping(peer).await;
        peer.send(format!("-ERR '{}'\r\nPONG\r\n", deny(&lines))).await.unwrap();
    };
    let flushing = client.flush().timeout(PATIENCE).into_future();
    let all = async { tokio::join!(asking, flushing, answering) };
    let (asked, flushed, ()) = within(PATIENCE, all).await;
    flushed.unwrap();
    asked.unwrap_err()
}

fn assert_denied(error: &Error) {
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("ask")));
    assert!(!error.maybe_executed());
}

/// The PONG confirms the publish, of which nothing is known behind it: the error is heard first.
// spec: A40-37, REQ-12, ERR-16
#[tokio::test]
async fn a_denied_subject_is_told_although_its_pong_comes_in_the_same_read() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(options(), &server).await;
    for own in [false, true, false] {
        let request = client.request("ask", "x");
        let request = if own { request.inbox_per_request() } else { request };
        let deny = |_: &[String]| "Permissions Violation for Publish to \"ask\"".to_owned();
        assert_denied(&ask(request, &client, &mut peer, deny).await);
    }
    let at_mine = client.request("ask", "x").reply_to("mine");
    let deny = |_: &[String]| "Permissions Violation for Publish with Reply of \"mine\"".to_owned();
    assert_denied(&ask(at_mine, &client, &mut peer, deny).await);
    assert_eq!(client.statistics().requests_waiting, 0);
}

/// The inbox of all requests, and then the one of a single request.
// spec: A40-37, REQ-12, ERR-16
#[tokio::test]
async fn a_denied_inbox_is_told_although_its_pong_comes_in_the_same_read() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(options(), &server).await;
    for own in [false, true, false] {
        let request = client.request("ask", "x");
        let request = if own { request.inbox_per_request() } else { request };
        let deny = |lines: &[String]| {
            format!("Permissions Violation for Subscription to \"{}\"", inbox(lines))
        };
        assert_denied(&ask(request, &client, &mut peer, deny).await);
    }
    assert_eq!(client.statistics().requests_waiting, 0);
}
