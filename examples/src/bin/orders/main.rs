//! A shop on NATS: a service takes orders, a consumer bills them, a supervised task reads the dead letters.
//!
//! `cargo run --bin orders` starts its own nats-server, places 1,000 orders of which some are refused, some are billed
//! only after retries, one meets a bug and one cannot be read, and shows that each ends in exactly one final state.
//! `cargo run --bin orders -- --help` tells the rest.
//!
//! Reading order: [`order`], then [`service`] and [`billing`], which are the reason for all of this; [`shop`] puts them
//! together; [`run`] is the life of the program. The others are one idea each.

mod arguments;
mod auditor;
mod billing;
mod desk;
mod events;
mod explain;
mod idempotency;
mod intake;
mod ledger;
mod lines;
mod numbers;
mod order;
mod order_error;
mod payments;
mod place;
mod progress;
mod report;
mod run;
mod screen;
mod service;
mod shop;
mod state;
mod stock;
mod stop;
mod streams;
mod tally;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::explain::explain;
use crate::screen::Screen;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new();
    tell_panics_on(screen.clone());
    match run::run(&arguments, &screen).await {
        Ok(report) => {
            // Who closed standard output does not want the report; the exit code tells.
            let _ = write!(std::io::stdout().lock(), "{report}");
            ExitCode::from(u8::from(!report.faults().is_empty()))
        }
        Err(failure) => {
            screen.note(&format!("orders: {}", explain(&failure)));
            ExitCode::from(2)
        }
    }
}

/// A panic in a handler is one line, which does not tear the live line: the worker goes on.
fn tell_panics_on(screen: Screen) {
    std::panic::set_hook(Box::new(move |panic| {
        screen.note(&panic.to_string().replace('\n', " "));
    }));
}
