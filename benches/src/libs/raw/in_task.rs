//! The same socket in a task: what the runtime alone adds to the floor.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::request::{INBOX, encoded};
use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::Plan;
use crate::wire::{Frames, Socket};

/// N requests, one at a time.
pub(crate) async fn request(plan: Plan) -> Result<Sample, Failure> {
    let mut socket = Socket::connect(&plan.url)?;
    socket.subscribe(INBOX, 1)?;
    socket.fence()?;
    let mut stream = TcpStream::from_std(socket.into_nonblocking()?)?;
    let request = encoded(&plan);

    round_trips(&mut stream, &request, &plan, plan.warm_up()).await?;
    let stopwatch = Stopwatch::start();
    let latencies = round_trips(&mut stream, &request, &plan, plan.count).await?;
    Ok(stopwatch.stop_round_trips(latencies))
}

async fn round_trips(
    stream: &mut TcpStream,
    request: &[u8],
    plan: &Plan,
    count: u64,
) -> Result<Vec<Duration>, Failure> {
    let mut frames = Frames::of(INBOX, 1, plan.size);
    let mut buffer = vec![0; 65_536];
    let mut latencies = Vec::with_capacity(usize::try_from(count)?);
    for _ in 0..count {
        let start = Instant::now();
        stream.write_all(request).await?;
        let mut replies = 0;
        while replies == 0 {
            let read = stream.read(&mut buffer).await?;
            if read == 0 {
                return Err("the server closed the connection".into());
            }
            replies = frames.count(buffer.get(..read).unwrap_or_default())?;
        }
        latencies.push(start.elapsed());
    }
    Ok(latencies)
}
