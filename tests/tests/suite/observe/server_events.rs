//! What servers tell the system account about connections and themselves.

use std::time::Duration;

use nats_actors::advisory::{Advisories, AdvisoryEvent, subjects};
use nats_actors::testing::{Server, ServerConfig};
use nats_actors::{Client, ConnectOptions, Message};

use super::kit::{PATIENCE, within};

const ACCOUNTS: &str = r#"
accounts {
  SYS { users: [{user: sys, password: s}] }
  APP { users: [{user: app, password: a}]
        exports: [{service: "help", accounts: [DESK], latency: {sampling: 100%, subject: "latency.help"}}] }
  DESK { users: [{user: desk, password: d}]
         imports: [{service: {account: APP, subject: "help"}}] }
}
system_account: SYS
"#;

async fn server() -> Server {
    let config = ServerConfig::new().extra(ACCOUNTS);
    config.lame_duck(Duration::from_secs(30), Duration::from_millis(500)).start().await.unwrap()
}

async fn log_in(server: &Server, user: &str, password: &str) -> Client {
    let options = ConnectOptions::new().name(user).user_and_password(user, password);
    options.connect(format!("nats://{}", server.addr())).await.unwrap()
}

async fn next(advisories: &mut Advisories) -> AdvisoryEvent {
    within(PATIENCE, advisories.next()).await.expect("they ended").event
}

// spec: UTL-16
#[tokio::test]
async fn connections_are_told_to_the_system_account() {
    let server = server().await;
    let sys = log_in(&server, "sys", "s").await;
    let mut connects = sys.advisories("$SYS.ACCOUNT.APP.CONNECT").await.unwrap();
    let mut disconnects = sys.advisories("$SYS.ACCOUNT.APP.DISCONNECT").await.unwrap();
    let mut counts = sys.advisories(subjects::CONNECTIONS).await.unwrap();
    let mut errors = sys.advisories(subjects::AUTHENTICATION_ERROR).await.unwrap();
    let app = log_in(&server, "app", "a").await;
    app.publish("a", "four").await.unwrap();
    app.close().await;
    let wrong = ConnectOptions::new().user_and_password("app", "wrong");
    wrong.connect(format!("nats://{}", server.addr())).await.unwrap_err();

    let AdvisoryEvent::ClientConnected(event) = next(&mut connects).await else { panic!("no") };
    assert_eq!((&*event.client.account, &*event.client.user), ("APP", "app"));
    assert_eq!((&*event.client.name, &*event.client.kind), ("app", "Client"));
    assert!(event.client.start.is_some() && event.client.stop.is_none());
    assert!(!event.server.id.is_empty() && !event.server.version.is_empty());
    let AdvisoryEvent::ClientDisconnected(event) = next(&mut disconnects).await else {
        panic!("no")
    };
    assert_eq!((event.sent.messages, event.sent.bytes, &*event.reason), (1, 4, "Client Closed"));
    assert!(event.client.stop.is_some());
    loop {
        let AdvisoryEvent::AccountConnections(event) = next(&mut counts).await else {
            panic!("no")
        };
        if (&*event.account, event.connections) == ("APP", 1) {
            break;
        }
    }
    let AdvisoryEvent::AuthenticationFailed(event) = next(&mut errors).await else { panic!("no") };
    assert_eq!((&*event.client.user, &*event.reason), ("app", "Authentication Failure"));
}

// spec: UTL-16
#[tokio::test]
async fn a_server_that_shuts_down_says_so() {
    let server = server().await;
    let sys = log_in(&server, "sys", "s").await;
    let mut lame_ducks = sys.advisories(subjects::LAME_DUCK).await.unwrap();
    let id = sys.server_info().server_id.clone();
    server.lame_duck().unwrap();

    let AdvisoryEvent::LameDuck(event) = next(&mut lame_ducks).await else { panic!("no") };
    assert_eq!(event.id, id);
    assert!(!event.host.is_empty() && event.time.is_some(), "{event:?}");
}

// spec: UTL-16
#[tokio::test]
async fn the_latency_of_an_exported_service_is_told() {
    let server = server().await;
    let (app, desk) = (log_in(&server, "app", "a").await, log_in(&server, "desk", "d").await);
    let mut latencies = app.advisories("latency.help").await.unwrap();
    let answering = app.clone();
    let answer = move |message: Message| {
        let client = answering.clone();
        async move { client.respond(&message, "y").await.unwrap() }
    };
    let _answering = app.subscribe("help").for_each(1, answer).await.unwrap();
    desk.request("help", "x").timeout(PATIENCE).await.unwrap();

    let AdvisoryEvent::ServiceLatency(event) = next(&mut latencies).await else { panic!("no") };
    assert_eq!((event.status, event.error), (200, None));
    assert!(event.start.is_some() && event.total >= event.service, "{:?}", event.total);
    assert_eq!(event.responder.unwrap().account, "APP");
}
