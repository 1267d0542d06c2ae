//! A program for the tests of signals and exit codes; its argument says what it does.

use std::process::ExitCode;
use std::time::Duration;

use nats_actors::app::{Supervise, TaskContext};
use nats_actors::jetstream::StreamConfig;
use nats_actors::supervisor::Backoff;
use nats_actors::{App, Client, Error, handlers, service};

#[service(name = "shop", version = "0.1.0")]
struct Shop {
    client: Client,
}

#[handlers]
impl Shop {
    /// Tells that it has begun, and answers after so many milliseconds.
    #[endpoint("wait.{millis}", timeout = "20s")]
    async fn wait(&self, millis: u64) -> u64 {
        let _ = self.client.publish("shop.begun", "").await;
        // Time has to pass: whoever asks says how much work it is.
        tokio::time::sleep(Duration::from_millis(millis)).await;
        millis
    }
}

/// Tells when the drain begins.
async fn herald(context: TaskContext) -> Result<(), Error> {
    context.shutdown().await;
    context.client().publish("shop.draining", "").await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let app = App::new("shop", "0.1.0");
    let app = match std::env::args().nth(1).as_deref() {
        Some("escalate") => {
            app.supervise(hasty()).task("doomed", |_: TaskContext| async { Err::<(), _>("doomed") })
        }
        Some("provision") => app.provision(StreamConfig::new("SHOP").subjects(["shop.stored"])),
        Some("misplan") => app.task("doomed", |_: TaskContext, _: u64| async {}),
        _ => app.service(|client: Client| Shop { client }).task("herald", herald),
    };
    app.main().await
}

fn hasty() -> Supervise {
    let brief = Duration::from_millis(1);
    Supervise::one_for_one().restarts(1, Duration::from_secs(9)).backoff(Backoff::new(brief, brief))
}
