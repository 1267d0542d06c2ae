//! A connection while it stands: two tasks, and the watch over the peer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ractor::ActorRef;

use super::dial::Dialed;
use super::message::ConnectionMsg;
use super::outbox::CONFIRM_EVERY;
use super::pulse::Pulse;
use super::reader::read_loop;
use super::reason::Lost;
use super::renewal::renew;
use super::shared::Shared;
use super::statistics::Counters;
use super::task::Task;
use super::transport::TlsState;
use super::writer::write_loop;
use crate::options::ServerAddr;
use crate::session::{KeepAlive, Verdict};

/// How long the rest of what a peer has sent may take, when it cannot be written to any more.
const LAST_WORDS: Duration = Duration::from_millis(50);

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
        Counters::add(&shared.counters.in_bytes, dialed.read);
        Counters::add(&shared.counters.out_bytes, dialed.written);
        Self {
            epoch,
            server: dialed.server.clone(),
            tls: dialed.tls,
            reader: Task::spawn({
                let (shared, pulse, actor) =
                    (Arc::clone(shared), Arc::clone(&pulse), actor.clone());
                async move {
                    let told = Arc::clone(&shared);
                    let control = |control| {
                        if let Some(control) = told.heed(epoch, control) {
                            let _ = actor.cast(ConnectionMsg::Control(epoch, control));
                        }
                    };
                    let end = read_loop(shared, epoch, read, dialed.rest, pulse, control).await;
                    let _ = actor.cast(ConnectionMsg::Lost(epoch, end.into()));
                }
            }),
            writer: Task::spawn({
                let (shared, actor) = (Arc::clone(shared), actor.clone());
                async move {
                    let error = write_loop(shared, epoch, write, preamble).await;
                    let _ = actor.cast(ConnectionMsg::Lost(epoch, Lost::writing(&error)));
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
        if shared.suspicion.swap(false, Ordering::Relaxed) {
            self.keep_alive.suspect(now);
        }
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
    ///
    /// If writing failed, the peer may have told why, and has sent what it has sent: that is read first.
    pub(super) async fn stop(mut self, read_first: bool) {
        self.writer.stop().await;
        if read_first {
            let _ = tokio::time::timeout(LAST_WORDS, self.reader.ended()).await;
        }
        self.reader.stop().await;
    }
}
