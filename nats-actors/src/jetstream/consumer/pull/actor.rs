//! The actor of a running consumer: carries out what the machine decides.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use ractor::{ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;

use super::buffer::Arrival;
use super::intake::{self, Inbox};
use super::machine::{Action, Diagnosis, PullMachine};
use super::message::PullMsg;
use super::rescue;
use super::settings::PullSettings;
use super::shared::{Ending, Shared};
use super::state::{MessagesEvent, MessagesState};
use super::timer::Timer;
use crate::connection::ConnectionState;
use crate::connection::Task;
use crate::jetstream::{Error, ErrorKind};

pub(super) struct PullActor;

pub(super) struct Arguments {
    pub(super) shared: Arc<Shared>,
    pub(super) settings: PullSettings,
    pub(super) inbox: Inbox,
}

/// The state of one life. Its tasks end with it.
pub(super) struct State {
    myself: ActorRef<PullMsg>,
    shared: Arc<Shared>,
    machine: PullMachine,
    /// Where pulls are sent.
    next: String,
    /// Where they are answered.
    inbox: String,
    timer: Timer,
    /// The connection that was seen last.
    epoch: Option<u64>,
    /// Tells the intake to finish; taken once that is told.
    finish: Option<oneshot::Sender<()>>,
    /// What goes back once the server knows that we take no more: given back before, it could come
    /// again to a pull of ours.
    leftover: VecDeque<Arrival>,
    _watch: Task,
    _intake: Task,
    /// The question about consumer and stream that is under way, or the last fence.
    errand: Option<Task>,
}

#[ractor::actor(message = PullMsg, state = State, arguments = Arguments)]
impl PullActor {
    async fn pre_start(
        &self,
        myself: ActorRef<PullMsg>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        Ok(State::new(myself, arguments))
    }

    async fn handle(
        &self,
        _myself: ActorRef<PullMsg>,
        message: PullMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        #[cfg(all(test, feature = "testing"))]
        if matches!(message, PullMsg::Crash) {
            return Err("as a bug of ours would".into());
        }
        state.hear(message);
        state.turn();
        Ok(())
    }
}

impl State {
    fn new(myself: ActorRef<PullMsg>, arguments: Arguments) -> Self {
        let Arguments { shared, settings, inbox } = arguments;
        let consumer = &shared.consumer;
        let prefix = consumer.jetstream().prefix();
        let next = prefix.consumer_next(consumer.stream_name(), consumer.name());
        let (finish, finished) = oneshot::channel();
        Self {
            machine: PullMachine::new(settings, fastrand::f64),
            next,
            inbox: inbox.prefix.clone(),
            timer: Timer::new(),
            epoch: None,
            finish: Some(finish),
            leftover: VecDeque::new(),
            _watch: Task::spawn(watch(Arc::clone(&shared), myself.clone())),
            _intake: Task::spawn(intake::run(inbox, Arc::clone(&shared), myself.clone(), finished)),
            errand: None,
            shared,
            myself,
        }
    }

    fn hear(&mut self, message: PullMsg) {
        let now = Instant::now();
        self.count(now);
        match message {
            PullMsg::Link(link) => self.link(link, now),
            PullMsg::Arrived(statuses) => {
                for said in statuses {
                    let (code, text) = (said.status.code(), said.status.description());
                    self.machine.status(said.token, code, text, said.undelivered, now);
                }
            }
            PullMsg::Credit => self.machine.set_max_in_flight(self.shared.max_in_flight()),
            PullMsg::Tick => self.timer.fired(),
            PullMsg::Diagnosed(diagnosis) => self.machine.diagnosed(diagnosis, now),
            PullMsg::Recreated(Ok(())) => self.machine.recreated(),
            PullMsg::Recreated(Err(error)) => self.not_recreated(error, now),
            PullMsg::Drain => self.finish(),
            PullMsg::Stop => {
                self.shared.buffer.close(None);
                self.leftover.extend(self.shared.buffer.take_all());
                self.finish();
            }
            PullMsg::IntakeEnded(error) => self.intake_ended(error),
            PullMsg::Flushed => self.end(),
            #[cfg(all(test, feature = "testing"))]
            PullMsg::Crash => {}
        }
    }

    /// Does what is due, until the machine has nothing more to do.
    fn turn(&mut self) {
        loop {
            let leased = self.shared.ledger.leased();
            self.machine.poll(leased, Instant::now());
            while let Some(action) = self.machine.next_action() {
                self.act(action);
            }
            self.shared.show(self.machine.state(leased));
            let settled = self.shared.ledger.arm(self.machine.wake_at(), leased);
            let counted = self.shared.tally.arm(self.machine.tell_at());
            if settled && counted {
                break;
            }
            self.count(Instant::now());
        }
        self.timer.set(self.machine.next_wake(), &self.myself);
    }

