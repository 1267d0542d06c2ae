//! Deciding on what a server says that is not a message: INFO and `-ERR`.

use std::sync::Arc;

use ractor::ActorRef;

use super::actor::State;
use super::event::Event;
use super::intake::Control;
use super::lock::lock;
use super::message::ConnectionMsg;
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
            Control::Error(error) => self.complained(error),
        }
    }

    pub(super) fn complained(&mut self, error: ServerError) {
        self.shared.deny_requests(&error);
        if error.closes_connection() {
            self.complaint = Some(error.clone());
        }
        self.shared.events.push(Event::ServerError(error));
    }
}

impl Shared {
    /// Follows what a server tells about itself and its cluster.
    pub(super) fn adopt(&self, info: &Arc<ServerInfo>) {
        *lock(&self.info) = Arc::clone(info);
        self.outbox.adopt(info);
        if self.options.ignore_advertised_servers {
            return;
        }
        let mut pool = lock(&self.pool);
        let told: Vec<ServerAddr> =
            info.connect_urls.iter().filter_map(|url| told(&pool, url)).collect();
        if pool.update(told) {
            let servers = pool.addresses().map(ToString::to_string).collect();
            self.events.push(Event::ServersChanged { servers });
        }
    }
}

/// A server that the present one told about: as the pool knows it, if it does.
fn told(pool: &ServerPool<ServerAddr>, url: &str) -> Option<ServerAddr> {
    let told = match pool.current() {
        Some(teller) => teller.tells_about(url).ok()?,
        None => ServerAddr::parse(url).ok()?,
    };
    let known = pool.addresses().find(|known| known.is_same_place(&told));
    Some(known.cloned().unwrap_or(told))
}
