//! Asking one, row by row.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use nats_actors::protocol::header_name;
use nats_actors::testing::{Proxy, ScriptedServer, Server};
use nats_actors::{Client, ConnectOptions, ErrorKind, Headers};
use nats_actors_tests::eventually;

use super::kit::{
    PATIENCE, SOON, answer_with, connect, next, options, server_and_client, server_with,
    subscriptions_at, within,
};

// spec: REQ-01, REQ-06, R-04, ERR-05
#[tokio::test]
async fn headers_travel_and_the_timeout_is_an_error_of_its_own() {
    let (server, client) = server_and_client().await;
    let mut asked = client.subscribe("ask").await.unwrap();
    let request = tokio::spawn({
        let client = client.clone();
        let mut headers = Headers::new();
        headers.insert("A", "1").unwrap();
        async move { client.request("ask", "?").headers(headers).header("A", "2").await }
    });
    let question = within(PATIENCE, asked.next()).await.unwrap();
    let headers = question.headers().unwrap();
    assert_eq!(headers.get_all("A").collect::<Vec<_>>(), ["1", "2"]);
    client.respond(&question, "!").await.unwrap();
    assert_eq!(within(PATIENCE, request).await.unwrap().unwrap().payload(), b"!");

    let error = client.request("ask", "?").timeout(SOON / 10).await.unwrap_err();
    assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::TimedOut, true));
    let short = options().request_timeout(SOON / 10).connect(server.url()).await.unwrap();
    let error = within(PATIENCE, async { short.request("ask", "?").await }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

// spec: CON-42
#[tokio::test]
async fn without_a_timeout_a_request_waits_and_still_ends_with_the_client() {
    let (server, client) = server_and_client().await;
    let other = connect(&server).await;
    let _silent = other.subscribe("silent").await.unwrap();
    let by_option = options().request_timeout(Duration::MAX).connect(server.url()).await.unwrap();
    for (asking, request) in [
        (client.clone(), client.request("silent", "").no_timeout()),
        (by_option.clone(), by_option.request("silent", "")),
    ] {
        let mut request = std::pin::pin!(request.into_future());
        assert!(tokio::time::timeout(SOON, &mut request).await.is_err(), "it ended by itself");
        asking.close().await;
        assert_eq!(within(PATIENCE, request).await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

/// Reads what a client says until it has asked `count` times; returns its SUBs, UNSUBs and reply subjects.
async fn conversation(peer: &mut nats_actors::testing::Peer, count: usize) -> [Vec<String>; 3] {
    let [mut subs, mut unsubs, mut replies] = [const { Vec::new() }; 3];
    while replies.len() < count {
        let line = peer.line().await.unwrap();
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["SUB", subject, sid] => subs.push(format!("{subject} {sid}")),
            ["UNSUB", sid, max] => unsubs.push(format!("{sid} {max}")),
            ["PUB", _, reply, "0"] => {
                let pattern = subs.last().unwrap().split(' ').collect::<Vec<_>>();
                let sid = pattern[1].to_owned();
                replies.push(reply.to_owned());
                peer.send(format!("MSG {reply} {sid} 1\r\nx\r\n")).await.unwrap();
            }
            ["PING"] => peer.send("PONG\r\n").await.unwrap(),
            _ => {}
        }
    }
    [subs, unsubs, replies]
}

async fn ask_a_script(options: ConnectOptions, count: usize) -> [Vec<String>; 3] {
    let server = ScriptedServer::start().unwrap();
    let url = server.url();
    let asking = tokio::spawn(async move {
        let client = options.connect(url).await.unwrap();
        for _ in 0..count {
            client.request("s", "").timeout(PATIENCE).await.unwrap();
        }
        client
    });
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    let told = conversation(&mut peer, count).await;
    asking.await.unwrap();
    told
}

// spec: R-01, R-07, REQ-02, REQ-07
#[tokio::test]
async fn a_thousand_requests_share_one_subscription_and_no_token_comes_twice() {
    let [subs, unsubs, replies] = ask_a_script(options(), 1000).await;

    assert_eq!((subs.len(), unsubs.len()), (1, 0));
    let prefix = subs[0].strip_suffix("* 1").unwrap();
    assert!(prefix.starts_with("_INBOX.") && prefix.len() == "_INBOX.".len() + 22 + 1, "{prefix}");
    let tokens: HashSet<&str> = replies.iter().map(|r| r.strip_prefix(prefix).unwrap()).collect();
    assert_eq!(tokens.len(), 1000);
    let numbers: Vec<u64> = replies.iter().map(|r| r[prefix.len()..].parse().unwrap()).collect();
    let mut steps: Vec<u64> = numbers.windows(2).map(|two| two[1].wrapping_sub(two[0])).collect();
    steps.sort_unstable();
    steps.dedup();
    assert!(steps.len() > 900, "tokens that count can be guessed");
}

// spec: R-08, REQ-03, CON-41
#[tokio::test]
async fn an_inbox_per_request_is_a_subscription_for_one_message() {
    let [subs, unsubs, replies] = ask_a_script(options().inbox_per_request(), 3).await;

    assert_eq!((subs.len(), unsubs.len()), (3, 3));
    for ((sub, unsub), reply) in subs.iter().zip(&unsubs).zip(&replies) {
        let (subject, sid) = sub.split_once(' ').unwrap();
        assert_eq!((subject, unsub), (reply.as_str(), &format!("{sid} 1")));
    }
}

// spec: REQ-03, REQ-04, R-08
#[tokio::test]
async fn own_inboxes_and_given_subjects_work_and_leave_nothing() {
    let (server, client) = server_and_client().await;
    let service = connect(&server).await;
    let _echo = answer_with(&service, "echo", &["x"]).await;
    let mut seen = service.subscribe("my.>").await.unwrap();
    let before = subscriptions_at(&server).await;
    for _ in 0..10 {
        let reply = client.request("echo", "").inbox_per_request().await.unwrap();
        assert_eq!(reply.payload(), b"x");
        let reply = client.request("echo", "").reply_to("my.inbox").await.unwrap();
        assert_eq!((reply.subject(), reply.payload()), ("my.inbox", &b"x"[..]));
    }
    let nobody = client.request("nobody", "").reply_to("my.inbox").await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NoResponders);
    let bad = client.request("echo", "").reply_to("my.*").await.unwrap_err();
    assert_eq!((bad.kind(), bad.subject()), (ErrorKind::BadSubject, Some("my.*")));
    drop(client.request("echo", "").inbox_per_request());
    let silent = client.request("my.x", "").inbox_per_request().timeout(SOON / 10).await;
    assert_eq!(silent.unwrap_err().kind(), ErrorKind::TimedOut);
    client.flush().await.unwrap();

    assert_eq!(within(PATIENCE, seen.next()).await.unwrap().payload(), b"x");
    assert_eq!((client.statistics().requests_waiting, client.statistics().subscriptions), (0, 0));
    assert_eq!(subscriptions_at(&server).await, before);
}

// spec: R-05, CON-30, UTL-02
#[tokio::test]
async fn every_inbox_begins_with_the_prefix_of_the_options() {
    let (server, login) =
        server_with(|user| user.allow_subscribe("_INBOX_u1.>").allow_subscribe("echo")).await;
    let client = login.clone().inbox_prefix("_INBOX_u1").connect(server.url()).await.unwrap();
    let _echo = answer_with(&client, "echo", &["x", ""]).await;

    assert!(client.new_inbox().starts_with("_INBOX_u1."));
    assert_eq!(client.request("echo", "").await.unwrap().payload(), b"x");
    assert_eq!(client.request("echo", "").inbox_per_request().await.unwrap().payload(), b"x");
    let many = client.request_many("echo", "").until_empty().await.unwrap();
    assert_eq!(within(PATIENCE, many.all()).await.0.len(), 1);

    for prefix in ["", "a.", ".a", "a..b", "a b", "a.*", ">", &"x".repeat(257)] {
        let error = login.clone().inbox_prefix(prefix).connect(server.url()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOptions, "{prefix:?}");
    }
}

// spec: A40-37, REQ-12, ERR-16
#[tokio::test]
async fn a_denied_subject_and_a_denied_inbox_fail_the_request_at_once() {
    let (server, login) = server_with(|user| {
        user.deny_publish("secret").deny_subscribe("_INBOX.>").deny_subscribe("mine")
    })
    .await;
    let client = login.clone().connect(server.url()).await.unwrap();
    let begin = Instant::now();
    let inbox = |request: nats_actors::Request<'static>| request.timeout(PATIENCE * 3);
    let client: &'static Client = Box::leak(Box::new(client));
    for request in [
        inbox(client.request("anything", "")),
        inbox(client.request("anything", "").inbox_per_request()),
        inbox(client.request("anything", "").reply_to("mine")),
    ] {
        let error = within(PATIENCE, request.into_future()).await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("anything")));
    }
    let prefixed = login.inbox_prefix("ok").connect(server.url()).await.unwrap();
    let denied = |own: bool| {
        let request = prefixed.request("secret", "").timeout(PATIENCE * 3);
        if own { request.inbox_per_request() } else { request }
    };
    for request in [denied(false), denied(true), denied(false).reply_to("to.me")] {
        let error = within(PATIENCE, request.into_future()).await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret")));
    }
    assert!(begin.elapsed() < PATIENCE, "it waited: {:?}", begin.elapsed());
    client.close().await;
}

