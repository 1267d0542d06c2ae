//! An actor that does what it is told and tells what happens to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nats_actors::supervisor::{Backoff, ChildSpec, Life, StartError, SupervisorOptions};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

pub(crate) const SOON: Duration = Duration::from_secs(10);

/// Restarts after 10 ms, 20 ms, …
pub(crate) fn quick() -> SupervisorOptions {
    let backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1)).jitter(0);
    SupervisorOptions::new().backoff(backoff)
}

/// What happened, in order: `a1+` life 1 of `a` started, `a1.` its post_stop ran, `a1-` its state was dropped.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn say(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn text(&self) -> String {
        self.lines().join(" ")
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap().clear();
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|other| *other == line).count()
    }

    pub(crate) fn has(&self, line: &str) -> bool {
        self.count(line) > 0
    }
}

#[derive(Debug)]
pub(crate) enum Say {
    /// Return an error from the handler.
    Fail,
    /// Return a configuration error from the handler.
    FailConfig,
    Panic,
    /// Stop normally.
    Quit,
    Epoch(RpcReplyPort<u64>),
    /// Drop the port.
    Ignore(RpcReplyPort<u64>),
    Note(&'static str),
    /// Stay in the handler, at an await.
    Sleep(Duration),
}

pub(crate) struct Probe;

pub(crate) struct Body {
    tag: String,
    epoch: u64,
    log: Log,
}

impl Drop for Body {
    fn drop(&mut self) {
        self.log.say(format!("{}-", self.tag));
    }
}

impl Actor for Probe {
    type Msg = Say;
    type State = Body;
    type Arguments = (Life, Log);

    async fn pre_start(
        &self,
        _: ActorRef<Say>,
        (life, log): (Life, Log),
    ) -> Result<Body, ActorProcessingErr> {
        let body =
            Body { tag: format!("{}{}", life.name(), life.epoch()), epoch: life.epoch(), log };
        body.log.say(format!("{}+", body.tag));
        Ok(body)
    }

    async fn handle(
        &self,
        myself: ActorRef<Say>,
        message: Say,
        body: &mut Body,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Say::Fail => return Err("told to fail".into()),
            Say::FailConfig => return Err(StartError::config("no such stream").into()),
            Say::Panic => panic!("told to panic"),
            Say::Quit => myself.stop(None),
            Say::Epoch(reply) => reply.send(body.epoch)?,
            Say::Ignore(port) => drop(port),
            Say::Note(text) => body.log.say(format!("{}:{text}", body.tag)),
            Say::Sleep(time) => tokio::time::sleep(time).await,
        }
        Ok(())
    }

    async fn post_stop(&self, _: ActorRef<Say>, body: &mut Body) -> Result<(), ActorProcessingErr> {
        body.log.say(format!("{}.", body.tag));
        Ok(())
    }
}

pub(crate) fn probe(name: &'static str, log: &Log) -> ChildSpec<Say> {
    let log = log.clone();
    ChildSpec::new(name, move |life| {
        let log = log.clone();
        async move { life.spawn(Probe, (life.clone(), log)).await }
    })
}

/// Waits for a condition, in the runtime's own time.
pub(crate) async fn until(mut condition: impl FnMut() -> bool) {
    let poll = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(600), poll).await.is_ok(),
        "it never happened"
    );
}
