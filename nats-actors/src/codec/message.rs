//! Values out of messages.

use serde::de::DeserializeOwned;

use super::json::Json;
use super::traits::{CodecError, Decodes};
use crate::protocol::Message;

impl Message {
    /// The payload as a value, read as JSON; see [`Json`].
    ///
    /// ```
    /// # use nats_actors::protocol::Message;
    /// let message = Message::new("counts", None, None, b"[1, 2]");
    ///
    /// assert_eq!(message.json(), Ok(vec![1, 2]));
    /// assert!(message.json::<u32>().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`CodecError`] if the payload is not a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CodecError> {
        self.decoded::<Json, T>()
    }

    /// The payload as a value, read by the codec `C`.
    ///
    /// # Errors
    ///
    /// [`CodecError`] if the payload is not a `T`.
    pub fn decoded<C: Decodes<T>, T>(&self) -> Result<T, CodecError> {
        C::decode(&self.payload_bytes())
    }
}