// spec: R-02, REQ-05, CON-40, ERR-07
#[tokio::test]
async fn no_responders_is_told_at_once_unless_switched_off() {
    let (server, client) = server_and_client().await;
    let error = client.request("nobody", "").timeout(PATIENCE * 3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoResponders);

    let deaf = options().disable_no_responders().connect(server.url()).await.unwrap();
    let error = deaf.request("nobody", "").timeout(SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

// spec: REQ-19
#[tokio::test]
async fn asking_again_finds_who_comes_later() {
    let (_server, client) = server_and_client().await;
    let begin = Instant::now();
    let error = client.request("late", "").attempts(3, SOON / 3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoResponders);
    assert!(begin.elapsed() >= SOON * 2 / 3, "{:?}", begin.elapsed());

    let asking = client.request("late", "").timeout(PATIENCE).attempts(u32::MAX, SOON / 10);
    let before = client.statistics().out_messages;
    let answering = async {
        let again = || client.statistics().out_messages >= before + 3;
        eventually(PATIENCE, "it has asked again", again).await;
        answer_with(&client, "late", &["here"]).await
    };
    let (reply, _answering) =
        within(PATIENCE, async { tokio::join!(asking.into_future(), answering) }).await;
    assert_eq!(reply.unwrap().payload(), b"here");

    let begin = Instant::now();
    let error = client.request("no", "").timeout(SOON).attempts(u32::MAX, SOON / 4).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::NoResponders);
    assert!(begin.elapsed() < PATIENCE / 2, "all attempts share one timeout");
}

// spec: R-06, HDR-14
#[tokio::test]
async fn a_request_through_a_service_import_is_answered() {
    let accounts = r#"
        accounts {
          SERVING { users: [{user: serving, password: x}], exports: [{service: "echo.>"}] }
          ASKING { users: [{user: asking, password: x}],
                   imports: [{service: {account: SERVING, subject: "echo.v1"}, to: "theirs", share: true}] }
        }
    "#;
    let server = Server::builder().extra(accounts).start().await.unwrap();
    let log_in = |user: &'static str| options().user_and_password(user, "x").connect(server.url());
    let (serving, asking) = (log_in("serving").await.unwrap(), log_in("asking").await.unwrap());
    let _echo = answer_with(&serving, "echo.*", &["x", ""]).await;
    let mut seen = serving.subscribe("echo.*").await.unwrap();

    assert_eq!(asking.request("theirs", "").await.unwrap().payload(), b"x");
    assert_eq!(asking.request("theirs", "").inbox_per_request().await.unwrap().payload(), b"x");
    let many = asking.request_many("theirs", "").until_empty().await.unwrap();
    assert_eq!(within(PATIENCE, many.all()).await.0.len(), 1);
    let headers = next(&mut seen).await.headers().unwrap();
    let who: serde_json::Value =
        serde_json::from_str(headers.get(header_name::REQUEST_INFO).unwrap()).unwrap();
    assert_eq!(who["acc"], "ASKING", "the import shares who asks: {who}");
}

// spec: REQ-08, REQ-09
#[tokio::test]
async fn a_response_carries_its_own_headers_and_none_of_the_question() {
    let (_server, client) = server_and_client().await;
    let mut asked = client.subscribe("ask").await.unwrap();
    let asking = client.request("ask", "?").header("Secret", "of the question");
    let answering = async {
        let question = asked.next().await.unwrap();
        client.respond(&question, "!").header("Answer", "yes").await.unwrap();
    };
    let (reply, ()) =
        within(PATIENCE, async { tokio::join!(asking.into_future(), answering) }).await;
    let headers = reply.unwrap().headers().unwrap();
    assert_eq!(headers.iter().collect::<Vec<_>>(), [("Answer", "yes")]);

    client.publish("ask", "no reply").await.unwrap();
    let question = within(PATIENCE, asked.next()).await.unwrap();
    let error = client.respond(&question, "!").await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::NoReplySubject, Some("ask")));
}

