//! The actor that answers.

use std::fmt;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::client::Client;
use crate::error::{Error as ClientError, ErrorKind};
use crate::service::runtime::error::Error;
use crate::service::runtime::fault_cell::FaultCell;
use crate::service::runtime::roster::Roster;
use crate::subscription::{Batch, SubscriptionHandle};

use super::verb::Verb;

/// Answers questions about the service. A question that comes while it is down has no answer from this instance.
#[derive(Debug)]
pub(in crate::service::runtime) struct MonitorActor;

/// Questions, as they came in; the subscription bounds how many are under way.
pub(in crate::service::runtime) struct MonitorMsg {
    verb: Verb,
    questions: Batch,
}

pub(in crate::service::runtime) struct Arguments {
    pub(in crate::service::runtime) client: Client,
    pub(in crate::service::runtime) roster: Arc<Roster>,
    pub(in crate::service::runtime) faults: Arc<FaultCell>,
    pub(in crate::service::runtime) prefix: String,
}

pub(in crate::service::runtime) struct State {
    client: Client,
    roster: Arc<Roster>,
    /// Dropping them unsubscribes.
    _subscriptions: Vec<SubscriptionHandle>,
}

impl Actor for MonitorActor {
    type Msg = MonitorMsg;
    type State = State;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<MonitorMsg>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        match listen(&myself, &arguments).await {
            Ok(subscriptions) => {
                let Arguments { client, roster, .. } = arguments;
                Ok(State { client, roster, _subscriptions: subscriptions })
            }
            Err(error) => {
                let text = format!("the monitor of `{}` cannot listen", arguments.roster.name());
                Err(arguments.faults.note(Error::client(text, error)).into())
            }
        }
    }

    async fn handle(
        &self,
        _: ActorRef<MonitorMsg>,
        message: MonitorMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        state.answer(message);
        Ok(())
    }
}

impl State {
    /// Never waits: the answer is sent now or not at all.
    fn answer(&self, message: MonitorMsg) {
        let mut answer = None;
        for question in message.questions {
            let Some(to) = question.reply() else { continue };
            let answer = answer.get_or_insert_with(|| message.verb.answer(&self.roster));
            let Ok(payload) = answer else { return };
            if let Err(error) = self.client.try_publish(to, &*payload) {
                tracing::warn!(service = self.roster.name(), %error, "an answer was not sent");
            }
        }
    }
}

/// Subscribes to the nine subjects, and waits once until the server knows all of them.
async fn listen(
    myself: &ActorRef<MonitorMsg>,
    arguments: &Arguments,
) -> Result<Vec<SubscriptionHandle>, ClientError> {
    let Arguments { client, roster, prefix, .. } = arguments;
    let mut subscriptions = Vec::new();
    for verb in Verb::ALL {
        for subject in verb.subjects(prefix, roster) {
            let subscribe = client.subscribe(subject).unconfirmed();
            let to_message = move |questions| MonitorMsg { verb, questions };
            subscriptions.push(subscribe.deliver_to(myself.clone(), to_message).await?);
        }
    }
    if client.state().is_connected() {
        match client.flush().await {
            // The next connection announces the subscriptions again.
            Err(error) if error.kind() != ErrorKind::Disconnected => return Err(error),
            _ => {}
        }
    }
    match subscriptions.iter().find_map(SubscriptionHandle::error) {
        Some(error) => Err(error),
        None => Ok(subscriptions),
    }
}

impl fmt::Debug for MonitorMsg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let questions = self.questions.len();
        write!(f, "MonitorMsg({:?}, {questions})", self.verb)
    }
}
