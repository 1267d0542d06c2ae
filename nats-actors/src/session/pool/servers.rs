//! Which server is tried when.

use std::collections::HashSet;
use std::hash::Hash;

use super::server::PoolServer;
use crate::protocol::ServerError;

/// The servers that the user gave and those that servers tell about, tried in passes: each server once per pass.
///
/// `A` is an address. Servers that the user gave stay; a told one leaves when no later INFO names it, unless it is the
/// one in use. Either leaves when it has failed too often in a row.
#[derive(Debug)]
pub struct ServerPool<A> {
    servers: Vec<PoolServer<A>>,
    /// Failures in a row after which a server leaves.
    max_failures: Option<u32>,
    current: Option<A>,
    /// The one that was lost, which comes last in the pass that follows.
    left: Option<A>,
    /// The one that had the latest turn.
    latest: Option<A>,
}

/// What an INFO changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolChange<A> {
    /// Servers that were not known before.
    pub added: Vec<A>,
    /// Servers that are gone from the cluster.
    pub removed: Vec<A>,
}

impl<A> PoolChange<A> {
    /// Whether nothing has changed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl<A: Clone + Eq + Hash> ServerPool<A> {
    /// The servers that the user gave, in their order; repeated ones count once.
    ///
    /// A server that fails `max_failures` times in a row leaves; with `None` it may fail for ever.
    #[must_use]
    pub fn new(given: impl IntoIterator<Item = A>, max_failures: Option<u32>) -> Self {
        let servers = Vec::new();
        let mut pool = Self { servers, max_failures, current: None, left: None, latest: None };
        given.into_iter().for_each(|address| pool.add(address, false));
        pool
    }

    /// Follows an INFO: `told` are the servers that it names. An INFO that names none changes nothing.
    pub fn update(&mut self, told: impl IntoIterator<Item = A>) -> PoolChange<A> {
        let told: Vec<A> = told.into_iter().collect();
        let mut change = PoolChange { added: Vec::new(), removed: Vec::new() };
        if told.is_empty() {
            return change;
        }
        let names: HashSet<&A> = told.iter().collect();
        let current = self.current.as_ref();
        let gone = self.servers.extract_if(.., |server| {
            let address = &server.address;
            server.discovered && !names.contains(address) && current != Some(address)
        });
        change.removed = gone.map(|server| server.address).collect();
        for address in told {
            if self.find(&address).is_none() {
                change.added.push(address.clone());
                self.add(address, true);
            }
        }
        change
    }

    /// Takes other servers instead of all that are known; what is known about those that stay is kept.
    ///
    /// The one in use stays in use, whether or not it is among them.
    pub fn replace(&mut self, given: impl IntoIterator<Item = A>) {
        let mut before = std::mem::take(&mut self.servers);
        for address in given {
            match before.iter().position(|server| server.address == address) {
                Some(at) => {
                    let survivor = before.swap_remove(at);
                    self.servers.push(PoolServer { discovered: false, ..survivor });
                }
                None => self.add(address, false),
            }
        }
    }

    /// Begins a pass over all servers. `random`, if given, draws a number from zero to below its argument, and the order
    /// is drawn with it; else it is that in which the servers were given and told.
    pub fn begin_pass(&mut self, random: Option<fn(usize) -> usize>) {
        self.left = None;
        self.servers.iter_mut().for_each(|server| server.tried = false);
        if let Some(random) = random {
            for end in (1..self.servers.len()).rev() {
                self.servers.swap(end, random(end + 1).min(end));
            }
        }
    }

    /// The server to try now; `None` when each had its turn in this pass.
    ///
    /// One that was lost just now comes last, and none comes twice in a row while another one is due.
    pub fn try_next(&mut self) -> Option<A> {
        let (left, latest) = (self.left.as_ref(), self.latest.as_ref());
        let reluctance = |server: &&mut PoolServer<A>| {
            let address = Some(&server.address);
            (address == left, address == latest)
        };
        let due = self.servers.iter_mut().filter(|server| !server.tried);
        let server = due.min_by_key(reluctance)?;
        server.tried = true;
        self.latest = Some(server.address.clone());
        self.latest.clone()
    }

    /// Takes `address` out of its turn; `false` when it is not in the pool.
    pub fn choose(&mut self, address: &A) -> bool {
        let Some(server) = self.find(address) else { return false };
        server.tried = true;
        self.latest = Some(address.clone());
        true
    }

    /// Whether each server had its turn.
    #[must_use]
    pub fn pass_is_over(&self) -> bool {
        self.servers.iter().all(|server| server.tried)
    }

    /// The attempt on `address` worked: it is the one in use, and its failures are forgotten.
    pub fn connected(&mut self, address: &A) {
        self.current = Some(address.clone());
        self.latest = Some(address.clone());
        if let Some(server) = self.find(address) {
            server.worked();
        }
    }

    /// The server in use is gone: a pass begins, in which it comes last. `random` is as for
    /// [`begin_pass`](Self::begin_pass).
    pub fn lost(&mut self, random: Option<fn(usize) -> usize>) {
        self.begin_pass(random);
        self.left = self.current.take();
    }

    /// Whether `address` is the server that was lost before this pass.
    #[must_use]
    pub fn was_left(&self, address: &A) -> bool {
        self.left.as_ref() == Some(address)
    }

    /// The attempt on `address` failed; `true` when it leaves the pool for that.
    pub fn failed(&mut self, address: &A, error: impl Into<String>) -> bool {
        let Some(at) = self.servers.iter().position(|server| server.address == *address) else {
            return false;
        };
        let Some(server) = self.servers.get_mut(at) else { return false };
        server.failures = server.failures.saturating_add(1);
        server.last_error = Some(error.into());
        let leaves = self.max_failures.is_some_and(|max| server.failures >= max);
        if leaves {
            self.servers.remove(at);
        }
        leaves
    }

    /// The server at `address` refused the login; `true` when it did so the last time, too, for the same reason.
    pub fn refused(&mut self, address: &A, refusal: &ServerError) -> bool {
        let Some(server) = self.find(address) else { return false };
        server.refusal.replace(refusal.clone()).as_ref() == Some(refusal)
    }

    /// Every server, in the order of this pass.
    pub fn servers(&self) -> impl Iterator<Item = &PoolServer<A>> {
        self.servers.iter()
    }

    /// The server in use.
    #[must_use]
    pub const fn current(&self) -> Option<&A> {
        self.current.as_ref()
    }

    /// How many servers there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.servers.len()
    }

    /// Whether there is no server to try.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }

    fn find(&mut self, address: &A) -> Option<&mut PoolServer<A>> {
        self.servers.iter_mut().find(|server| server.address == *address)
    }

    fn add(&mut self, address: A, discovered: bool) {
        if self.find(&address).is_none() {
            self.servers.push(PoolServer::new(address, discovered));
        }
    }
}
