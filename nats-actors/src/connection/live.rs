//! A connection while it stands: two tasks, and the watch over the peer.

use std::sync::Arc;
use std::time::Instant;

use ractor::ActorRef;

use super::dial::Dialed;
use super::message::ConnectionMsg;
use super::outbox::CONFIRM_EVERY;
use super::pulse::Pulse;
use super::reader::read_loop;
use super::renewal::renew;
use super::shared::Shared;
use super::task::Task;
use super::transport::TlsState;
use super::writer::write_loop;
use crate::options::ServerAddr;
use crate::session::{KeepAlive, Verdict};

/// The reader, the writer and the keep-alive of one epoch.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) epoch: u64,
    pub(super) server: ServerAddr,
    pub(super) tls: Option<Arc<TlsState>>,
    reader: Task,
    writer: Task,
    keep_alive: KeepAlive,
    pulse: Arc<Pulse>,
    confirm_at: Instant,
    _renewal: Option<Task>,
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
        let pulse = Arc::new(Pulse::default());
        let now = Instant::now();
        let options = &shared.options;
        Self {
            epoch,
            server: dialed.server.clone(),
            tls: dialed.tls,
            reader: Task::spawn({
                let (shared, pulse, actor) =
                    (Arc::clone(shared), Arc::clone(&pulse), actor.clone());
                async move {
                    let control = |control| {
                        let _ = actor.cast(ConnectionMsg::Control(epoch, control));
                    };
                    let end = read_loop(shared, epoch, read, dialed.rest, pulse, control).await;
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
            pulse,
            confirm_at: now + CONFIRM_EVERY,
            _renewal: dialed.expiry.and_then(|expiry| renew(expiry, actor.clone())),
        }
    }

    /// Does what is due now; `false` when the peer counts as lost.
    pub(super) fn peer_lives(&mut self, shared: &Shared) -> bool {
        if self.pulse.take() {
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
