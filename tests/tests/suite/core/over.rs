//! The transports over which the core is tested: the same behaviour, the same tests.

use nats_actors::Client;
use nats_actors::testing::{Proxy, Server, ServerConfig};

/// How clients reach their server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Over {
    Tcp,
    WebSocket,
}

impl Over {
    /// A server that listens for both.
    pub(crate) async fn server(self) -> Server {
        self.server_with(ServerConfig::new()).await
    }

    pub(crate) async fn server_with(self, config: ServerConfig) -> Server {
        config.websocket().start().await.unwrap()
    }

    pub(crate) fn url(self, server: &Server) -> String {
        match self {
            Self::Tcp => server.url(),
            Self::WebSocket => server.websocket_url().unwrap(),
        }
    }

    pub(crate) async fn connect(self, server: &Server) -> Client {
        Client::connect(self.url(server)).await.unwrap()
    }

    pub(crate) async fn server_and_client(self) -> (Server, Client) {
        let server = self.server().await;
        let client = self.connect(&server).await;
        (server, client)
    }

    /// A proxy in front of the server, and its address.
    pub(crate) async fn proxy(self, server: &Server) -> (Proxy, String) {
        let url = self.url(server);
        let (scheme, target) = url.split_once("://").unwrap();
        let proxy = Proxy::start(target.parse().unwrap()).await.unwrap();
        let url = format!("{scheme}://{}", proxy.addr());
        (proxy, url)
    }
}

/// Makes two tests of each of these functions, one over each transport; before the names stands the flavor of the runtime.
macro_rules! over_each_transport {
    ($($flavor:tt: $($name:ident),+;)+) => {
        mod over_tcp {
            $($(
                #[tokio::test(flavor = $flavor)]
                async fn $name() {
                    super::$name(crate::core::over::Over::Tcp).await;
                }
            )+)+
        }

        mod over_websocket {
            $($(
                #[tokio::test(flavor = $flavor)]
                async fn $name() {
                    super::$name(crate::core::over::Over::WebSocket).await;
                }
            )+)+
        }
    };
}

pub(crate) use over_each_transport;
