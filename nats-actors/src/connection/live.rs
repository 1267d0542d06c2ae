//! A connection while it stands: two tasks, and the watch over the peer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ractor::ActorRef;

use super::dial::Dialed;
use super::message::ConnectionMsg;
use super::outbox::CONFIRM_EVERY;
use super::reader::read_loop;
use super::shared::Shared;
use super::task::Task;
use super::writer::write_loop;
use crate::options::ServerAddr;
use crate::session::{KeepAlive, Verdict};

/// The reader, the writer and the keep-alive of one epoch.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) epoch: u64,
    pub(super) server: ServerAddr,
    reader: Task,
    writer: Task,
    keep_alive: KeepAlive,
    heard: Arc<AtomicBool>,
    confirm_at: Instant,
}

impl Live {
    /// Starts both tasks; `preamble` goes out before anything else.
    pub(super) fn start(
        epoch: u64,
        dialed: Dialed,
        preamble: Vec<u8>,
        shared: &Arc<Shared>,
        actor: &ActorRef<ConnectionMsg>,
    ) -> Self {
        let (read, write) = dialed.stream.into_split();
        let heard = Arc::new(AtomicBool::new(false));
        let now = Instant::now();
        let options = &shared.options;
        Self {
            epoch,
            server: dialed.server.clone(),
            reader: Task::spawn({
                let (shared, heard, actor) =
                    (Arc::clone(shared), Arc::clone(&heard), actor.clone());
                async move {
                    let control = |control| {
                        let _ = actor.cast(ConnectionMsg::Control(epoch, control));
                    };
                    let end = read_loop(shared, epoch, read, dialed.rest, heard, control).await;
                    let _ = actor.cast(ConnectionMsg::Lost(epoch, end.to_string()));
                }
            }),
            writer: Task::spawn({
                let (shared, actor) = (Arc::clone(shared), actor.clone());
                async move {
                    let error = write_loop(shared, epoch, write, preamble).await;
                    let reason = format!("writing failed: {error}");
                    let _ = actor.cast(ConnectionMsg::Lost(epoch, reason));
                }
            }),
            keep_alive: KeepAlive::new(options.ping_interval, options.max_pings_out, now),
            heard,
            confirm_at: now + CONFIRM_EVERY,
        }
    }

    /// Does what is due now; `false` when the peer counts as lost.
    pub(super) fn peer_lives(&mut self, shared: &Shared) -> bool {
        if self.heard.swap(false, Ordering::Relaxed) {
            self.keep_alive.heard();
        }
        let now = Instant::now();
        match self.keep_alive.poll(now) {
            Verdict::Lost => return false,
            Verdict::Ping => shared.outbox.ping(false),
            Verdict::Wait(_) => {}
        }
        if now >= self.confirm_at {
            self.confirm_at = now + CONFIRM_EVERY;
            shared.outbox.ping(true);
        }
        true
    }

    /// Stops both tasks and waits until they are gone: nothing is written or delivered any more.
    pub(super) async fn stop(self) {
        self.writer.stop().await;
        self.reader.stop().await;
    }
}
