//! Starting to pull.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::actor::{Arguments, PullActor};
use super::intake::Inbox;
use super::message::PullMsg;
use super::messages::Messages;
use super::settings::PullSettings;
use super::shared::Shared;
use super::state::{MessagesState, OnConsumerLoss, OnStreamLoss};
use crate::client::Client;
use crate::jetstream::{Consumer, Error, ErrorKind};
use crate::session::PendingLimits;
use crate::supervisor::{
    ChildSpec, Life, Restart, SlotState, StartError, Strategy, Supervisor, SupervisorHandle,
    SupervisorOptions,
};

/// Messages about to come; `.await` begins to pull for them.
///
/// # Errors
///
/// [`BadConfig`](ErrorKind::BadConfig) for options that contradict each other;
/// [`PullRefused`](ErrorKind::PullRefused) for a consumer that is known to be push based; what the
/// client says to the subscription.
///
/// # Cancel safety
///
/// Dropping the future stops what was started; no message is lost by it.
///
/// ```no_run
/// # async fn example(billing: nats_actors::jetstream::Consumer) -> Result<(), nats_actors::jetstream::Error> {
/// use std::time::Duration;
///
/// let messages = billing.messages().max_in_flight(64).heartbeat(Duration::from_secs(1)).await?;
/// # drop(messages);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is pulled for until this is awaited"]
pub struct StartMessages {
    consumer: Consumer,
    settings: PullSettings,
}

impl Consumer {
    /// The consumer's messages, from as many pulls as it takes; `.await` what this returns.
    pub fn messages(&self) -> StartMessages {
        StartMessages { consumer: self.clone(), settings: PullSettings::default() }
    }
}

impl StartMessages {
    /// Messages that may be here and not settled, buffered or handed out. Default: 256. At the
    /// bound nothing is asked for. The consumer's `max_ack_pending`, which counts those of all
    /// clients, should be a multiple of it.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.settings.budget.messages = messages;
        self
    }

    /// Bytes that may be here and not settled, before nothing more is asked for. Default: 64 MiB.
    /// Pulls that are under way then can bring as much again. A message that is larger than half
    /// of it comes alone.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.settings.budget.bytes = bytes;
        self
    }

    /// How long one pull waits at the server before it is renewed; at least 100 ms. Default: 30 s,
    /// or what the consumer allows.
    pub fn expires(mut self, expires: Duration) -> Self {
        self.settings.expires = expires;
        self
    }

    /// How often the server says that a waiting pull is alive. Default: 2 s. Twice this time of
    /// silence, at least 500 ms, counts as a loss. At most half of the expiry.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.settings.heartbeat = interval;
        self
    }

    /// The priority group to pull for, where the consumer has some. Default: none.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.settings.group = Some(group.into());
        self
    }

    /// What happens when the consumer turns out to be deleted. Default: it is created again, if its
    /// configuration is known.
    pub fn on_consumer_loss(mut self, policy: OnConsumerLoss) -> Self {
        self.settings.on_consumer_loss = policy;
        self
    }

    /// What happens when the stream turns out to be deleted. Default: it is waited for.
    pub fn on_stream_loss(mut self, policy: OnStreamLoss) -> Self {
        self.settings.on_stream_loss = policy;
        self
    }

    async fn start(self) -> Result<Messages, Error> {
        let Self { consumer, mut settings } = self;
        settings.check()?;
        if let Some(info) = consumer.cached_info() {
            if info.config.is_push() {
                return Err(Error::new(ErrorKind::PullRefused).on(consumer.name()));
            }
            settings = settings.within(&info.config);
        }
        let first = subscribe(consumer.jetstream().client()).await?;
        let name = format!("consumer {}.{}", consumer.stream_name(), consumer.name());
        let shared = Arc::new(Shared::new(consumer, settings.budget.messages));
        let options = SupervisorOptions::new().history(16);
        let supervisor = Supervisor::start(name, Strategy::OneForOne, options);
        let slot = supervisor
            .add(child(&shared, settings, first))
            .map_err(|error| Error::new(ErrorKind::Crashed).because(error))?;
        shared.connect(slot);
        tokio::spawn(bury(Arc::clone(&shared), supervisor));
        Ok(Messages::new(shared))
    }
}

impl IntoFuture for StartMessages {
    type Output = Result<Messages, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.start())
    }
}

/// The consumer's actor, for its supervisor. The first life takes the subscription that was made
/// while the caller could still be told about its failure.
fn child(shared: &Arc<Shared>, settings: PullSettings, first: Inbox) -> ChildSpec<PullMsg> {
    let first = Arc::new(Mutex::new(Some(first)));
    let shared = Arc::clone(shared);
    let start = move |life: Life| {
        let (shared, settings, first) = (Arc::clone(&shared), settings.clone(), Arc::clone(&first));
        async move {
            let ready = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            let inbox = match ready {
                Some(inbox) => inbox,
                None => subscribe(shared.client()).await.map_err(StartError::failed)?,
            };
            life.spawn(PullActor, Arguments { shared, settings, inbox }).await
        }
    };
    ChildSpec::new("puller", start).restart(Restart::Transient)
}

async fn subscribe(client: &Client) -> Result<Inbox, Error> {
    let prefix = client.new_inbox();
    // Credit bounds what comes; a second bound here could only lose some of it.
    let unbounded = PendingLimits::new(usize::MAX, usize::MAX);
    let subscription = client.subscribe(format!("{prefix}.*")).limits(unbounded).await?;
    Ok(Inbox { prefix, subscription })
}

/// Ends the supervisor when its child will have no further life, and makes sure that the reader
/// hears of it.
async fn bury(shared: Arc<Shared>, supervisor: SupervisorHandle) {
    if let Some(mut states) = shared.slot_states() {
        let _ = states.wait_for(SlotState::is_final).await.map(|state| state.clone());
    }
    shared.buffer.close(Some(Error::new(ErrorKind::Crashed)));
    shared.show(MessagesState::Ended);
    let _ = supervisor.drain(Duration::from_secs(1)).await;
}