    /// Takes note of what came meanwhile.
    fn count(&mut self, now: Instant) {
        let delivered = self.shared.tally.take();
        if delivered > 0 {
            self.machine.delivered(delivered, now);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Pull { token, request } => {
                let reply = format!("{}.{token}", self.inbox);
                let client = self.shared.client();
                let publish = client.publish(self.next.as_str(), request.encode());
                if let Err(error) = publish.reply_to(reply).try_send() {
                    self.machine.unsent(token, &error.to_string(), Instant::now());
                }
            }
            Action::Diagnose => self
                .run(async |shared| PullMsg::Diagnosed(rescue::diagnose(&shared.consumer).await)),
            Action::Recreate => self
                .run(async |shared| PullMsg::Recreated(rescue::recreate(&shared.consumer).await)),
            Action::Tell(event) => {
                let _ = self.shared.events.send(event);
            }
            Action::End { kind, description } => {
                let error = Error::new(kind).on(self.shared.consumer.name());
                self.fail(if description.is_empty() { error } else { error.saying(description) });
            }
        }
    }

    fn link(&mut self, link: ConnectionState, now: Instant) {
        match link {
            ConnectionState::Connected { epoch } => {
                // After a move the server still has the pulls: it knows their inbox, not our connection.
                let seen = self.epoch.replace(epoch);
                if !seen.is_some_and(|seen| self.shared.client().is_unbroken_since(seen)) {
                    self.machine.online();
                }
            }
            ConnectionState::Closed => self.fail(Error::new(ErrorKind::Closed)),
            // The client is about to end: the pull that is open is the last one.
            draining if draining.is_connected() => {}
            _ => self.machine.offline(now),
        }
    }

    fn not_recreated(&mut self, error: Error, now: Instant) {
        match rescue::diagnosis(&error) {
            Diagnosis::Unknown if !error.is_retryable() => self.fail(error),
            diagnosis => self.machine.diagnosed(diagnosis, now),
        }
    }

    /// Ends with an error, behind what is buffered.
    fn fail(&mut self, error: Error) {
        self.shared.buffer.close(Some(error));
        self.finish();
    }

    /// Asks for nothing more, and waits for what the server has sent already.
    fn finish(&mut self) {
        self.machine.stop();
        if let Some(finish) = self.finish.take() {
            let _ = finish.send(());
        }
    }

    fn intake_ended(&mut self, error: Option<Error>) {
        if self.finish.take().is_some() {
            // Nobody had asked for it.
            self.machine.stop();
            let unknown = || Error::new(ErrorKind::Closed);
            self.shared.buffer.close(Some(error.unwrap_or_else(unknown)));
        }
        self.shared.buffer.close(None);
        self.shared.give_back(self.leftover.iter().map(|(message, _)| message));
        self.leftover.clear();
        self.run(async |shared| {
            let _ = shared.client().flush().await;
            PullMsg::Flushed
        });
    }

    fn end(&self) {
        self.shared.show(MessagesState::Ended);
        let _ = self.shared.events.send(MessagesEvent::Ended);
        self.myself.stop(None);
    }

    /// Does something that takes time, and hears of its end.
    fn run<F>(&mut self, errand: impl FnOnce(Arc<Shared>) -> F + Send + 'static)
    where
        F: Future<Output = PullMsg> + Send + 'static,
    {
        let (shared, myself) = (Arc::clone(&self.shared), self.myself.clone());
        self.errand = Some(Task::spawn(async move {
            let _ = myself.cast(errand(shared).await);
        }));
    }
}

/// Tells the actor how the connection is, and whether it is to end.
async fn watch(shared: Arc<Shared>, actor: ActorRef<PullMsg>) {
    let mut orders = shared.orders();
    let mut links = shared.client().watch_state();
    let mut link = links.current();
    let mut order = Ending::Not;
    loop {
        if actor.cast(PullMsg::Link(link)).is_err() {
            return;
        }
        loop {
            let message = tokio::select! {
                next = links.changed(), if link != ConnectionState::Closed => {
                    link = next;
                    break;
                }
                next = orders.wait_for(|next| *next > order) => match next.map(|next| *next) {
                    Ok(Ending::Stop) => { order = Ending::Stop; PullMsg::Stop }
                    Ok(_) => { order = Ending::Drain; PullMsg::Drain }
                    Err(_) => return,
                },
            };
            if actor.cast(message).is_err() {
                return;
            }
        }
    }
}
