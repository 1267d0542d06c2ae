//! What a server tells about itself, followed.

use std::collections::BTreeSet;
use std::time::Duration;

use nats_actors::protocol::ServerInfo;
use nats_actors::testing::{Cluster, ScriptedServer, Server};
use nats_actors::{Client, ErrorKind, Event, HandoverPolicy};
use nats_actors_tests::{RawClient, eventually};

use super::kit::{PATIENCE, connected, event, quick, scripted};

/// Everything that a real server tells can be seen, and the INFO behind the first PONG replaces the first one.
// spec: W-02, W-05, CON-49, CON-50, CON-51, CON-52, CON-53
#[tokio::test]
async fn every_key_of_an_info_is_exposed() {
    let accounts = "accounts { A { users = [{user: a, password: secret}] } }";
    let server = Server::builder().jetstream().extra(accounts).start().await.unwrap();
    let raw = RawClient::connect(server.addr()).await.unwrap();
    let raw: serde_json::Value =
        serde_json::from_str(raw.info().strip_prefix("INFO ").unwrap_or_else(|| raw.info()))
            .unwrap();
    let client = quick().user_and_password("a", "secret").connect(server.url()).await.unwrap();
    let told = || client.server_info().connect_info;
    eventually(PATIENCE, "the second INFO came", told).await;
    let info = client.server_info();

    let mut own = serde_json::to_value(&*info).unwrap();
    // What belongs to the one connection, or comes with the second INFO.
    let mut greeting = raw.clone();
    for key in ["client_id", "client_ip", "nonce", "connect_info", "remote_account", "acc_is_sys"] {
        own.as_object_mut().unwrap().remove(key);
        greeting.as_object_mut().unwrap().remove(key);
    }
    for (key, value) in greeting.as_object().unwrap() {
        assert_eq!(&own[key], value, "{key}");
    }
    assert_eq!((info.remote_account.as_str(), info.acc_is_sys), ("A", false));
    assert_eq!(info.client_ip, "127.0.0.1");
    assert!(info.client_id > 0 && info.jetstream && info.api_lvl > 0);
    let version = info.server_version().unwrap();
    assert!(version.is_at_least(2, 10, 0) && version.to_string() == info.version);
}

/// A member of the system account can tell.
// spec: CON-53, W-05
#[tokio::test]
async fn a_client_knows_whether_its_account_is_the_systems() {
    let accounts =
        "accounts { SYS { users = [{user: a, password: secret}] } }\nsystem_account: SYS";
    let server = Server::builder().extra(accounts).start().await.unwrap();
    let client = quick().user_and_password("a", "secret").connect(server.url()).await.unwrap();
    let told = || client.server_info().connect_info;
    eventually(PATIENCE, "the second INFO came", told).await;
    assert!(client.server_info().acc_is_sys && !client.server_info().jetstream);
}

/// Each INFO replaces the one before, whole, without a reconnect.
// spec: W-05, W-11, CON-50, A05-01, CON-35, EVT-12
#[tokio::test]
async fn every_info_replaces_the_one_before() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick(), &server).await;
    let mut events = client.events();
    assert_eq!(client.max_payload(), Some(1_048_576));
    peer.send("INFO {\"cluster\":\"c1\",\"max_payload\":100}\r\n").await.unwrap();
    eventually(PATIENCE, "the limit moved", || client.max_payload() == Some(100)).await;
    assert_eq!(client.server_info().cluster, "c1");
    let error = client.publish("a", vec![0; 101]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    client.publish("a", vec![0; 100]).await.unwrap();

    for _ in 0..2 {
        peer.send("INFO {\"max_payload\":200,\"ldm\":true}\r\n").await.unwrap();
        event(&mut events, |event| (event == Event::LameDuck).then_some(())).await;
    }
    assert_eq!((client.max_payload(), client.server_info().cluster.as_str()), (Some(200), ""));
    client.publish("a", vec![0; 200]).await.unwrap();
    assert_eq!(client.statistics().reconnects, 0);
}

/// Servers that take different sizes: the limit is that of the present one.
// spec: W-11
#[tokio::test]
async fn the_limit_is_that_of_the_present_server() {
    let small = Server::builder().max_payload(1000).start().await.unwrap();
    let large = Server::builder().max_payload(2000).start().await.unwrap();
    let options = quick().keep_server_order();
    let client = options.connect([small.url(), large.url()]).await.unwrap();
    let mut events = client.events();
    for (epoch, limit) in [(2, 2000), (3, 1000), (4, 2000)] {
        client.force_reconnect();
        assert_eq!(connected(&mut events).await, epoch);
        assert_eq!(client.max_payload(), Some(limit));
        client.publish("a", vec![0; limit]).await.unwrap();
        assert!(client.publish("a", vec![0; limit + 1]).await.is_err());
        client.flush().timeout(Duration::from_secs(10)).await.unwrap();
    }
    let _: std::sync::Arc<ServerInfo> = client.server_info();
}

/// The nodes of one cluster take different sizes: the boundary moves with each connection, and with a move between two.
// spec: W-11
#[tokio::test]
async fn the_limit_moves_from_node_to_node() {
    let limits = [("n1", 1000), ("n2", 2000), ("n3", 3000)];
    let cluster = Cluster::start(3, Server::builder()).await.unwrap();
    for (server, (name, limit)) in cluster.servers().iter().zip(limits) {
        server.reconfigure(Server::builder().name(name).max_payload(limit)).await.unwrap();
    }
    let policy = HandoverPolicy::new().delay(Duration::ZERO).overlap(Duration::from_millis(50));
    let client = quick().handover(policy).connect(cluster.client_url()).await.unwrap();
    let mut visited = BTreeSet::new();
    let leave: [fn(&Client); 2] = [Client::force_reconnect, Client::move_to_another_server];
    for (round, leave) in (1..).zip(leave.into_iter().cycle()) {
        let arrived = || client.state().epoch() == Some(round);
        eventually(PATIENCE, "it is connected", arrived).await;
        let name = client.server_info().server_name.clone();
        let limit = limits.iter().find(|(node, _)| *node == name).unwrap().1;
        assert_eq!(client.max_payload(), Some(limit), "{name}");
        client.publish("a", vec![0; limit]).await.unwrap();
        let error = client.publish("a", vec![0; limit + 1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PayloadTooLarge, "{name}");
        client.flush().timeout(PATIENCE).await.unwrap();
        visited.insert(name);
        if visited.len() == 3 && round > 4 {
            break;
        }
        leave(&client);
    }
    assert_eq!(client.statistics().errors, 0);
}
