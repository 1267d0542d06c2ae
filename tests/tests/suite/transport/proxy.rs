//! Proxies on the way.

use std::time::Duration;

use nats_actors::testing::Server;
use nats_actors::{ConnectStage, ErrorKind};
use nats_actors_tests::{TunnelProxy, eventually};
use tokio::net::TcpListener;

use super::kit::{PATIENCE, certified, chain, options, works};

const LOGIN: Option<(&str, &str)> = Some(("user", "p@ss"));

/// One proxy of each kind, and its address with the login.
async fn proxies() -> [(TunnelProxy, String); 2] {
    let http = TunnelProxy::http(LOGIN).await.unwrap();
    let socks = TunnelProxy::socks5(LOGIN).await.unwrap();
    let addresses = [("http", http.addr()), ("socks5", socks.addr())];
    let [one, other] = addresses.map(|(scheme, addr)| format!("{scheme}://user:p%40ss@{addr}"));
    [(http, one), (socks, other)]
}

/// The proxy resolves the name, and a reconnect goes through it again.
// spec: TRN-11
#[tokio::test]
async fn servers_are_reached_through_a_proxy() {
    let server = Server::start().await.unwrap();
    let target = format!("localhost:{}", server.port());
    for (proxy, address) in proxies().await {
        let client = options().proxy(address).connect(target.as_str()).await.unwrap();
        works(&client).await;
        assert_eq!(proxy.targets(), std::slice::from_ref(&target));
        client.force_reconnect();
        eventually(PATIENCE, "it reconnects", || {
            client.statistics().reconnects == 1 && client.state().is_connected()
        })
        .await;
        works(&client).await;
        // The address that the server tells about itself may come first.
        assert_eq!(proxy.targets().len(), 2);
    }
}

// spec: TRN-11
#[tokio::test]
async fn a_proxy_without_a_login_needs_none() {
    let server = Server::start().await.unwrap();
    let http = TunnelProxy::http(None).await.unwrap();
    let socks = TunnelProxy::socks5(None).await.unwrap();
    for address in [format!("http://{}", http.addr()), format!("socks5://{}", socks.addr())] {
        let client = options().proxy(address).connect(server.url()).await.unwrap();
        works(&client).await;
    }
    assert_eq!(socks.targets(), [server.addr().to_string()]);
}

// spec: TRN-11
#[tokio::test]
async fn tls_and_websocket_go_through_a_proxy() {
    let (authority, certificate) = certified();
    let config = Server::builder().tls(certificate.chain(), certificate.key());
    let config = config.websocket_tls(certificate.chain(), certificate.key());
    let server = config.start().await.unwrap();
    for (proxy, address) in proxies().await {
        let trusting = options().tls_authorities(authority.file()).proxy(address);
        for url in [server.url(), server.websocket_url().unwrap()] {
            let client = trusting.clone().connect(url).await.unwrap();
            assert!(client.tls_state().is_some());
            works(&client).await;
        }
        assert_eq!(proxy.targets().len(), 2);
    }
}

// spec: TRN-11
#[tokio::test]
async fn a_proxy_that_refuses_is_told_apart() {
    let server = Server::start().await.unwrap();
    let [(http, _), (socks, _)] = proxies().await;
    let wrong = [
        (format!("http://user:wrong@{}", http.addr()), "407"),
        (format!("socks5://user:wrong@{}", socks.addr()), "assword"),
        (format!("socks5://{}", socks.addr()), "auth methods"),
    ];
    for (address, cause) in wrong {
        let error = options().proxy(address).connect(server.url()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Proxy));
        let text = chain(&error);
        assert!(text.contains(cause) && !text.contains("wrong"), "{text}");
    }
    assert!(http.targets().is_empty() && socks.targets().is_empty());
}

// spec: TRN-11, CON-08
#[tokio::test]
async fn a_proxy_that_is_not_there_or_silent_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limited = options().connect_timeout(Duration::from_millis(300));
    for scheme in ["http", "socks5"] {
        let silent = limited.clone().proxy(format!("{scheme}://{address}"));
        let error = silent.connect("nats://localhost:4222").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Proxy));
        assert!(error.to_string().contains("nothing within 300ms"), "{error}");
    }
    drop(listener);
    let absent = limited.proxy(format!("http://{address}"));
    let error = absent.connect("nats://localhost:4222").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Proxy));
    assert!(error.to_string().ends_with(&format!("by way of http://{address}")), "{error}");
}

// spec: TRN-11
#[tokio::test]
async fn a_bad_proxy_is_refused_before_anything_is_dialled() {
    let bad = options().proxy("ftp://user:hidden@host").connect("localhost").await.unwrap_err();
    assert_eq!(bad.kind(), ErrorKind::BadOptions);
    assert!(!format!("{bad} {bad:?}").contains("hidden"));
}
