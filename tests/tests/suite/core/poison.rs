//! Malformed messages from anybody harm nobody.

use nats_actors_tests::RawClient;

use super::kit::next;
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        malformed_headers_are_an_error_of_their_message;
}

/// e6: four kinds of malformed headers; the connection stays, and the next message comes.
async fn malformed_headers_are_an_error_of_their_message(over: Over) {
    let (server, client) = over.server_and_client().await;
    let mut events = client.events();
    let mut sub = client.subscribe("poison").await.unwrap();
    let mut raw = RawClient::log_in_with(server.addr(), r#""headers":true"#).await.unwrap();
    let lines: [&[u8]; 4] = [b"K: \xff\xfe", b"a b: c", "n\u{e4}me: c".as_bytes(), b"no colon"];
    for line in lines {
        let header = [b"NATS/1.0\r\n", line, b"\r\n\r\n"].concat();
        let head = format!("HPUB poison {} {}\r\n", header.len(), header.len() + 1);
        raw.send_bytes(&[head.as_bytes(), &header, b"x\r\n"].concat()).await.unwrap();
    }
    raw.send("PUB poison 4\r\ngood\r\n").await.unwrap();

    for line in lines {
        let message = next(&mut sub).await;
        assert!(message.headers().is_err(), "{:?}", line.escape_ascii().to_string());
        assert_eq!(message.payload(), b"x");
    }
    assert_eq!(next(&mut sub).await.payload(), b"good");
    assert_eq!(events.try_next(), None);
}
