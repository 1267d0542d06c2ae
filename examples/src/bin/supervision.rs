//! A supervised task that crashes twice, once by an error and once by a panic, and then does its work:
//!
//! ```text
//! life 1: no coffee
//! life 2: about to panic
//! life 3: working
//! 2 restarts, last error: panicked: out of milk
//! drained
//! ```
#![expect(clippy::print_stdout, clippy::panic, reason = "an example shows what happens")]

use std::error::Error;
use std::time::Duration;

use nats_actors::App;
use nats_actors::app::{Supervise, TaskContext};
use nats_actors::supervisor::Backoff;
use nats_actors_examples::NatsServer;
use tokio::sync::mpsc::{Sender, channel};

async fn barista(context: TaskContext, working: Sender<()>) -> Result<(), &'static str> {
    match context.epoch() {
        1 => {
            println!("life 1: no coffee");
            return Err("no coffee");
        }
        2 => {
            println!("life 2: about to panic");
            panic!("out of milk");
        }
        life => println!("life {life}: working"),
    }
    // It fails only when nobody waits any more.
    let _ = working.send(()).await;
    context.shutdown().await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The supervisor catches the panic and keeps its text: it need not be printed, too.
    std::panic::set_hook(Box::new(|_| {}));
    let server = NatsServer::find().await?;
    let (working, mut works) = channel::<()>(1);
    let patient = Supervise::one_for_one()
        .restarts(5, Duration::from_secs(60))
        .backoff(Backoff::new(Duration::from_millis(100), Duration::from_secs(2)));
    let app = App::new("cafe", "1.0.0").connect(server.url()).supervise(patient);
    let app = app.provide(working).task("barista", barista).start().await?;

    works.recv().await;
    for child in app.status().children() {
        let error = child.last_error.as_deref().unwrap_or("none");
        println!("{} restarts, last error: {error}", child.restarts);
    }
    println!("{}", app.drain().await);
    Ok(())
}
