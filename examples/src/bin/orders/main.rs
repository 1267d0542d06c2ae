//! Orders: a service takes them, a stream keeps what happened, a consumer bills them, a supervised task reads the dead
//! letters. At the end, a table proves that every order is in exactly one final state.
//!
//! Read in this order: `app` (what runs), `service` and `billing` (what it does), `desk` (a client of it), `run`.

mod app;
mod arguments;
mod auditor;
mod billing;
mod desk;
mod events;
mod idempotency;
mod intake;
mod ledger;
mod lines;
mod numbers;
mod order;
mod order_error;
mod payments;
mod progress;
mod report;
mod run;
mod screen;
mod server;
mod service;
mod state;
mod stock;
mod streams;
mod tally;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

/// It did not begin: the command line, the file or the server cannot be used.
const CANNOT_BEGIN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run::run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            screen::Screen::new().note(&format!("orders: {}", explain(&*error)));
            CANNOT_BEGIN.into()
        }
    }
}

/// An error with its causes, on one line.
fn explain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
