//! What a client tells a server about itself.

use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{Client, ConnectStage, ErrorKind};

use super::kit::{PATIENCE, quick, within};

/// The own messages stay away from who asked for that, and from nobody else.
// spec: CON-06, W-21
#[tokio::test]
async fn without_echo_a_client_does_not_hear_itself() {
    let server = Server::start().await.unwrap();
    let client = quick().no_echo().connect(server.url()).await.unwrap();
    let other = Client::connect(server.url()).await.unwrap();
    let mut own = client.subscribe("a").await.unwrap();
    let mut others = other.subscribe("a").await.unwrap();
    client.publish("a", "own").await.unwrap();
    client.flush().await.unwrap();
    other.publish("a", "other").await.unwrap();

    assert_eq!(within(PATIENCE, own.next()).await.unwrap().payload(), b"other");
    assert_eq!(within(PATIENCE, others.next()).await.unwrap().payload(), b"own");
}

/// A server that is too old to do that is no server for such a client.
// spec: CON-06, W-21
#[tokio::test]
async fn without_echo_a_server_that_cannot_do_so_is_refused() {
    let server = ScriptedServer::start().unwrap();
    let connecting = quick().no_echo().connect(server.url()).into_future();
    let (error, _peer) = tokio::join!(connecting, async {
        let mut peer = server.accept().await.unwrap();
        peer.send("INFO {\"server_id\":\"OLD\",\"max_payload\":1000,\"proto\":0}\r\n")
            .await
            .unwrap();
        assert!(peer.line().await.is_err(), "nothing is sent to it");
        peer
    });
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Login));
    assert!(error.to_string().contains("no_echo"), "{error}");
}

// spec: CON-03
#[tokio::test]
async fn a_client_has_a_name() {
    let server = ScriptedServer::start().unwrap();
    let connecting = quick().name("orders").connect(server.url()).into_future();
    let (client, (connect, _peer)) = tokio::join!(connecting, async {
        let mut peer = server.accept().await.unwrap();
        (peer.handshake().await.unwrap(), peer)
    });
    assert!(connect.contains(r#""name":"orders""#), "{connect}");
    drop(client);
}