// spec: R-03, REQ-11
#[tokio::test]
async fn the_first_reply_wins_and_a_dropped_request_is_forgotten() {
    let (_server, client) = server_and_client().await;
    let _twice = answer_with(&client, "twice", &["first", "second"]).await;
    for own in [false, true] {
        for _ in 0..50 {
            let request = client.request("twice", "");
            let request = if own { request.inbox_per_request() } else { request };
            assert_eq!(request.await.unwrap().payload(), b"first");
        }
    }
    let _silent = client.subscribe("silent").await.unwrap();
    let request = client.request("silent", "").inbox_per_request().into_future();
    let _ = tokio::time::timeout(SOON / 10, request).await;
    assert_eq!(client.statistics().requests_waiting, 0);
}

// spec: REQ-13, ERR-01, ERR-04, A40-26, CON-39
#[tokio::test]
async fn requests_end_at_once_when_the_connection_is_lost_or_closed() {
    let (server, service) = server_and_client().await;
    let mut silent = service.subscribe("silent").await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    let ask = |own: bool| {
        let client = client.clone();
        tokio::spawn(async move {
            let request = client.request("silent", "").timeout(PATIENCE * 3);
            if own { request.inbox_per_request().await } else { request.await }
        })
    };
    let lost = [ask(false), ask(true)];
    for _ in 0..2 {
        within(PATIENCE, silent.next()).await.unwrap();
    }
    proxy.cut();
    for request in lost {
        let error = within(PATIENCE, request).await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::Disconnected, true));
    }
    let closed = [ask(false), ask(true)];
    eventually(PATIENCE, "both wait", || client.statistics().requests_waiting == 2).await;
    client.close().await;
    for request in closed {
        assert_eq!(within(PATIENCE, request).await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    }
    let late = client.request("silent", "").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Closed);
}
