//! The servers to try, in order.

use std::collections::HashSet;

/// The servers that the user gave and those that servers tell about, tried in turn.
///
/// `A` is an address. Servers that the user gave stay for ever; a told one leaves when no later INFO names it, unless it
/// is the one in use.
#[derive(Debug)]
pub struct ServerPool<A> {
    servers: Vec<Server<A>>,
    next: usize,
    current: Option<A>,
}

#[derive(Debug)]
struct Server<A> {
    address: A,
    explicit: bool,
    failures: u32,
}

impl<A: Clone + Eq + std::hash::Hash> ServerPool<A> {
    /// The servers that the user gave, in their order; repeated ones count once.
    #[must_use]
    pub fn new(explicit: impl IntoIterator<Item = A>) -> Self {
        let mut pool = Self { servers: Vec::new(), next: 0, current: None };
        for address in explicit {
            pool.add(address, true);
        }
        pool
    }

    /// Follows an INFO: `told` are the servers that it names.
    ///
    /// Returns whether the pool changed.
    pub fn update(&mut self, told: impl IntoIterator<Item = A>) -> bool {
        let told: Vec<A> = told.into_iter().collect();
        let names: HashSet<&A> = told.iter().collect();
        let before = self.servers.len();
        let (next, current) = (self.next, self.current.as_ref());
        let gone_before_next = self.servers.iter().take(next).filter(|s| !s.stays(&names, current));
        let shift = gone_before_next.count();
        self.servers.retain(|server| server.stays(&names, current));
        self.next = next - shift;
        let kept = self.servers.len();
        let added = told.into_iter().filter(|address| self.add(address.clone(), false)).count();
        kept != before || added > 0
    }

    /// The server to try now; each call moves on, and begins again after the last one.
    pub fn try_next(&mut self) -> Option<A> {
        if self.next >= self.servers.len() {
            self.next = 0;
        }
        let server = self.servers.get(self.next)?;
        self.next += 1;
        Some(server.address.clone())
    }

    /// Whether every server was tried since the first one was.
    #[must_use]
    pub const fn round_is_over(&self) -> bool {
        self.next >= self.servers.len()
    }

    /// The attempt on `address` worked: it is the one in use, and its failures are forgotten.
    pub fn connected(&mut self, address: &A) {
        self.current = Some(address.clone());
        if let Some(server) = self.find(address) {
            server.failures = 0;
        }
    }

    /// The attempt on `address` failed; returns how often in a row.
    pub fn failed(&mut self, address: &A) -> u32 {
        self.find(address).map_or(0, |server| {
            server.failures = server.failures.saturating_add(1);
            server.failures
        })
    }

    /// The server in use, or the one that was used last; none before the first.
    #[must_use]
    pub const fn current(&self) -> Option<&A> {
        self.current.as_ref()
    }

    /// Every address, in order.
    pub fn addresses(&self) -> impl Iterator<Item = &A> {
        self.servers.iter().map(|server| &server.address)
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

    fn find(&mut self, address: &A) -> Option<&mut Server<A>> {
        self.servers.iter_mut().find(|server| server.address == *address)
    }

    fn add(&mut self, address: A, explicit: bool) -> bool {
        if self.find(&address).is_some() {
            return false;
        }
        self.servers.push(Server { address, explicit, failures: 0 });
        true
    }
}

impl<A: Eq + std::hash::Hash> Server<A> {
    fn stays(&self, told: &HashSet<&A>, current: Option<&A>) -> bool {
        self.explicit || told.contains(&self.address) || current == Some(&self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pool: &ServerPool<&'static str>) -> Vec<&'static str> {
        pool.addresses().copied().collect()
    }

    #[test]
    fn servers_are_tried_in_turn_and_rounds_are_told() {
        let mut pool = ServerPool::new(["a", "b", "a"]);

        assert_eq!(pool.try_next(), Some("a"));
        assert!(!pool.round_is_over());
        assert_eq!(pool.try_next(), Some("b"));
        assert!(pool.round_is_over());
        assert_eq!(pool.try_next(), Some("a"));
    }

    #[test]
    fn told_servers_come_and_go_and_given_ones_stay() {
        let mut pool = ServerPool::new(["a"]);

        assert!(pool.update(["b", "c"]));
        assert!(pool.update(["c"]));
        assert!(!pool.update(["c"]));
        assert_eq!(all(&pool), ["a", "c"]);
    }

    #[test]
    fn the_server_in_use_stays_until_it_is_left() {
        let mut pool = ServerPool::new(["a"]);
        pool.update(["b"]);
        pool.connected(&"b");
        pool.update([]);
        assert_eq!(all(&pool), ["a", "b"]);

        pool.connected(&"a");
        pool.update([]);
        assert_eq!(all(&pool), ["a"]);
    }

    #[test]
    fn a_removal_does_not_skip_anybodys_turn() {
        let mut pool = ServerPool::new(["a", "z"]);
        pool.update(["b", "c"]);
        for expected in ["a", "z", "b"] {
            assert_eq!(pool.try_next(), Some(expected));
        }
        pool.update(["c"]);

        assert_eq!(pool.try_next(), Some("c"));
    }

    #[test]
    fn failures_are_counted_per_server_and_forgotten_by_success() {
        let mut pool = ServerPool::new(["a", "b"]);
        assert_eq!((pool.failed(&"a"), pool.failed(&"a"), pool.failed(&"b")), (1, 2, 1));
        pool.connected(&"a");

        assert_eq!(pool.failed(&"a"), 1);
    }
}
