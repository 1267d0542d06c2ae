//! What a handler publishes together with its acknowledgement.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use serde::Serialize;

use crate::protocol::Headers;

/// Messages to publish if the handler ends well; an extractor.
///
/// They are stored by JetStream, in order, before the handled message is acknowledged, each under the message id
/// `<stream>:<consumer>:<sequence>:<n>`: when the handler runs again, its streams drop the duplicates. A handler that
/// fails publishes nothing.
#[derive(Debug)]
pub struct Out {
    staged: Arc<Mutex<Vec<Publication>>>,
}

impl Out {
    /// Stages a value as JSON.
    ///
    /// # Errors
    ///
    /// If the value has no form in JSON.
    pub fn publish<T: Serialize>(
        &mut self,
        subject: impl Into<String>,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        let payload = serde_json::to_vec(value)?;
        self.publish_bytes(subject, payload);
        Ok(())
    }

    /// Stages a payload.
    pub fn publish_bytes(&mut self, subject: impl Into<String>, payload: impl Into<Bytes>) {
        self.publish_with_headers(subject, Headers::new(), payload);
    }

    /// Stages a payload with headers; a `Nats-Msg-Id` among them is kept.
    #[expect(clippy::needless_pass_by_ref_mut, reason = "staging is a change to whoever reads it")]
    pub fn publish_with_headers(
        &mut self,
        subject: impl Into<String>,
        headers: Headers,
        payload: impl Into<Bytes>,
    ) {
        let publication = Publication { subject: subject.into(), headers, payload: payload.into() };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(publication);
    }
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Publication {
    pub(crate) subject: String,
    pub(crate) headers: Headers,
    pub(crate) payload: Bytes,
}

/// Where the publications of one attempt wait; costs nothing until an [`Out`] is asked for.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    list: OnceLock<Arc<Mutex<Vec<Publication>>>>,
}

impl Staged {
    pub(crate) fn out(&self) -> Out {
        Out { staged: Arc::clone(self.list.get_or_init(Arc::default)) }
    }

    pub(crate) fn take(&self) -> Vec<Publication> {
        let Some(list) = self.list.get() else { return Vec::new() };
        std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publications_wait_in_order() {
        let staged = Staged::default();
        assert!(staged.take().is_empty());

        let mut out = staged.out();
        out.publish("a", &7).unwrap();
        out.publish_bytes("b", "x");

        let taken = staged.take();
        assert_eq!(
            taken.iter().map(|p| (&*p.subject, &*p.payload)).collect::<Vec<_>>(),
            [("a", &b"7"[..]), ("b", b"x")]
        );
        assert!(staged.take().is_empty());
    }
}
