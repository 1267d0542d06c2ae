//! The command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;

use crate::intake::Source;

/// Places orders through a NATS service, bills them with a JetStream consumer, and proves that none was lost.
///
/// Starts its own nats-server, unless NATS_URL or NATS_CONTEXT names one. Orders are JSON lines:
/// {"id":1,"customer":"Ann","item":"tamper","quantity":1,"unit_price_cents":2290}
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Read orders from this file; `-` is standard input [default: 1,000 bundled orders].
    #[arg(value_name = "FILE", conflicts_with = "file")]
    orders: Option<PathBuf>,

    /// The same as FILE.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// The NATS server, with JetStream [default: where NATS_URL or NATS_CONTEXT lead, else one of its own].
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// Place at most so many orders a second.
    #[arg(long, value_name = "ORDERS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rate: Option<u32>,

    /// Go on serving when all orders are done, until SIGTERM or Ctrl-C.
    #[arg(long)]
    pub(crate) serve: bool,

    /// First delete the streams that an earlier run left on the server, with all that they hold.
    #[arg(long)]
    pub(crate) fresh: bool,

    /// Give up after so many seconds in which nothing moved.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    patience: u64,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  every order that was read is in exactly one final state
  1  some order is not; the report names it
  2  the command line, the file or the server cannot be used

The report goes to standard output, everything else to standard error.

Try: kill -9 the server of NATS_URL in the middle (--rate 200 leaves time for it), start it again
on the same port and directory, and see what was tried again and that nothing was lost.";

impl Arguments {
    pub(crate) fn source(&self) -> Source {
        match self.orders.as_deref().or(self.file.as_deref()) {
            None => Source::Bundled,
            Some(path) if path == Path::new("-") => Source::StandardInput,
            Some(path) => Source::File(path.to_owned()),
        }
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.patience)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_dash_is_standard_input() {
        let source =
            |args: &[&str]| Arguments::try_parse_from(args).map(|arguments| arguments.source());

        assert!(matches!(source(&["orders"]), Ok(Source::Bundled)));
        assert!(matches!(source(&["orders", "-"]), Ok(Source::StandardInput)));
        assert!(matches!(source(&["orders", "--file", "-"]), Ok(Source::StandardInput)));
        assert!(matches!(source(&["orders", "--file", "a.jsonl"]), Ok(Source::File(_))));
        assert!(source(&["orders", "a", "--file", "b"]).is_err());
    }
}
