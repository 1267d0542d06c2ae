//! N requests, from as many tasks as there are requests in flight.

use std::time::{Duration, Instant};

use bytes::Bytes;
use nats_actors::Client;
use tokio::task::JoinSet;

use super::publish::BY_REFERENCE;
use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{ECHO, Plan};

pub(crate) async fn request(
    client: &Client,
    plan: &Plan,
    in_flight: u64,
) -> Result<Sample, Failure> {
    let payload = Bytes::from(plan.payload());

    side_by_side(client, &payload, plan.warm_up(), in_flight).await?;
    let stopwatch = Stopwatch::start();
    let latencies = side_by_side(client, &payload, plan.count, in_flight).await?;
    Ok(stopwatch.stop_round_trips(latencies))
}

async fn side_by_side(
    client: &Client,
    payload: &Bytes,
    count: u64,
    in_flight: u64,
) -> Result<Vec<Duration>, Failure> {
    let mut tasks = JoinSet::new();
    for _ in 0..in_flight {
        tasks.spawn(one_by_one(client.clone(), payload.clone(), count / in_flight));
    }
    let mut latencies = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        latencies.extend(ended??);
    }
    Ok(latencies)
}

async fn one_by_one(client: Client, payload: Bytes, count: u64) -> Result<Vec<Duration>, Failure> {
    let mut latencies = Vec::with_capacity(usize::try_from(count)?);
    for _ in 0..count {
        let start = Instant::now();
        match payload.len() {
            BY_REFERENCE.. => client.request(ECHO, payload.clone()).await?,
            _ => client.request(ECHO, &payload[..]).await?,
        };
        latencies.push(start.elapsed());
    }
    Ok(latencies)
}
