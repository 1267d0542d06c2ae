//! The side-by-side benchmark: nats-actors, async-nats and a raw socket in turns on one server.
//!
//! Read `cli` for what it does, `compare` for how the turns are taken, `plan` and `measure` for
//! what is measured, and then one library in `libs`.

mod cli;
mod compare;
mod libs;
mod measure;
mod peers;
mod plan;
mod run;
mod wire;

use clap::Parser;

/// Why a measurement did not happen: printed as it is, and the process fails.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    match cli::Cli::parse().command {
        cli::Command::Compare(options) => compare::compare(&options),
        cli::Command::Run(plan) => run::run(&plan),
        cli::Command::Feed(options) => peers::feed(&options),
        cli::Command::Echo(options) => peers::echo(&options.url),
        cli::Command::Alternate(options) => peers::alternate(&options.url),
        cli::Command::Deaf(options) => peers::deaf(&options.url),
    }
}
