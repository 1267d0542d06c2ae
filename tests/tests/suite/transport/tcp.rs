//! TCP to a real server.

use nats_actors::testing::Server;
use nats_actors::{Client, ConnectStage, ErrorKind};

use super::kit::{options, works};

// spec: CON-36
#[tokio::test]
async fn the_server_sees_the_local_address() {
    let server = Server::start().await.unwrap();
    let options = options().local_address([127, 0, 0, 7].into());
    let client = options.clone().connect(server.url()).await.unwrap();
    works(&client).await;
    assert_eq!(client.server_info().client_ip, "127.0.0.7");

    let other_family = options.connect("nats://[::1]:4222").await.unwrap_err();
    assert_eq!(other_family.kind(), ErrorKind::Connect(ConnectStage::Resolve));
}

// spec: A11-01, CON-22, A40-01
#[tokio::test]
async fn a_name_is_tried_at_all_its_addresses() {
    let server = Server::start().await.unwrap();
    for _ in 0..100 {
        // Where the name has an address of each family, nobody listens at one of them.
        Client::connect(format!("localhost:{}", server.port())).await.unwrap();
    }
}

// spec: A40-01, CON-01
#[tokio::test]
async fn every_form_of_an_address_leads_to_the_server() {
    let server = Server::start().await.unwrap();
    let at = server.addr();
    let forms = [
        format!("nats://{at}"),
        format!("tcp://{at}"),
        at.to_string(),
        format!(" {at} , nats://127.0.0.1:1"),
        format!("nats://{at}/"),
        format!("nats://token@{at}"),
    ];
    for form in forms {
        let client = Client::connect(&form).await.unwrap();
        client.flush().await.unwrap();
    }
    let list = [at.to_string(), "127.0.0.1:1".to_owned()];
    works(&Client::connect(list).await.unwrap()).await;
}
