//! Publishes whose publisher waits to hear whether the server denies them.

use std::collections::HashMap;
use std::sync::Mutex;

use super::lock::lock;
use super::shared::Shared;
use crate::protocol::ServerError;

/// Every such publish. An error names nothing but a subject, so it counts for all publishes to that subject: the server
/// denies them alike.
#[derive(Debug, Default)]
pub(super) struct Watched {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    begun: u64,
    publishes: HashMap<u64, Watching>,
}

#[derive(Debug)]
struct Watching {
    subject: String,
    reply: Option<String>,
    denied: bool,
}

impl Watched {
    /// The server denies what `error` names, if it names a publish.
    pub(super) fn complained(&self, error: &ServerError) {
        let mut table = lock(&self.table);
        for publish in table.publishes.values_mut() {
            publish.denied |= match error {
                ServerError::PermissionsViolationPublish { subject } => publish.subject == *subject,
                ServerError::PermissionsViolationReply { reply } => {
                    publish.reply.as_ref() == Some(reply)
                }
                _ => false,
            };
        }
    }
}

/// Hears of the denial of one publish, from its beginning until it is dropped.
#[derive(Debug)]
pub(crate) struct DenialWatch<'a> {
    watched: &'a Watched,
    number: u64,
}

impl Shared {
    /// Listens for a denial of `subject` or `reply`; begin before the publish.
    pub(crate) fn watch_denial(&self, subject: &str, reply: Option<&str>) -> DenialWatch<'_> {
        let mut table = lock(&self.watched.table);
        table.begun += 1;
        let number = table.begun;
        let (subject, reply) = (subject.to_owned(), reply.map(str::to_owned));
        table.publishes.insert(number, Watching { subject, reply, denied: false });
        DenialWatch { watched: &self.watched, number }
    }
}

impl DenialWatch<'_> {
    pub(crate) fn is_denied(&self) -> bool {
        lock(&self.watched.table).publishes.get(&self.number).is_some_and(|publish| publish.denied)
    }
}

impl Drop for DenialWatch<'_> {
    fn drop(&mut self) {
        lock(&self.watched.table).publishes.remove(&self.number);
    }
}
