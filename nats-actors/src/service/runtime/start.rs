//! Starting a service: by itself, or below a supervisor.

use crate::client::Client;
use crate::service::Service;
use crate::supervisor::{ChildSpec, NotUp, Strategy, Supervisor, SupervisorOptions};

use super::blueprint::Blueprint;
use super::error::{Error, ErrorKind};
use super::handle::ServiceHandle;
use super::options::ServiceOptions;
use super::running::RunningService;
use super::tree::UNTIL_THE_DEADLINE;

/// Starts the service that `factory` builds, and waits until every endpoint answers.
///
/// The factory is called again when the service restarts; for a service with `&mut self` handlers also after one of them
/// panicked, because its struct may then be half changed.
///
/// ```no_run
/// use std::time::Duration;
///
/// use nats_actors::service::ServiceOptions;
/// use nats_actors::{Client, handlers, service};
///
/// #[service(name = "greeter", version = "0.1.0")]
/// struct Greeter;
///
/// #[handlers]
/// impl Greeter {
///     #[endpoint("{name}.greet")]
///     async fn greet(&self, name: String) -> String {
///         format!("hello, {name}")
///     }
/// }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::connect("nats://localhost:4222").await?;
/// let running = service::start(&client, || Greeter, ServiceOptions::new()).await?;
///
/// let greeting = GreeterClient::new(&client).greet("ann".into()).await?;
/// assert_eq!(greeting, "hello, ann");
/// assert!(running.drain(Duration::from_secs(10)).await.is_clean());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`Definition`](ErrorKind::Definition), [`Factory`](ErrorKind::Factory), [`Client`](ErrorKind::Client) (closed, or a
/// subject that is not permitted, for example) and [`TimedOut`](ErrorKind::TimedOut). Nothing runs then.
///
/// # Cancel safety
///
/// Dropping the future stops what was started.
pub async fn start<S: Service>(
    client: &Client,
    factory: impl Fn() -> S + Send + Sync + 'static,
    options: ServiceOptions,
) -> Result<RunningService, Error> {
    let Blueprint { spec, monitor, handle, faults, check } =
        Blueprint::new(client, factory, &options);
    check?;
    let supervisor = Supervisor::start("services", Strategy::OneForOne, SupervisorOptions::new());
    // Without siblings its own drain has the whole time.
    let spec = spec.shutdown(UNTIL_THE_DEADLINE);
    let running =
        RunningService::new(client.clone(), handle, supervisor.clone(), options.drain_timeout);
    let up = async {
        let added = supervisor.add(spec);
        added.map_err(|error| Error::new(ErrorKind::TimedOut, error.to_string()))?;
        monitor.wait_up(options.start_timeout).await.map_err(|error| not_up(&running, &error))
    };
    let failed = tokio::select! {
        biased;
        fault = faults.next() => fault,
        up = up => match up {
            Ok(_) => return Ok(running),
            Err(error) => error,
        },
    };
    let _ = supervisor.abort().await;
    Err(failed)
}

/// The service as a child of a supervisor, such as the tree of an app.
///
/// A fault that restarting cannot mend (its definition, a subject that is not permitted, a closed client) parks the
/// child that has it. The supervisor's drain drains it as [`RunningService::drain`] does.
pub fn child<S: Service>(
    client: &Client,
    factory: impl Fn() -> S + Send + Sync + 'static,
    options: ServiceOptions,
) -> ChildSpec<()> {
    child_and_handle(client, factory, options).0
}

/// As [`child`], with a handle to look at it.
#[expect(clippy::needless_pass_by_value, reason = "options are built where they are given away")]
pub fn child_and_handle<S: Service>(
    client: &Client,
    factory: impl Fn() -> S + Send + Sync + 'static,
    options: ServiceOptions,
) -> (ChildSpec<()>, ServiceHandle) {
    let Blueprint { spec, handle, .. } = Blueprint::new(client, factory, &options);
    (spec, handle)
}

fn not_up(running: &RunningService, error: &NotUp) -> Error {
    let text = format!("the service `{}` did not start: {error}", running.name());
    Error::new(ErrorKind::TimedOut, text)
}
