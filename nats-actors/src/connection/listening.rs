//! Deciding on what a server says that is not a message: INFO and `-ERR`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ractor::ActorRef;

use super::actor::State;
use super::event::Event;
use super::intake::Control;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::reason::DisconnectCause;
use super::shared::Shared;
use crate::options::ServerAddr;
use crate::protocol::{ServerError, ServerInfo};
use crate::session::ServerPool;

impl State {
    pub(super) fn control(
        &mut self,
        epoch: u64,
        control: Control,
        myself: &ActorRef<ConnectionMsg>,
    ) {
        if self.epoch() != Some(epoch) {
            return self.control_of_other(epoch, control);
        }
        match control {
            Control::Info(info) => {
                let lame_duck = info.ldm;
                self.shared.adopt(&Arc::new(*info));
                if lame_duck {
                    self.shared.events.push(Event::LameDuck);
                    self.lame_duck(myself);
                }
            }
            Control::Error(error) => {
                self.lost(epoch, DisconnectCause::ServerError(error).into(), myself);
            }
        }
    }
}

impl Shared {
    /// Does what needs no decision; returns what the actor must decide.
    pub(super) fn heed(&self, epoch: u64, control: Control) -> Option<Control> {
        match control {
            Control::Error(error) => {
                self.complained(epoch, &error);
                error.closes_connection().then_some(Control::Error(error))
            }
            info @ Control::Info(_) => Some(info),
        }
    }

    /// Takes an `-ERR` to whom it concerns. Here, and not in the actor: there can be as many of them as there are messages.
    fn complained(&self, epoch: u64, error: &ServerError) {
        self.counters.errors.fetch_add(1, Ordering::Relaxed);
        self.deny_requests(error);
        self.watched.complained(error);
        let two = lock(&self.moving.other).is_some();
        let beside = two && self.state.borrow().epoch() != Some(epoch);
        if beside && error.closes_connection() {
            // The client has moved, or goes on where it is: nobody else needs to know.
            return;
        }
        self.life.complained(epoch, error);
        self.events.push(Event::ServerError(error.clone()));
    }

    /// Follows what a server tells about itself and its cluster.
    pub(super) fn adopt(&self, info: &Arc<ServerInfo>) {
        *lock(&self.info) = Arc::clone(info);
        self.outbox.adopt(info);
        if self.options.ignore_advertised_servers {
            return;
        }
        let change = {
            let mut pool = lock(&self.pool);
            let told: Vec<ServerAddr> =
                info.connect_urls.iter().filter_map(|url| told(&pool, url)).collect();
            pool.update(told)
        };
        let at_the_begin = lock(&self.first).is_some();
        if !at_the_begin && !change.is_empty() {
            let texts = |all: Vec<ServerAddr>| all.iter().map(ToString::to_string).collect();
            let (added, removed) = (texts(change.added), texts(change.removed));
            self.events.push(Event::ServersChanged { added, removed });
        }
    }
}

/// A server that the present one told about: as the pool knows it, if it does.
fn told(pool: &ServerPool<ServerAddr>, url: &str) -> Option<ServerAddr> {
    let told = match pool.current() {
        Some(teller) => teller.tells_about(url).ok()?,
        None => ServerAddr::parse(url).ok()?,
    };
    let known =
        pool.servers().map(|server| &server.address).find(|known| known.is_same_place(&told));
    Some(known.cloned().unwrap_or(told))
}
