//! One run, from the server to the report.

use std::io;
use std::time::Duration;

use nats_actors::Client;
use nats_actors::app::{AppError, Exit, Running, Status};
use nats_actors::testing::ServerError;
use tokio::time::{Instant, timeout};

use crate::arguments::Arguments;
use crate::desk::Desk;
use crate::ledger::Ledger;
use crate::lines::Lines;
use crate::place::Place;
use crate::progress::Progress;
use crate::report::Report;
use crate::screen::Screen;
use crate::shop::Shop;
use crate::stop::Stop;
use crate::streams::{self, StreamError};

/// How long everything may take to come up.
const START: Duration = Duration::from_secs(10);

/// How long orders that are under way get when somebody asks the program to end.
const LAST_CHANCE: Duration = Duration::from_secs(5);

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{name} cannot be read")]
    Source { name: String, source: io::Error },
    #[error("no nats-server to start")]
    OwnServer(#[source] ServerError),
    #[error("the environment does not say where to connect")]
    Environment(#[source] nats_actors::Error),
    #[error("{server} cannot be used")]
    Connect { server: String, source: nats_actors::Error },
    #[error(transparent)]
    Streams(#[from] StreamError),
    #[error(transparent)]
    Start(#[from] AppError),
    #[error("not everything came up: {0}")]
    NotReady(Box<Status>),
    #[error("the process cannot listen to signals")]
    Signals(#[source] io::Error),
}

/// Places all orders, waits until each has found its end, drains, and tells what happened.
pub(crate) async fn run(arguments: &Arguments, screen: &Screen) -> Result<Report, Failure> {
    let source = arguments.source();
    let unreadable = |error| Failure::Source { name: source.name(), source: error };
    let incoming = source.read().map_err(unreadable)?;
    let stop = Stop::on_signals().map_err(Failure::Signals)?;
    let place = Place::find(arguments.url.clone()).await?;
    prepare(&place, arguments.fresh).await?;
    let (shop, lines) = (Shop::new(), Lines::default());
    let app = shop.open(&place).await?;
    app.ready(START).await.map_err(|status| Failure::NotReady(Box::new(status)))?;
    screen.note(&format!("orders, billing and auditor are up on {}", place.describe()));

    let began = Instant::now();
    let (client, ledger) = (app.client(), &shop.ledger);
    let progress = Progress::show(screen, client, &lines, ledger, source.expected());
    let desk = Desk::new(client, lines.clone(), screen.clone(), arguments.patience());
    desk.place_all(incoming, arguments.rate, &stop).await;
    let quiet = if stop.is_requested() { LAST_CHANCE } else { arguments.patience() };
    wait_for_the_end(ledger, quiet).await;
    let (elapsed, messages) = (began.elapsed(), messages(client));
    if arguments.serve {
        screen.note(&format!("serving orders.v1.> on {}, until SIGTERM", place.describe()));
        stop.requested().await;
        wait_for_the_end(ledger, LAST_CHANCE).await;
    }
    drop(progress);
    let mut report = Report { source: source.name(), elapsed, messages, ..Report::default() };
    close(&app, &mut report).await;
    report.lines = lines.snapshot();
    report.tally = ledger.tally();
    report.charged = shop.payments.charged();
    Ok(report)
}

/// One short connection before the application's own, to see that the server is there and is ours to use.
async fn prepare(place: &Place, fresh: bool) -> Result<(), Failure> {
    let client = place.connect().await;
    let failed = |source| Failure::Connect { server: place.describe(), source };
    let client = client.map_err(failed)?;
    streams::clear_the_way(&client, fresh).await?;
    client.close().await;
    Ok(())
}

/// Waits until every order is in a final state, or nothing has moved for so long.
async fn wait_for_the_end(ledger: &Ledger, quiet: Duration) {
    let mut steps = ledger.watch();
    while !ledger.is_settled() {
        match timeout(quiet, steps.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

/// Drains the application, and takes down what its parts have counted.
async fn close(app: &Running, report: &mut Report) {
    let ended = app.drain().await;
    if ended.exit() != Exit::Drained {
        report.undrained = Some(ended.to_string());
    }
    report.reconnects = app.client().statistics().reconnects;
    if let Some(billing) = app.consumer("billing") {
        report.billing = billing.statistics();
    }
}

/// Messages over the connection, in both directions.
fn messages(client: &Client) -> u64 {
    let counted = client.statistics();
    counted.in_messages.saturating_add(counted.out_messages)
}
