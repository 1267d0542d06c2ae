//! A service over the lives of its server, its connection and its supervisor.

use std::sync::atomic::Ordering;
use std::time::Duration;

use nats_actors::Client;
use nats_actors::service::{self, ServiceOptions};
use nats_actors::supervisor::{SlotState, Strategy, Supervisor, SupervisorOptions};
use nats_actors::testing::{Server, User};
use nats_actors_tests::{eventually, eventually_async};

use super::demo::{Demo, Probe};
use super::kit::{PATIENCE, ask, connect, stage, within};

// spec: MIC-32
#[tokio::test]
async fn a_service_answers_again_when_its_server_is_back() {
    let stage = stage().await;
    let before = ask(&stage.client, "$SRV.PING", "").await;
    stage.server.kill().unwrap();
    eventually(PATIENCE, "it is noticed", || !stage.client.state().is_connected()).await;
    stage.server.restart().await.unwrap();

    eventually_async(PATIENCE, "it answers", async || {
        stage.client.request("demo.v1.echo", "").await.is_ok()
    })
    .await;
    assert_eq!(ask(&stage.client, "$SRV.PING", "").await.payload(), before.payload());
    let state = stage.running.endpoint("echo").unwrap().state();
    assert_eq!(state, Some(SlotState::Up { epoch: 1 }), "a reconnect is never a crash");
    assert_eq!(stage.probe.built.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_request_in_a_handler_survives_a_reconnect_of_the_service() {
    let stage = stage().await;
    let service = connect(&stage.server).await;
    drop(stage.running.drain(PATIENCE).await);
    let probe = Probe::default();
    let running = super::kit::serve(&service, &probe, ServiceOptions::new()).await;
    let asked = tokio::spawn({
        let client = stage.client.clone();
        async move { ask(&client, "demo.v1.gated", "kept").await }
    });
    eventually(PATIENCE, "it runs", || probe.running() == 1).await;
    let epoch = service.state().epoch();
    service.force_reconnect();
    eventually(PATIENCE, "another connection", || {
        service.state().epoch().is_some_and(|now| Some(now) != epoch)
    })
    .await;
    probe.gate.add_permits(1);
    assert_eq!(within(PATIENCE, asked).await.unwrap().payload(), b"kept");
    drop(running);
}

#[tokio::test]
async fn a_service_is_a_child_of_any_supervisor() {
    let server = Server::start().await.unwrap();
    let (client, caller) = (connect(&server).await, connect(&server).await);
    let probe = Probe::default();
    let factory = {
        let probe = probe.clone();
        move || Demo::new(&probe)
    };
    let (spec, handle) = service::child_and_handle(&client, factory, ServiceOptions::new());
    let app = Supervisor::start("app", Strategy::OneForOne, SupervisorOptions::new());
    app.add(spec).unwrap();
    eventually_async(PATIENCE, "it answers", async || {
        caller.request("$SRV.PING.demo", "").await.is_ok()
    })
    .await;
    ask(&caller, "demo.v1.echo", "").await;
    assert_eq!(handle.stats().endpoints[0].num_requests, 1);

    let asked = tokio::spawn({
        let caller = caller.clone();
        async move { ask(&caller, "demo.v1.gated", "last").await }
    });
    eventually(PATIENCE, "it runs", || probe.running() == 1).await;
    let gate = probe.gate.clone();
    let drain = tokio::spawn(async move { app.drain(PATIENCE).await });
    gate.add_permits(1);
    let report = within(PATIENCE, drain).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    let names: Vec<_> = report.children().iter().map(|child| child.name.to_string()).collect();
    let place = |name: &str| names.iter().position(|other| other == name);
    assert!(place("service demo/monitor") < place("service demo/endpoints/gated"), "{names:?}");
    assert_eq!(asked.await.unwrap().payload(), b"last");
}

/// What a supervisor does when an endpoint is not permitted: the others answer.
// spec: A32-15
#[tokio::test]
async fn a_denied_endpoint_is_parked_and_the_others_go_on() {
    let user = User::new("ann", "x").deny_subscribe("demo.v1.gated");
    let server = Server::builder().user(user).start().await.unwrap();
    let client = Client::connect(server.client_url()).await.unwrap();
    let factory = || Demo::new(&Probe::default());
    let (spec, handle) = service::child_and_handle(&client, factory, ServiceOptions::new());
    let app = Supervisor::start("app", Strategy::OneForOne, SupervisorOptions::new());
    app.add(spec).unwrap();
    let gated = handle.endpoint("gated").unwrap();
    eventually(PATIENCE, "it is parked", || matches!(gated.state(), Some(SlotState::Parked(_))))
        .await;
    let state = gated.state().unwrap().to_string();
    assert!(state.contains("demo.v1.gated") && state.contains("not permitted"), "{state}");
    eventually_async(PATIENCE, "the others answer", async || {
        client.request("$SRV.PING.demo", "").await.is_ok()
            && client.request("demo.v1.echo", "").await.is_ok()
    })
    .await;
    drop(app.drain(PATIENCE).await);
}

// spec: MIC-33
#[tokio::test]
async fn a_closed_client_ends_the_endpoints_and_does_not_spin() {
    let stage = stage().await;
    let service = connect(&stage.server).await;
    let running = super::kit::serve(&service, &Probe::default(), ServiceOptions::new()).await;
    service.close().await;
    let echo = running.endpoint("echo").unwrap();
    eventually(PATIENCE, "it is parked", || {
        matches!(echo.state(), Some(SlotState::Parked(_) | SlotState::Stopped))
    })
    .await;
    let report = within(PATIENCE, running.drain(Duration::from_secs(1))).await;
    assert!(!report.is_flushed);
}
