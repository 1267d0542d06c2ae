//! Where the shop is: at a server that the user names, or at one of its own.

use nats_actors::context::Context;
use nats_actors::{App, Client, Error};
use nats_actors_examples::NatsServer;

use crate::run::Failure;

/// Where to connect.
#[derive(Debug)]
pub(crate) enum Place {
    /// The server of the command line, or one that ends with the shop.
    Server(NatsServer),
    /// Where the variables of the NATS CLI lead.
    Environment(Context),
}

impl Place {
    /// The URL of the command line counts first, then the environment; else a server is started.
    pub(crate) async fn find(url: Option<String>) -> Result<Self, Failure> {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if url.is_none() && (is_set("NATS_URL") || is_set("NATS_CONTEXT")) {
            let context = Context::from_environment().map_err(Failure::Environment)?;
            let context = context.resolve().await.map_err(Failure::Environment)?;
            return Ok(Self::Environment(context));
        }
        let server = NatsServer::given_or_own(url).await.map_err(Failure::OwnServer)?;
        Ok(Self::Server(server))
    }

    /// A connection beside that of the application.
    pub(crate) async fn connect(&self) -> Result<Client, Error> {
        match self {
            Self::Server(server) => Client::connect(server.url()).await,
            Self::Environment(context) => context.connect().await,
        }
    }

    /// The application, which connects here; it reads the environment by itself.
    pub(crate) fn lead(&self, app: App) -> App {
        match self {
            Self::Server(server) => app.connect(server.url()),
            Self::Environment(_) => app,
        }
    }

    /// Whose it is and where, without credentials.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Server(server) => server.describe(),
            Self::Environment(context) => {
                let servers = context.servers().unwrap_or_default();
                let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
                format!("the server at {}", servers.join(", "))
            }
        }
    }
}
