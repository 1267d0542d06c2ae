//! Listening to advisories.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::event::Advisory;
use crate::client::{Client, Subscribe};
use crate::error::Error;
use crate::subscription::{Subscription, SubscriptionHandle};

/// A subscription to advisories about to be made; `.await` makes it [`Advisories`].
///
/// # Errors
///
/// Those of [`Subscribe`].
///
/// # Cancel safety
///
/// Dropping the future unsubscribes.
#[derive(Debug)]
#[must_use = "it does nothing until awaited"]
pub struct SubscribeAdvisories<'a> {
    subscribe: Subscribe<'a>,
}

impl Client {
    /// Listens to what servers tell on `subject`, which may hold wildcards; [`subjects`](super::subjects) has the names.
    ///
    /// Advisories of connections and servers go to the system account, so that only its users hear them.
    pub fn advisories<'a>(&'a self, subject: impl Into<Cow<'a, str>>) -> SubscribeAdvisories<'a> {
        SubscribeAdvisories { subscribe: self.subscribe(subject) }
    }
}

impl SubscribeAdvisories<'_> {
    /// Shares the advisories with the other members of this group: each goes to one of them. Default: no group.
    pub fn queue(mut self, group: impl Into<String>) -> Self {
        self.subscribe = self.subscribe.queue(group.into());
        self
    }
}

impl<'a> IntoFuture for SubscribeAdvisories<'a> {
    type Output = Result<Advisories, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.subscribe.await.map(Advisories::from) })
    }
}

/// What servers tell, as it comes: a stream of [`Advisory`]. Dropping it unsubscribes.
///
/// It is made of a [`Subscription`], also of one with limits and a policy of its own, and can be asked what that one can.
/// As that one it drops what is too much for it, survives reconnects, and ends by the same causes.
#[derive(Debug)]
#[must_use = "dropping it unsubscribes"]
pub struct Advisories {
    subscription: Subscription,
}

impl Advisories {
    /// The next advisory; `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// No advisory is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Advisory> {
        self.subscription.next().await.map(|message| Advisory::parse(&message))
    }
}

impl From<Subscription> for Advisories {
    fn from(subscription: Subscription) -> Self {
        Self { subscription }
    }
}

impl Deref for Advisories {
    type Target = SubscriptionHandle;

    fn deref(&self) -> &SubscriptionHandle {
        &self.subscription
    }
}

impl Stream for Advisories {
    type Item = Advisory;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Advisory>> {
        let next = Pin::new(&mut self.subscription).poll_next(cx);
        next.map(|message| message.map(|message| Advisory::parse(&message)))
    }
}
