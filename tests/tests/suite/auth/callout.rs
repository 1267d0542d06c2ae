//! A server that asks whether somebody may log in, and what becomes of the answer.

use std::time::{Duration, SystemTime};

use nats_actors::auth::{AuthError, CalloutRequest, CredentialRequest, Credentials};
use nats_actors::auth::{KeyKind, KeyPair, UserJwt};
use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, ErrorKind, Event};

use super::kit::{event, user_info, works};

/// A server that asks, and the key that signs the answers.
async fn asking_server() -> (Server, KeyPair) {
    let issuer = KeyPair::generate(KeyKind::Account);
    let config = format!(
        "accounts {{ AUTH {{ users: [{{user: auth, password: auth}}] }}, APP: {{}} }}\n\
         authorization {{ auth_callout {{ issuer: {}, users: [auth], account: AUTH }} }}",
        issuer.public_key()
    );
    (Server::builder().extra(config).start().await.unwrap(), issuer)
}

/// Answers: who shows this password and this token at once is `name` for so long.
async fn answer(server: &Server, issuer: KeyPair, valid: Duration) -> Client {
    let options = ConnectOptions::new().user_and_password("auth", "auth");
    let client = options.connect(server.url()).await.unwrap();
    let mut questions = client.subscribe(CalloutRequest::SUBJECT).await.unwrap();
    let answering = client.clone();
    tokio::spawn(async move {
        while let Some(message) = questions.next().await {
            let text = std::str::from_utf8(message.payload()).unwrap();
            let request = CalloutRequest::decode(text).unwrap();
            let shown = (request.password(), request.token());
            let shown = (shown.0.map(|text| text.expose()), shown.1.map(|text| text.expose()));
            let answer = if shown == (Some("p"), Some("t")) {
                let name = request.user_name().unwrap_or_default();
                let user = UserJwt::new(request.user()).name(name).audience("APP");
                let jwt = user.expires_at(SystemTime::now() + valid).issue(&issuer).unwrap();
                request.allow(&jwt, &issuer).unwrap()
            } else {
                request.deny("who are you?", &issuer).unwrap()
            };
            let reply = message.reply().unwrap();
            answering.publish(reply, answer.expose().to_owned()).await.unwrap();
        }
    });
    client
}

// spec: SEC-05, SEC-22, SEC-23
#[tokio::test]
async fn who_shows_all_that_is_asked_for_is_let_in() {
    let (server, issuer) = asking_server().await;
    let _answering = answer(&server, issuer, Duration::from_secs(3600)).await;
    let all = Credentials::new().user_and_password("ann", "p").token("t");
    let client = ConnectOptions::new().credentials(all).connect(server.url()).await.unwrap();
    let info = user_info(&client).await;
    assert_eq!(info["account"], "APP");
    works(&client).await;

    let half = ConnectOptions::new().user_and_password("ann", "p");
    let error = half.connect(server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

/// What the server was told to end, the client begins again: with what the provider knows, and ahead of the end if it
/// knows when that is.
// spec: SEC-05, SEC-14, SEC-18, A40-30
#[tokio::test]
async fn a_login_that_ends_by_the_servers_clock_begins_again() {
    let (server, issuer) = asking_server().await;
    let _answering = answer(&server, issuer, Duration::from_secs(4)).await;
    let all = Credentials::new().user_and_password("ann", "p").token("t");
    let unaware = ConnectOptions::new().credentials(all.clone());
    let aware = ConnectOptions::new().credential_provider(move |_: CredentialRequest| {
        let end = SystemTime::now() + Duration::from_secs(3);
        std::future::ready(Ok::<_, AuthError>(all.clone().expires_at(end)))
    });
    let unaware = unaware.connect(server.url()).await.unwrap();
    let aware = aware.connect(server.url()).await.unwrap();
    let (mut lost, mut moved) = (unaware.events(), aware.events());

    event(&mut moved, |event| matches!(event, Event::Moved { .. })).await;
    event(&mut lost, |event| matches!(event, Event::Disconnected { .. })).await;
    event(&mut lost, |event| matches!(event, Event::Connected { .. })).await;
    works(&unaware).await;
    works(&aware).await;
}
