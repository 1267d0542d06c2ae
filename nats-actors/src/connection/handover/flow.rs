//! The order of events of a move.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ractor::ActorRef;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::connection::dial::Dialed;
use crate::connection::event::Event;
use crate::connection::lock::lock;
use crate::connection::message::ConnectionMsg;
use crate::connection::outbox::FenceWaiter;
use crate::connection::reason::{DisconnectCause, Failure, Lost};
use crate::connection::shared::Shared;
use crate::options::ServerAddr;
use crate::protocol::ServerInfo;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To any server but the present one.
    Other,
    /// To any server, which may be the present one: for a new login.
    Any,
}

/// What the actor is asked to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Take the connection up beside the present one; answers whether it stands.
    Join(Box<Dialed>, oneshot::Sender<bool>),
    /// Make it the present one; answers whether that was possible yet.
    Cross(oneshot::Sender<bool>),
    /// Give it up: the server does not answer.
    GiveUp,
    /// The tasks of a connection that was given up are gone.
    GivenUp,
    /// Only one connection is left.
    Over,
}

/// How long the new server may take to take note of all subscriptions.
const JOIN: Duration = Duration::from_secs(10);
/// How long the old server may show no progress while publishes wait for it.
const STALL: Duration = Duration::from_secs(5);
/// How long the old server may take to send the rest.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long copies of what the old connection delivered are recognised on the new one.
const TAIL: Duration = Duration::from_secs(2);
/// How long after a loss in the middle of a move.
const SHORT_TAIL: Duration = Duration::from_millis(250);
/// How long a client that wants no echo publishes nothing, at most.
const SILENCE: Duration = Duration::from_millis(300);
const POLL: Duration = Duration::from_millis(10);

/// A move on its way; it asks the actor for each change.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) shared: Arc<Shared>,
    pub(super) actor: ActorRef<ConnectionMsg>,
    /// Tells this flow from one that was given up.
    pub(super) number: u64,
    pub(super) goal: Goal,
    /// What is left, and the id of the server there.
    pub(super) from: ServerAddr,
    pub(super) server_id: String,
    pub(super) epoch: u64,
}

impl Flow {
    /// Moves, after `delay`; ends when one connection is left.
    pub(super) async fn run(self, delay: Duration) {
        sleep(delay).await;
        let dialed = self.find().await;
        let info = Arc::clone(&dialed.info);
        if !self.asked(|answer| Step::Join(Box::new(dialed), answer)).await {
            self.ask(Step::GiveUp).await;
        }
        if self.shared.options.echo {
            self.be_known().await;
            self.hold(&info).await;
            self.cross().await;
            self.overlap(self.shared.options.handover.overlap).await;
            self.say_farewell().await;
        } else {
            // While both connections listen, neither publishes: each would bring what the other one does.
            self.hold(&info).await;
            self.shared.introduce();
            self.be_known().await;
            self.overlap(self.shared.options.handover.overlap.min(SILENCE)).await;
            self.say_farewell().await;
            self.cross().await;
        }
        self.part().await;
        self.end(TAIL).await;
    }

    /// Goes on after the old connection was lost in the middle.
    pub(super) async fn finish(self) {
        self.shared.cut_merges();
        self.end(SHORT_TAIL).await;
    }

    /// Dials until a server that may be moved to has accepted the login.
    async fn find(&self) -> Dialed {
        let options = &self.shared.options;
        let mut round = 0_u32;
        loop {
            for server in self.candidates() {
                match self.shared.dialer.dial(&server).await {
                    Ok(dialed) if self.is_wanted(&dialed) => return dialed,
                    Ok(_) => {}
                    Err(error) => {
                        let (server, failure) = (server.to_string(), Failure::from(&error));
                        let Failure { kind, reason } = failure;
                        self.shared.events.push(Event::ConnectFailed { server, kind, reason });
                    }
                }
            }
            round = round.saturating_add(1);
            sleep(options.reconnect.delay_after(round, fastrand::f64())).await;
        }
    }

