//! One run: open the shop, place the orders, wait until each is done, close, report.

use std::error::Error;
use std::time::{Duration, Instant};

use nats_actors::Client;
use nats_actors::app::{Exit, ExitReport, Running};
use tokio::time::timeout;

use crate::app::{Books, shop};
use crate::arguments::Arguments;
use crate::desk::Desk;
use crate::ledger::Ledger;
use crate::lines::Lines;
use crate::progress::Progress;
use crate::report::Report;
use crate::screen::Screen;
use crate::server::NatsServer;
use crate::streams;

/// How long everything may take to be up.
const START: Duration = Duration::from_secs(20);

/// Runs the example; whether every order is in exactly one final state.
pub(crate) async fn run(arguments: Arguments) -> Result<bool, Box<dyn Error>> {
    let screen = Screen::new();
    let source = arguments.source();
    let incoming = source.read()?;
    let server = NatsServer::given_or_own(arguments.url.clone()).await?;
    screen.note(&format!("orders: on {}", server.describe()));
    if arguments.fresh {
        streams::delete(&Client::connect(server.url()).await?).await?;
    }
    let (books, lines) = (Books::default(), Lines::default());
    let running = shop(&server.url(), &books).start().await?;
    running.ready(START).await.map_err(|status| format!("it does not come up: {status}"))?;

    let begin = Instant::now();
    let client = running.client().clone();
    let desk = Desk::new(&client, lines.clone(), screen.clone(), arguments.patience());
    let ledger = books.ledger.clone();
    let progress =
        Progress::show(screen.clone(), client.clone(), lines.clone(), ledger, source.expected());
    let work = async {
        desk.place_all(incoming, arguments.rate).await;
        all_done(&books.ledger, arguments.patience()).await;
    };
    let asked = tokio::select! {
        () = work => false,
        () = asked_to_end() => true,
        _ = running.wait() => false,
    };
    let elapsed = begin.elapsed();
    drop(progress);
    if arguments.serve && !asked {
        screen.note("all orders are done; serving on, until SIGTERM or Ctrl-C");
        serve(&running).await;
    }
    let billing = running.consumer("billing").map(|billing| billing.statistics());
    let drained = close(&running, &screen).await;
    let statistics = client.statistics();
    let report = Report {
        source: source.name(),
        lines: lines.snapshot(),
        tally: books.ledger.tally(),
        billing: billing.unwrap_or_default(),
        charged: books.payments.charged(),
        messages: statistics.in_messages + statistics.out_messages,
        elapsed,
        reconnects: statistics.reconnects,
        undrained: (drained.exit() != Exit::Drained).then(|| drained.to_string()),
    };
    print(&report);
    Ok(report.faults().is_empty())
}

/// Waits until every order is in a final state, or until nothing has moved for so long.
async fn all_done(ledger: &Ledger, patience: Duration) {
    let mut steps = ledger.watch();
    while !ledger.tally().unfinished.is_empty() {
        if !matches!(timeout(patience, steps.changed()).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn serve(running: &Running) {
    tokio::select! {
        () = asked_to_end() => {}
        _ = running.wait() => {}
    }
}

/// Drains; a second signal cuts it short.
async fn close(running: &Running, screen: &Screen) -> ExitReport {
    screen.note("draining");
    tokio::select! {
        report = running.drain() => report,
        () = asked_to_end() => running.abort().await,
    }
}

/// Waits for SIGTERM or Ctrl-C.
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn print(report: &Report) {
    print!("{report}");
}
