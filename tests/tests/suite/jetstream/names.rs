//! Which names reach the server.

use super::kit::World;
use nats_actors::jetstream::{ErrorKind, StreamConfig};

/// A name that would make another API subject never leaves the client.
// spec: A06-01, JSM-44
#[tokio::test]
async fn a_name_that_is_none_is_refused_before_anything_is_sent() {
    let World { server, js, stream } = World::new().await;
    let tap = js.client().subscribe("$JS.API.>").await.unwrap();
    for name in ["", "a.b", "a*", "a>", "a b", "a\tb", "a\r\nb", "a\u{c}b", "a/b", "a\\b"] {
        let kinds = [
            js.stream(name).await.map(drop).unwrap_err().kind(),
            js.create_stream(StreamConfig::new(name)).await.map(drop).unwrap_err().kind(),
            js.delete_stream(name).await.unwrap_err().kind(),
            stream.consumer(name).await.map(drop).unwrap_err().kind(),
            stream.delete_consumer(name).await.unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::BadName; 5], "{name:?}");
    }
    let long = "n".repeat(256);
    assert_eq!(js.stream(&long).await.map(drop).unwrap_err().kind(), ErrorKind::BadName);
    js.client().flush().await.unwrap();
    assert_eq!(tap.pending(), 0, "a request left the client");
    drop(server);
}

// spec: A06-03, A06-04
#[tokio::test]
async fn case_counts_and_odd_letters_are_the_servers_business() {
    let World { server: _server, js, .. } = World::new().await;
    for name in ["names", "Names", "a:b", "a?b", "a|b", "a\"b", "привет"] {
        let config = StreamConfig::new(name).subjects([format!("of.{}", js.client().new_inbox())]);
        match js.create_stream(config).await {
            Ok(stream) => assert_eq!(stream.name(), name),
            Err(error) => assert!(error.code().is_some(), "{name:?}: {error}"),
        }
    }
    assert!(js.stream("names").await.is_ok() && js.stream("Names").await.is_ok());
    assert!(js.stream("NAMES").await.unwrap_err().is_not_found());
}