    /// The servers to try, in order: those that are about to shut down last, and the present one only where its name may
    /// stand for several servers, or where it is as good as any.
    fn candidates(&self) -> Vec<ServerAddr> {
        let mut servers: Vec<_> = {
            let pool = lock(&self.shared.pool);
            pool.servers().map(|server| server.address.clone()).collect()
        };
        if self.shared.options.shuffle {
            fastrand::shuffle(&mut servers);
        }
        let named = self.from.host().parse::<IpAddr>().is_err();
        let lame = lock(&self.shared.moving.lame).clone();
        servers.retain(|server| *server != self.from || named || self.goal == Goal::Any);
        servers.sort_by_key(|server| {
            (self.goal == Goal::Other && *server == self.from, lame.contains(server))
        });
        servers
    }

    fn is_wanted(&self, dialed: &Dialed) -> bool {
        let same = dialed.info.server_id == self.server_id && !self.server_id.is_empty();
        self.goal == Goal::Any || !same
    }

    /// Waits until the new server has taken note of all subscriptions, or gives it up.
    async fn be_known(&self) {
        if !self.fenced(JOIN, |waiter| self.shared.outbox.fence_new(waiter)).await {
            self.ask(Step::GiveUp).await;
        }
    }

    /// Waits until the old server has confirmed all that it was sent, while what follows is kept for the new one; and a
    /// little more: what it has confirmed may be on its way to other servers, and must not be overtaken.
    async fn hold(&self, info: &ServerInfo) {
        let (waiter, mut answer) = oneshot::channel();
        let begin = Instant::now();
        self.shared.outbox.hold(waiter, info);
        loop {
            let before = self.progress();
            match timeout(STALL, &mut answer).await {
                Ok(Ok(Ok(()))) => {
                    return sleep((begin.elapsed() * 2).clamp(SETTLE.0, SETTLE.1)).await;
                }
                // The connection was lost: the actor goes on from there.
                Ok(_) => std::future::pending().await,
                Err(_) if self.progress() == before => {
                    let reason = "the server does not confirm what it was sent";
                    let lost = Lost::new(DisconnectCause::Stale, reason);
                    self.tell(ConnectionMsg::Lost(self.epoch, lost));
                    std::future::pending::<()>().await;
                }
                Err(_) => {}
            }
        }
    }

    fn progress(&self) -> (u64, u64) {
        (self.shared.outbox.progress(), self.shared.statistics().in_messages)
    }

    /// Makes the new connection the present one.
    async fn cross(&self) {
        while !self.asked(Step::Cross).await {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Listens to both until every server knows where to send, and has sent what was on its way.
    async fn overlap(&self, overlap: Duration) {
        sleep(overlap / 2).await;
        self.shared.settle_merges();
        sleep(overlap / 2).await;
    }

    /// Tells the old server to send nothing more, and waits for what it has sent.
    async fn say_farewell(&self) {
        self.shared.moving.part();
        self.shared.outbox.tell_old(&self.shared.farewell());
        self.fenced(FAREWELL, |waiter| drop(self.shared.outbox.fence_beside(waiter))).await;
    }

    /// Leaves the old server.
    async fn part(&self) {
        let old = lock(&self.shared.moving.other).take();
        if let Some(old) = old {
            old.stop(false).await;
        }
        self.shared.outbox.old_is_gone();
        self.shared.cut_merges();
    }

    async fn end(&self, tail: Duration) {
        let end = Instant::now() + tail;
        while !self.shared.are_merges_spent() && Instant::now() < end {
            sleep(POLL).await;
        }
        self.shared.end_merges();
        while !self.shared.outbox.end_passage() {
            sleep(POLL).await;
        }
        self.tell(ConnectionMsg::Moving(self.number, Step::Over));
    }

    /// Whether a PING was answered in time.
    async fn fenced(&self, limit: Duration, ping: impl FnOnce(FenceWaiter)) -> bool {
        let (waiter, answer) = oneshot::channel();
        ping(waiter);
        matches!(timeout(limit, answer).await, Ok(Ok(Ok(()))))
    }

    async fn asked(&self, step: impl FnOnce(oneshot::Sender<bool>) -> Step) -> bool {
        let (answer, done) = oneshot::channel();
        self.tell(ConnectionMsg::Moving(self.number, step(answer)));
        done.await.unwrap_or(false)
    }

    /// Asks for what ends this flow.
    async fn ask(&self, step: Step) {
        self.tell(ConnectionMsg::Moving(self.number, step));
        std::future::pending::<()>().await;
    }

    fn tell(&self, message: ConnectionMsg) {
        let _ = self.actor.cast(message);
    }
}

/// The bounds of the wait between the last confirmation of the old server and the first publish on the new one.
const SETTLE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));
