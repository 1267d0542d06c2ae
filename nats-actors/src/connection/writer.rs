//! The write task: what the outbox holds goes to the socket.

use std::io;
use std::io::IoSlice;
use std::sync::Arc;
use std::task::Context;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::shared::Shared;
use super::statistics::Counters;
use crate::session::{Segment, Source};

/// How many runs go into one system call.
const RUNS: usize = 64;

/// Writes until the socket fails; the outbox wakes it when there is something to write.
pub(super) async fn write_loop<W: AsyncWrite + Unpin>(
    shared: Arc<Shared>,
    epoch: u64,
    mut socket: W,
    preamble: Vec<u8>,
) -> io::Error {
    if let Err(error) = begin(&mut socket, &preamble).await {
        return error;
    }
    Counters::add(&shared.counters.out_bytes, preamble.len() as u64);
    drop(preamble);
    let mut runs = Vec::with_capacity(RUNS);
    loop {
        let take = |cx: &mut Context<'_>| shared.outbox.poll_take(epoch, cx, &mut runs, RUNS);
        let source = std::future::poll_fn(take).await;
        if let Err(error) = write_all(&shared, source, &mut socket, &mut runs).await {
            return error;
        }
    }
}

async fn begin<W: AsyncWrite + Unpin>(socket: &mut W, preamble: &[u8]) -> io::Result<()> {
    socket.write_all(preamble).await?;
    socket.flush().await
}

async fn write_all<W: AsyncWrite + Unpin>(
    shared: &Shared,
    source: Source,
    socket: &mut W,
    runs: &mut Vec<Segment>,
) -> io::Result<()> {
    let mut first = 0;
    while first < runs.len() {
        let written = match runs.get(first..) {
            Some([one]) => socket.write(one).await?,
            several => {
                let mut slices = [IoSlice::new(&[]); RUNS];
                let pairs = slices.iter_mut().zip(several.unwrap_or_default());
                let count = pairs.map(|(slice, run)| *slice = IoSlice::new(run)).count();
                socket.write_vectored(slices.get(..count).unwrap_or_default()).await?
            }
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Counters::add(&shared.counters.out_bytes, written as u64);
        if source == Source::Stream {
            shared.outbox.wrote(written);
        }
        first = advance(runs, first, written);
    }
    runs.clear();
    socket.flush().await
}

/// Drops `written` bytes from the front of the runs; returns the first run that has some left.
fn advance(runs: &mut [Segment], mut first: usize, mut written: usize) -> usize {
    while let Some(run) = runs.get_mut(first) {
        if written < run.len() {
            *run = run.slice(written..);
            return first;
        }
        written -= run.len();
        *run = Segment::new();
        first += 1;
    }
    first
}
