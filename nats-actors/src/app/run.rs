//! An application as a process.

use std::error::Error;
use std::process::ExitCode;

use super::builder::App;
use super::error::AppError;
use super::exit::{Exit, ExitReport};
use super::running::Running;
use super::signals::Signals;

/// The exit code of an application that did not start.
const DID_NOT_START: u8 = 2;

impl App {
    /// Runs it until it ends: by SIGTERM or SIGINT, which drain it, by a second one, which aborts it, or because
    /// restarting did not help. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and [`Signals`](super::AppErrorKind::Signals).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it has started starts nothing; dropped later, the application goes on without anybody
    /// who listens to signals.
    pub async fn run(self) -> Result<ExitReport, AppError> {
        let mut signals = Signals::listen().map_err(AppError::signals)?;
        let running = tokio::select! {
            biased;
            signal = signals.next() => {
                tracing::info!(signal, "asked to end before the start");
                return Ok(ExitReport::before_start());
            }
            started = self.start() => started?,
        };
        Ok(running.until(&mut signals).await)
    }

    /// Runs it as the process does nothing else: what went wrong goes to stderr, and the exit code tells how it ended.
    ///
    /// | code | |
    /// |---|---|
    /// | 0 | it was asked to end, and has finished everything |
    /// | 1 | it was asked to end, and something was cut short |
    /// | 2 | it did not start |
    /// | 3 | restarting did not help |
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
    pub async fn main(self) -> ExitCode {
        match self.run().await {
            Ok(report) => {
                if report.exit() != Exit::Drained {
                    print(&report.to_string());
                }
                report.exit().into()
            }
            Err(error) => {
                print(&explain(&error));
                DID_NOT_START.into()
            }
        }
    }
}

impl Running {
    async fn until(&self, signals: &mut Signals) -> ExitReport {
        let signal = tokio::select! {
            biased;
            report = self.wait() => return report,
            signal = signals.next() => signal,
        };
        tracing::info!(signal, "draining");
        let signal = tokio::select! {
            biased;
            report = self.drain() => return report,
            signal = signals.next() => signal,
        };
        tracing::warn!(signal, "aborting");
        self.abort().await
    }
}

/// An error and its causes.
fn explain(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[expect(
    clippy::print_stderr,
    reason = "a process that ends badly tells why, with or without a log"
)]
fn print(text: &str) {
    eprintln!("{text}");
}
