//! The service that says what it was told.

use nats_actors::{Client, Message};

/// A handler that answers each message that wants an answer with its payload, by `client`.
///
/// An answer that cannot go out is the asker's to notice.
pub fn echo(
    client: &Client,
) -> impl Fn(Message) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + use<> {
    let client = client.clone();
    move |message| {
        let client = client.clone();
        Box::pin(async move {
            if message.reply().is_some() {
                let _ = client.respond(&message, message.payload()).await;
            }
        })
    }
}
