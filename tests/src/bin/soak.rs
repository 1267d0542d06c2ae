//! Harms clients for as long as one likes, and tells what was lost.
//!
//! `cargo run --release -p nats-actors-tests --bin soak -- --minutes 10`

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use nats_actors_tests::soak::{Effort, SCENARIOS, Scenario};

/// Runs scenarios of failure in turns until the time is over; fails if anything was lost unreported, came twice or out
/// of order, or hung.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long to go on; a scenario that has begun is finished.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Only this one; may be given several times.
    #[arg(long)]
    scenario: Vec<String>,
    /// What the choices begin with; without it they are new each time.
    #[arg(long)]
    seed: Option<u64>,
    /// As little as the tests do.
    #[arg(long)]
    fast: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut scenarios = Vec::new();
    for name in &arguments.scenario {
        let Some(scenario) = Scenario::named(name) else {
            println!("there is no scenario `{name}`; there are:");
            SCENARIOS
                .iter()
                .for_each(|scenario| println!("  {:13} {}", scenario.name, scenario.about));
            return ExitCode::from(2);
        };
        scenarios.push(scenario);
    }
    if scenarios.is_empty() {
        scenarios.extend(SCENARIOS);
    }
    run(&arguments, &scenarios).await
}

async fn run(arguments: &Arguments, scenarios: &[Scenario]) -> ExitCode {
    let end = Instant::now() + Duration::from_secs_f64(60.0 * arguments.minutes);
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    println!("seed {seed}");
    let (mut runs, mut bad) = (0_u64, 0_u64);
    'rounds: for round in 0.. {
        for scenario in scenarios {
            if Instant::now() >= end && runs >= scenarios.len() as u64 {
                break 'rounds;
            }
            let seed = seed.wrapping_add(round);
            let effort = if arguments.fast { Effort::fast(seed) } else { Effort::long(seed) };
            let begin = Instant::now();
            let report = scenario.run(effort.alone()).await;
            let (name, seconds) = (scenario.name, begin.elapsed().as_secs_f64());
            println!("{name:13} seed {seed:10} {seconds:6.1} s: {report}");
            runs += 1;
            bad += u64::from(!report.is_clean());
        }
    }
    println!("{runs} runs, {bad} with faults");
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
