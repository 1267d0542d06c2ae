//! Letting an actor answer calls of other processes.

use std::sync::Arc;

use ractor::{ActorRef, RpcReplyPort};
use tokio::sync::oneshot;

use super::call::Call;
use crate::client::{Client, Subscribe};
use crate::codec::{Encodes, Json};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message, ReplyError};
use crate::subscription::{SubscriptionHandle, end_as_closed};

impl Subscribe<'_> {
    /// Lets `actor` answer the calls that come in: each is cast as the message that `map` makes of it and of the port
    /// for the answer.
    ///
    /// At most `concurrency` calls (0 counts as 1) wait for the actor at a time, so that its mailbox stays short. An actor that drops the
    /// port, or does not answer within the request timeout of the options, is an error of the caller. When the actor is
    /// gone, the subscription ends, at the server too: callers then hear that nobody is there.
    ///
    /// The other side is [`Client::call`](crate::Client::call). A call without a reply subject is executed and not
    /// answered.
    ///
    /// # Errors
    ///
    /// As for awaiting it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future unsubscribes; calls may have been cast already.
    ///
    /// ```no_run
    /// # use nats_actors::actor::Call;
    /// # use ractor::RpcReplyPort;
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Add { amount: u32 }
    /// # impl Call for Add { type Reply = u64; type Error = String; }
    /// enum Msg {
    ///     Add(Add, RpcReplyPort<Result<u64, String>>),
    /// }
    ///
    /// # async fn example(
    /// #     client: nats_actors::Client,
    /// #     counter: ractor::ActorRef<Msg>,
    /// # ) -> Result<(), nats_actors::Error> {
    /// let answering = client.subscribe("counter.add").queue("counters").answer_from(64, counter, Msg::Add).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer_from<C, M, F>(
        self,
        concurrency: usize,
        actor: ActorRef<M>,
        map: F,
    ) -> Result<SubscriptionHandle, Error>
    where
        C: Call,
        M: ractor::Message,
        F: Fn(C, RpcReplyPort<Result<C::Reply, C::Error>>) -> M + Send + Sync + 'static,
    {
        let desk = Arc::new(Desk { client: self.client().clone(), actor, map });
        let handler = |queue| {
            move |message| {
                let (desk, queue) = (Arc::clone(&desk), Arc::clone(&queue));
                async move {
                    if desk.answer(&message).await.is_err() {
                        end_as_closed(&queue);
                    }
                }
            }
        };
        self.handle_by(concurrency, handler).await
    }
}

/// Where calls come in.
struct Desk<M, F> {
    client: Client,
    actor: ActorRef<M>,
    map: F,
}

/// The actor is gone.
struct Gone;

impl<M, F> Desk<M, F>
where
    M: ractor::Message,
{
    async fn answer<C>(&self, message: &Message) -> Result<(), Gone>
    where
        C: Call,
        F: Fn(C, RpcReplyPort<Result<C::Reply, C::Error>>) -> M,
    {
        let (port, answered) = oneshot::channel();
        let call = match message.json() {
            Ok(call) => call,
            Err(error) => {
                let refusal = Answer::refusal(400, &format!("the call cannot be read: {error}"));
                self.send(message, refusal).await;
                return Ok(());
            }
        };
        if self.actor.cast((self.map)(call, port.into())).is_err() {
            self.send(message, Answer::refusal(503, "the actor is gone")).await;
            return Err(Gone);
        }
        let answer = match tokio::time::timeout(self.client.request_timeout(), answered).await {
            Ok(Ok(Ok(reply))) => Answer::reply::<C>(&reply),
            Ok(Ok(Err(error))) => Answer::error::<C>(&error),
            Ok(Err(_)) => Answer::refusal(500, "the actor gave no answer"),
            Err(_) => Answer::refusal(504, "the actor did not answer in time"),
        };
        self.send(message, answer).await;
        Ok(())
    }

    /// An answer that nobody waits for, or that cannot go out, is the caller's timeout.
    async fn send(&self, message: &Message, Answer { headers, payload }: Answer) {
        let mut answer = self.client.respond(message, payload);
        if let Some(headers) = headers {
            answer = answer.headers(headers);
        }
        if let Err(error) = answer.await
            && error.kind() != ErrorKind::NoReplySubject
        {
            tracing::warn!(%error, "the answer of an actor was not sent");
        }
    }
}

/// What goes back.
struct Answer {
    headers: Option<Headers>,
    payload: Vec<u8>,
}

impl Answer {
    fn reply<C: Call>(reply: &C::Reply) -> Self {
        let mut payload = Vec::new();
        match Json::encode(reply, &mut payload) {
            Ok(()) => Self { headers: None, payload },
            Err(_) => Self::refusal(500, "the answer cannot be encoded"),
        }
    }

    fn error<C: Call>(error: &C::Error) -> Self {
        let mut payload = Vec::new();
        match Json::encode(error, &mut payload) {
            Ok(()) => Self { payload, ..Self::refusal(500, &error.to_string()) },
            Err(_) => Self::refusal(500, "the error cannot be encoded"),
        }
    }

    fn refusal(code: u16, why: &str) -> Self {
        Self { headers: Some(ReplyError::new(code, why).headers()), payload: Vec::new() }
    }
}
