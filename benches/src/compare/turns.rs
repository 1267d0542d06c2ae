//! One server, every library in turns.

use std::io::{self, Write};

use nats_actors::testing::Server;
use tokio::runtime;

use crate::Failure;
use crate::cli::Compare;
use crate::compare::child;
use crate::compare::report::{self, Row};
use crate::measure::{self, Sample};
use crate::plan::{Lib, Plan, Scenario};

/// Starts a server unless there is one, runs everything, prints the table and writes the file.
pub(crate) fn compare(options: &Compare) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(on_a_server(options))?;
    report::print(&rows)?;
    if let Some(path) = &options.json {
        report::write_json(&rows, path)?;
    }
    Ok(())
}

async fn on_a_server(options: &Compare) -> Result<Vec<Row>, Failure> {
    match &options.url {
        Some(url) => measure_all(options, url).await,
        None => {
            let server = Server::start().await?;
            let rows = measure_all(options, &server.url()).await;
            server.stop().await?;
            rows
        }
    }
}

async fn measure_all(options: &Compare, url: &str) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for scenario in options.scenario.iter().flat_map(|scenario| scenario.parts()) {
        let sizes = if scenario.has_sizes() { &*options.size } else { &[0] };
        for size in sizes {
            rows.extend(in_turns(options, scenario, *size, url).await?);
        }
    }
    Ok(rows)
}

/// All rounds of one scenario and size. Each round begins with another library, so that none
/// always follows the same neighbour.
async fn in_turns(
    options: &Compare,
    scenario: Scenario,
    size: usize,
    url: &str,
) -> Result<Vec<Row>, Failure> {
    let libs: Vec<Lib> =
        options.lib.iter().copied().filter(|lib| lib.takes_part_in(scenario)).collect();
    let under = options.under.as_ref().map_or_else(Vec::new, |words| words.0.clone());
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); libs.len()];
    let rounds = options.rounds.unwrap_or(if options.quick { 1 } else { 5 });
    for round in 0..rounds as usize {
        for turn in 0..libs.len() {
            let place = (round + turn) % libs.len();
            let (Some(lib), Some(samples)) = (libs.get(place), samples.get_mut(place)) else {
                continue;
            };
            let plan = Plan {
                lib: *lib,
                scenario,
                size,
                url: url.to_owned(),
                count: scenario.count(size, options.count, options.quick),
                runtime: options.runtime,
            };
            progress(&plan, round + 1, rounds)?;
            samples.push(child::measure(&plan, &under).await?);
        }
    }
    let medians = libs
        .iter()
        .zip(&samples)
        .map(|(lib, samples)| Row::new(*lib, scenario, size, measure::medians(samples)));
    Ok(medians.collect())
}

fn progress(plan: &Plan, round: usize, rounds: u32) -> io::Result<()> {
    let Plan { lib, scenario, size, count, .. } = plan;
    writeln!(
        io::stderr(),
        "{scenario} {size} B, round {round} of {rounds}: {lib}, {count} messages"
    )
}
