//! How traces go on with what a client sends and handles.

use super::draft::Draft;
use super::handle::Client;
use crate::connection::Shared;
use crate::propagation::{Incoming, Propagator, Sending, in_trace};
#[cfg(feature = "jetstream")]
use crate::protocol::Headers;
use crate::protocol::Message;

/// Subjects that servers and monitors of services listen to, and those of answers.
const WITHOUT: [&str; 4] = ["$JS.", "$SYS.", "$SRV.", "_INBOX."];

impl Client {
    /// Handles `message` by `handling` in the trace that the message brings, for whoever takes messages from a
    /// [`Subscription`](crate::Subscription) himself; handlers run in it by themselves.
    ///
    /// Without a [propagator](crate::ConnectOptions::propagator) it is `handling` and no more. Cancel safe, if `handling` is.
    ///
    /// ```no_run
    /// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
    /// let mut orders = client.subscribe("orders.*").await?;
    /// while let Some(order) = orders.next().await {
    ///     // What is sent from here on continues the trace of the order.
    ///     client.in_trace_of(&order, async { client.publish("bills.new", order.payload()).await }).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_trace_of<F: Future>(
        &self,
        message: &Message,
        handling: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let receive = |propagator: &Propagator| propagator.receive(&Incoming::new(message));
        in_trace(self.propagator().map(receive), || handling)
    }

    pub(crate) fn propagator(&self) -> Option<&Propagator> {
        self.connection().shared().options.propagator.as_ref()
    }

    /// Adds the current trace to a message that will be sent, maybe several times.
    #[cfg(feature = "jetstream")]
    pub(crate) fn begin_sending(
        &self,
        subject: &str,
        payload: &[u8],
        headers: &mut Headers,
    ) -> Option<Sending> {
        let propagator = self.propagator()?;
        let mut draft = Draft::new(subject.into(), payload.into());
        draft.headers = Some(std::mem::take(headers));
        let sending = add_trace(self.connection().shared(), propagator, &mut draft);
        *headers = draft.headers.unwrap_or_default();
        sending
    }
}

/// Adds the current trace to a message, if one may be there.
#[cold]
pub(super) fn add_trace(
    shared: &Shared,
    propagator: &Propagator,
    draft: &mut Draft<'_>,
) -> Option<Sending> {
    let subject = &*draft.subject;
    let begins =
        |prefix: &str| subject.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    let without = WITHOUT.into_iter().any(|prefix| subject.starts_with(prefix));
    if without || begins(&shared.options.inbox_prefix) || !shared.server_info().headers {
        return None;
    }
    propagator.send(subject, draft.payload.as_slice().len(), &mut draft.headers)
}
