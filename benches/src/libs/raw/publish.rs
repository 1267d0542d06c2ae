//! N messages, then PING and PONG.

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{PUBLISH, Plan};
use crate::wire::Socket;

/// What one write takes along.
const CHUNK: usize = 65_536;

pub(crate) fn publish(mut socket: Socket, plan: &Plan) -> Result<Sample, Failure> {
    let mut frame = format!("PUB {PUBLISH} {}\r\n", plan.size).into_bytes();
    frame.extend_from_slice(&plan.payload());
    frame.extend_from_slice(b"\r\n");
    let chunk = frame.repeat((CHUNK / frame.len()).max(1));

    send(&mut socket, &chunk, &frame, plan.warm_up())?;
    let stopwatch = Stopwatch::start();
    send(&mut socket, &chunk, &frame, plan.count)?;
    Ok(stopwatch.stop(plan.count))
}

fn send(socket: &mut Socket, chunk: &[u8], frame: &[u8], count: u64) -> Result<(), Failure> {
    let frames = (chunk.len() / frame.len()) as u64;
    for _ in 0..count / frames {
        socket.write(chunk)?;
    }
    let rest = usize::try_from(count % frames)? * frame.len();
    socket.write(chunk.get(..rest).unwrap_or_default())?;
    socket.fence()
}
