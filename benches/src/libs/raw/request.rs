//! N requests, a fixed number in flight, answered in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{ECHO, Plan};
use crate::wire::{Frames, Socket};

pub(super) const INBOX: &str = "_INBOX.bench.raw";

pub(crate) fn request(mut socket: Socket, plan: &Plan, in_flight: u64) -> Result<Sample, Failure> {
    socket.subscribe(INBOX, 1)?;
    socket.fence()?;
    let request = encoded(plan);

    round_trips(&mut socket, &request, plan, plan.warm_up(), in_flight)?;
    let stopwatch = Stopwatch::start();
    let latencies = round_trips(&mut socket, &request, plan, plan.count, in_flight)?;
    Ok(stopwatch.stop_round_trips(latencies))
}

/// The frame of one request.
pub(super) fn encoded(plan: &Plan) -> Vec<u8> {
    let mut request = format!("PUB {ECHO} {INBOX} {}\r\n", plan.size).into_bytes();
    request.extend_from_slice(&plan.payload());
    request.extend_from_slice(b"\r\n");
    request
}

fn round_trips(
    socket: &mut Socket,
    request: &[u8],
    plan: &Plan,
    count: u64,
    in_flight: u64,
) -> Result<Vec<Duration>, Failure> {
    let mut frames = Frames::of(INBOX, 1, plan.size);
    let mut latencies = Vec::with_capacity(usize::try_from(count)?);
    let (mut unsent, mut sent) = (count, VecDeque::new());
    let mut free = in_flight;
    while (latencies.len() as u64) < count {
        let now = free.min(unsent);
        socket.write(&request.repeat(usize::try_from(now)?))?;
        sent.extend((0..now).map(|_| Instant::now()));
        unsent -= now;
        free = frames.count(socket.read()?)?;
        latencies.extend(sent.drain(..usize::try_from(free)?).map(|start| start.elapsed()));
    }
    Ok(latencies)
}
