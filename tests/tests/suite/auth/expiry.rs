//! Credentials that end are renewed ahead of their end, and an end is told by its name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use nats_actors::auth::{CredentialRequest, Credentials, KeyKind, KeyPair, UserJwt, format_creds};
use nats_actors::protocol::ServerError;
use nats_actors::{ConnectOptions, ErrorKind, Event, ReconnectPolicy};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Trust, event, works, write};

const HOUR: Duration = Duration::from_secs(3600);

/// What the server says comes first, then the loss, then a connection with what the provider has by then.
// spec: A40-30, ERR-14, SEC-18
#[tokio::test]
async fn an_end_is_told_by_its_name_and_then_repaired() {
    let trust = Trust::new();
    let server = trust.server().await;
    let short = trust.creds("short", Some(Duration::from_secs(3)));
    let long = trust.creds("long", None);
    let asked = AtomicUsize::new(0);
    let provider = move |_: CredentialRequest| {
        let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        let text = if first { &short } else { &long };
        // So that no renewal comes first.
        let later = SystemTime::now() + HOUR;
        std::future::ready(Credentials::from_creds(text.expose()).map(|it| it.expires_at(later)))
    };
    let options = ConnectOptions::new().credential_provider(provider);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();

    let told = Event::ServerError(ServerError::AuthenticationExpired);
    let important = |event: &Event| !matches!(event, Event::ServersChanged { .. });
    assert_eq!(event(&mut events, important).await, told);
    let lost = event(&mut events, important).await;
    let Event::Disconnected { reason, .. } = lost else { panic!("{lost:?}") };
    assert!(reason.contains("Expired"), "{reason}");
    let back = event(&mut events, important).await;
    assert!(matches!(back, Event::Connected { epoch: 2, .. }), "{back:?}");
    works(&client).await;
}

/// A user whose JWT lives for five seconds works on as if it lived for ever.
// spec: SEC-18, SEC-21
#[tokio::test]
async fn nobody_notices_a_renewal() {
    let trust = Arc::new(Trust::new());
    let server = trust.server().await;
    let (issuer, asked) = (Arc::clone(&trust), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    let options = ConnectOptions::new().credential_provider(move |_: CredentialRequest| {
        count.fetch_add(1, Ordering::Relaxed);
        let text = issuer.creds("short", Some(Duration::from_secs(5)));
        std::future::ready(Credentials::from_creds(text.expose()))
    });
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    let mut echo = client.subscribe("echo").await.unwrap();
    let answering = tokio::spawn({
        let client = client.clone();
        async move {
            while let Some(message) = echo.next().await {
                let Some(reply) = message.reply() else { continue };
                client.publish(reply, "").await.unwrap();
            }
        }
    });
    let (end, mut requests) = (Instant::now() + Duration::from_secs(12), 0);
    while Instant::now() < end {
        client.request("echo", "").await.unwrap();
        requests += 1;
    }
    answering.abort();

    assert!(requests > 100, "{requests}");
    assert!((3..=12).contains(&asked.load(Ordering::Relaxed)), "{asked:?}");
    while let Some(event) = events.try_next() {
        let expired = matches!(event, Event::ServerError(_) | Event::ConnectFailed { .. });
        assert!(!expired, "{event:?}");
    }
}

/// A provider that is broken when the end comes is asked as often as the backoff says, and is believed when it works.
// spec: SEC-14, SEC-18
#[tokio::test]
async fn a_broken_provider_is_asked_at_the_pace_of_the_backoff() {
    let trust = Arc::new(Trust::new());
    let server = trust.server().await;
    let (asked, broken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (issuer, count, fails) = (Arc::clone(&trust), Arc::clone(&asked), Arc::clone(&broken));
    let provider = move |_: CredentialRequest| {
        count.fetch_add(1, Ordering::Relaxed);
        let text = issuer.creds("short", Some(Duration::from_secs(2)));
        let credentials = Credentials::from_creds(text.expose());
        std::future::ready(match fails.load(Ordering::Relaxed) {
            true => Err("the vault is sealed".into()),
            false => credentials.map_err(Box::<dyn std::error::Error + Send + Sync>::from),
        })
    };
    let policy = ReconnectPolicy::new().delay_with(|_| Duration::from_millis(400));
    let options = ConnectOptions::new().reconnect(policy).credential_provider(provider);
    let client = options.connect(server.url()).await.unwrap();
    broken.store(true, Ordering::Relaxed);
    eventually(PATIENCE, "it ends", || !client.state().is_connected()).await;
    let before = asked.load(Ordering::Relaxed);
    let start = Instant::now();
    eventually(PATIENCE, "it is asked", || asked.load(Ordering::Relaxed) >= before + 5).await;

    // At least four delays.
    assert!(start.elapsed() >= Duration::from_millis(1600), "{:?}", start.elapsed());
    broken.store(false, Ordering::Relaxed);
    eventually(PATIENCE, "it is back", || client.state().is_connected()).await;
    works(&client).await;
}

/// Credentials that may be others next time are shown again, however often they are refused.
// spec: SEC-18, A40-12
#[tokio::test]
async fn an_expired_file_is_read_until_it_is_renewed() {
    let trust = Trust::new();
    let server = trust.server().await;
    let file = write(&server, "a.creds", trust.creds("a", None).expose());
    let policy = ReconnectPolicy::new().delay_with(|_| Duration::from_millis(50));
    let options = ConnectOptions::new().credentials_file(&file).reconnect(policy);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    let expired = KeyPair::generate(KeyKind::User);
    let jwt = UserJwt::new(expired.public_key()).expires_at(SystemTime::UNIX_EPOCH + HOUR);
    let jwt = jwt.issue(&trust.account).unwrap();
    write(&server, "a.creds", format_creds(&jwt, &expired).expose());
    client.force_reconnect();
    for _ in 0..5 {
        let refused =
            event(&mut events, |event| matches!(event, Event::ConnectFailed { .. })).await;
        let Event::ConnectFailed { kind, .. } = refused else { unreachable!() };
        assert_eq!(kind, ErrorKind::Unauthorized);
    }
    write(&server, "a.creds", trust.creds("b", None).expose());
    event(&mut events, |event| matches!(event, Event::Connected { .. })).await;
    works(&client).await;
}
