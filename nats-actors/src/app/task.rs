//! What a task is given, and how it may end.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::jetstream::JetStream;
use crate::supervisor::StopSignal;

/// One life of a task: who it is, and when it has to end.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::Error;
/// use nats_actors::app::TaskContext;
///
/// async fn beat(context: TaskContext) -> Result<(), Error> {
///     while context.pause(Duration::from_secs(1)).await {
///         context.client().publish("beat", context.epoch().to_string()).await?;
///     }
///     Ok(())
/// }
///
/// let app = nats_actors::App::new("heart", "1.0.0").task("beat", beat);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
pub struct TaskContext {
    name: Arc<str>,
    epoch: u64,
    jetstream: JetStream,
    shutdown: StopSignal,
}

impl TaskContext {
    pub(super) fn new(
        name: Arc<str>,
        epoch: u64,
        jetstream: JetStream,
        shutdown: StopSignal,
    ) -> Self {
        Self { name, epoch, jetstream, shutdown }
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of this life, from 1.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The application's client.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.jetstream.client()
    }

    /// The application's JetStream.
    #[must_use]
    pub fn jetstream(&self) -> JetStream {
        self.jetstream.clone()
    }

    /// Waits until the task should end. One that goes on is aborted at the drain timeout.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn shutdown(&self) {
        self.shutdown.stopped().await;
    }

    /// Whether the task should end.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.shutdown.is_stopped()
    }

    /// Waits for a time; `false`, and at once, when the task should end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn pause(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.shutdown() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// What a future gives; `None`, and the future is dropped, when the task should end first.
    ///
    /// # Cancel safety
    ///
    /// As that of the future.
    pub async fn unless_shutdown<F: Future>(&self, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            () = self.shutdown() => None,
            output = future => Some(output),
        }
    }
}

/// A task that runs. An error is a failure, which calls for another life.
pub type TaskRun = Pin<Box<dyn Future<Output = Result<(), TaskError>> + Send>>;

/// Why a life of a task failed.
pub type TaskError = Box<dyn Error + Send + Sync>;

/// How a task may end: with `()`, or with a `Result<(), E>` whose error can be boxed.
#[diagnostic::on_unimplemented(
    message = "a task cannot end with `{Self}`",
    note = "end it with `()` or with a `Result<(), E>`, where `E` is an error"
)]
pub trait TaskOutcome {
    /// `Ok`: it has finished, and gets no other life.
    ///
    /// # Errors
    ///
    /// Why it failed.
    fn into_result(self) -> Result<(), TaskError>;
}

impl TaskOutcome for () {
    fn into_result(self) -> Result<(), TaskError> {
        Ok(())
    }
}

impl<E: Into<TaskError>> TaskOutcome for Result<(), E> {
    fn into_result(self) -> Result<(), TaskError> {
        self.map_err(Into::into)
    }
}
