//! Connecting as a context says.

use super::settings::Context;
use super::store::Contexts;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
#[cfg(feature = "jetstream")]
use crate::jetstream::{self, JetStream};
use crate::options::ConnectOptions;

/// Connects as one of the user's contexts says; an empty name means the selected one.
///
/// `adapt` sees the options of the context and can change each of them. The context comes back, too: it knows where
/// [JetStream](Context::jetstream) is.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let (client, context) =
///     nats_actors::context::connect("production", |options| options.name("orders")).await?;
/// let js = context.jetstream(&client)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`Contexts::load`], [`Context::resolve`] and [`Context::options`], and those of connecting.
///
/// # Cancel safety
///
/// Dropping the future ends the attempt.
pub async fn connect(
    name: &str,
    adapt: impl FnOnce(ConnectOptions) -> ConnectOptions,
) -> Result<(Client, Context), Error> {
    let context = Context::load(name).await?;
    let options = adapt(context.options()?);
    let client = options.connect(context.servers()?).await?;
    Ok((client, context))
}

impl Context {
    /// Reads one of the user's contexts and [resolves](Self::resolve) it; an empty name means the selected one.
    ///
    /// # Errors
    ///
    /// As [`Contexts::load`] and [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn load(name: &str) -> Result<Self, Error> {
        let name = name.to_owned();
        let loading = tokio::task::spawn_blocking(move || Contexts::of_user()?.load(&name)).await;
        let failed = |error| Error::new(ErrorKind::BadOptions).because(error);
        loading.map_err(failed)??.resolve().await
    }

    /// Connects as it says.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve) and [`options`](Self::options), and those of connecting.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the attempt.
    pub async fn connect(&self) -> Result<Client, Error> {
        let context = self.clone().resolve().await?;
        context.options()?.connect(context.servers()?).await
    }

    /// JetStream where the context says that it is: in its domain, or under its prefix.
    ///
    /// # Errors
    ///
    /// [`BadName`](jetstream::ErrorKind::BadName) if the domain is not a token, or the prefix not a subject.
    #[cfg(feature = "jetstream")]
    pub fn jetstream(&self, client: &Client) -> Result<JetStream, jetstream::Error> {
        let js = client.jetstream();
        match (self.jetstream_api_prefix(), self.jetstream_domain()) {
            (Some(prefix), _) => js.api_prefix(prefix),
            (None, Some(domain)) => js.domain(domain),
            (None, None) => Ok(js),
        }
    }
}
