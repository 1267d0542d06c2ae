//! One direction of one connection.

use std::future::pending;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use super::controls::{Pace, Way};
use super::frames::Frames;

/// 64 reads of 16 KiB: at most 1 MiB is under way in a lane, then its sender feels the pressure.
const QUEUE: usize = 64;
const READ: usize = 16 * 1024;

type Chunk = (Instant, Vec<u8>);

/// Forwards until the reading side ends or the writing side fails.
pub(super) async fn forward(reader: ReadHalf<'_>, writer: WriteHalf<'_>, way: &Way) {
    let (sender, chunks) = mpsc::channel(QUEUE);
    let lane = Lane {
        chunks,
        injections: way.injections(),
        pace: way.pace(),
        frames: Frames::new(),
        writer,
        way,
    };
    let collecting = async {
        collect(reader, sender, way.pace()).await;
        pending::<()>().await; // What was collected still has to be delivered.
    };
    tokio::select! {
        () = lane.deliver() => {}
        () = collecting => {}
    }
}

/// Reads on while there is room, so that a delay moves bytes in time and does not slow them down.
async fn collect(
    mut reader: ReadHalf<'_>,
    sender: mpsc::Sender<Chunk>,
    mut pace: watch::Receiver<Pace>,
) {
    let mut buffer = vec![0; READ];
    loop {
        unstalled(&mut pace).await;
        let Ok(read @ 1..) = reader.read(&mut buffer).await else {
            return;
        };
        let due = Instant::now() + pace.borrow().delay;
        let bytes = buffer.iter().copied().take(read).collect();
        if sender.send((due, bytes)).await.is_err() {
            return;
        }
    }
}

/// Waits while the direction is stalled.
async fn unstalled(pace: &mut watch::Receiver<Pace>) -> Pace {
    let goes_on = pace.wait_for(|pace| !pace.stalled).await.map(|pace| *pace).ok();
    match goes_on {
        Some(pace) => pace,
        // The proxy is gone, and this connection with it.
        None => pending().await,
    }
}

struct Lane<'a> {
    chunks: mpsc::Receiver<Chunk>,
    injections: mpsc::UnboundedReceiver<Vec<u8>>,
    pace: watch::Receiver<Pace>,
    frames: Frames,
    writer: WriteHalf<'a>,
    way: &'a Way,
}

impl Lane<'_> {
    async fn deliver(mut self) {
        // A failed write means that the receiver is gone: there is nobody to tell.
        let _ = self.deliver_all().await;
        let _ = self.writer.shutdown().await;
    }

    async fn deliver_all(&mut self) -> io::Result<()> {
        loop {
            tokio::select! {
                biased;
                Some(bytes) = self.injections.recv(), if self.frames.at_boundary() => {
                    self.write(&bytes).await?;
                }
                chunk = self.chunks.recv() => match chunk {
                    Some((due, bytes)) => {
                        sleep_until(due).await;
                        self.deliver_chunk(&bytes).await?;
                    }
                    None => return Ok(()),
                }
            }
        }
    }

    async fn deliver_chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = unstalled(&mut self.pace).await.piece.clamp(1, rest.len());
            let (piece, _) = rest.split_at(piece);
            let taken = self.frames.advance(piece, !self.injections.is_empty());
            let (now, later) = rest.split_at(taken);
            self.write(now).await?;
            rest = later;
            while self.frames.at_boundary()
                && let Ok(injected) = self.injections.try_recv()
            {
                self.write(&injected).await?;
            }
        }
        Ok(())
    }

    /// Lets the receiver run after each piece, so that it sees the piece alone if it is quick.
    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = unstalled(&mut self.pace).await.piece;
            let (now, later) = rest.split_at(piece.clamp(1, rest.len()));
            self.writer.write_all(now).await?;
            self.way.count(now.len());
            rest = later;
            if piece != usize::MAX {
                yield_now().await;
            }
        }
        Ok(())
    }
}
