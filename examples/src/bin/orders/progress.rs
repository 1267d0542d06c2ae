//! The live line: how far things are.

use std::fmt;
use std::time::Duration;

use nats_actors::{Client, ConnectionState};
use tokio::task::JoinHandle;

use crate::ledger::Ledger;
use crate::lines::{LineCounts, Lines};
use crate::numbers::grouped;
use crate::screen::Screen;
use crate::tally::Tally;

/// Between two looks on a terminal, and elsewhere.
const IN_PLACE: Duration = Duration::from_millis(100);
const AS_LINES: Duration = Duration::from_secs(1);

/// Shows the progress until it is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the display"]
pub(crate) struct Progress {
    task: JoinHandle<()>,
    screen: Screen,
}

impl Progress {
    pub(crate) fn show(
        screen: &Screen,
        client: &Client,
        lines: &Lines,
        ledger: &Ledger,
        expected: Option<u64>,
    ) -> Self {
        let (shown, client) = (screen.clone(), client.clone());
        let (lines, ledger) = (lines.clone(), ledger.clone());
        let task = tokio::spawn(async move {
            let period = if shown.is_in_place() { IN_PLACE } else { AS_LINES };
            let mut ticks = tokio::time::interval(period);
            let mut last = String::new();
            loop {
                ticks.tick().await;
                let (tally, state) = (ledger.tally(), client.state());
                let line = Look { expected, lines: lines.snapshot(), tally, state }.to_string();
                if line != last {
                    shown.show(&line);
                    last = line;
                }
            }
        });
        Self { task, screen: screen.clone() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.task.abort();
        self.screen.clear();
    }
}

/// One look at everything.
struct Look {
    expected: Option<u64>,
    lines: LineCounts,
    tally: Tally,
    state: ConnectionState,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, lines, tally, state } = self;
        f.write_str(&grouped(lines.done()))?;
        if let Some(expected) = expected {
            write!(f, "/{}", grouped(*expected))?;
        }
        let (refused, billed) = (grouped(lines.refused_total()), grouped(tally.billed));
        write!(f, " orders: {refused} refused, {billed} billed, {} cancelled", tally.cancelled)?;
        write!(f, ", {} dead", tally.dead_lettered())?;
        if state.is_connected() { Ok(()) } else { f.write_str(", waiting for the server") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_fits_in_a_terminal() {
        let mut lines = LineCounts { placed: 9_000, ..LineCounts::default() };
        lines.refused.insert("duplicate", 999);
        let tally = Tally { billed: 8_970, cancelled: 15, ..Tally::default() };
        let look =
            Look { expected: Some(10_000), lines, tally, state: ConnectionState::Reconnecting };

        let text = look.to_string();
        assert_eq!(
            text,
            "9,999/10,000 orders: 999 refused, 8,970 billed, 15 cancelled, 0 dead, waiting for the server"
        );
        assert!(text.len() < 100);
    }
}
