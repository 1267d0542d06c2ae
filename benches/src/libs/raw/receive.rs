//! N messages, each for one subscription or several, counted by their frames.

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{CREDIT, Plan, RECEIVE, WINDOWS_IN_FLIGHT, window};
use crate::wire::{Frames, Socket};

pub(crate) fn receive(mut socket: Socket, plan: &Plan, times: u64) -> Result<Sample, Failure> {
    // All numbers have one digit, and so all frames one length.
    for sid in 1..=times {
        socket.subscribe(RECEIVE, sid)?;
    }
    socket.fence()?;
    let credit = format!("PUB {CREDIT} 0\r\n\r\n").into_bytes();
    let window = window(plan.size);
    let mut frames = Frames::of(RECEIVE, 1, plan.size);
    let (mut received, mut windows) = (0, 0);

    let stopwatch = Stopwatch::start();
    for _ in 0..WINDOWS_IN_FLIGHT {
        socket.write(&credit)?;
    }
    while received < plan.count * times {
        received += frames.count(socket.read()?)?;
        while windows < received / (window * times) {
            socket.write(&credit)?;
            windows += 1;
        }
    }
    Ok(stopwatch.stop(received))
}
