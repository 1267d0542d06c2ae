//! The addresses of a host, in the order in which they are tried.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::lookup_host;

/// Which addresses of a host are tried, and in which order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// Only the family of this address, from which the connection is made.
    pub(super) local: Option<IpAddr>,
    /// In a random order (ADR-11), to spread clients over the addresses of a name.
    pub(super) shuffle: bool,
}

/// Resolves a host, unless it is an IP address already.
///
/// The families alternate, as RFC 8305 wants it, and the resolver says which comes first: a host that has one of them
/// that leads nowhere is reached by the other.
pub(super) async fn addresses(
    host: &str,
    port: u16,
    choice: Choice,
) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![(address, port).into()],
        Err(_) => lookup_host((host, port)).await?.collect(),
    };
    let ordered = order(found, choice);
    if ordered.is_empty() {
        let reason = "the name has no address of a family that can be used";
        return Err(io::Error::new(io::ErrorKind::NotFound, reason));
    }
    Ok(ordered)
}

fn order(found: Vec<SocketAddr>, choice: Choice) -> Vec<SocketAddr> {
    let usable =
        |found: &SocketAddr| choice.local.is_none_or(|local| local.is_ipv4() == found.is_ipv4());
    let found: Vec<SocketAddr> = found.into_iter().filter(usable).collect();
    let Some(first) = found.first().copied() else { return found };
    let (mut preferred, mut others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|address| address.is_ipv4() == first.is_ipv4());
    if choice.shuffle {
        fastrand::shuffle(&mut preferred);
        fastrand::shuffle(&mut others);
    }
    interleave(preferred.into(), others.into())
}

fn interleave(mut one: VecDeque<SocketAddr>, mut other: VecDeque<SocketAddr>) -> Vec<SocketAddr> {
    let mut both = Vec::with_capacity(one.len() + other.len());
    while !(one.is_empty() && other.is_empty()) {
        both.extend(one.pop_front());
        both.extend(other.pop_front());
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_FOUND: Choice = Choice { local: None, shuffle: false };

    fn found(addresses: &[&str]) -> Vec<SocketAddr> {
        addresses.iter().map(|address| address.parse().unwrap()).collect()
    }

    // spec: A11-01, CON-22
    #[test]
    fn families_alternate_and_the_first_found_leads() {
        let six_first = found(&["[::1]:1", "[::2]:1", "10.0.0.1:1", "[::3]:1"]);
        let expected = found(&["[::1]:1", "10.0.0.1:1", "[::2]:1", "[::3]:1"]);
        assert_eq!(order(six_first, AS_FOUND), expected);
        let four_only = found(&["10.0.0.1:1", "10.0.0.2:1"]);
        assert_eq!(order(four_only.clone(), AS_FOUND), four_only);
        assert_eq!(order(Vec::new(), AS_FOUND), []);
    }

    // spec: A11-01, CON-22
    #[test]
    fn a_random_order_gives_each_address_its_turn() {
        let all = found(&["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"]);
        let mut first = [0; 3];
        for _ in 0..300 {
            let ordered = order(all.clone(), Choice { shuffle: true, ..AS_FOUND });
            assert_eq!(ordered.len(), 3);
            first[all.iter().position(|address| *address == ordered[0]).unwrap()] += 1;
        }
        assert!(first.iter().all(|times| (50..=150).contains(times)), "{first:?}");
    }

    // spec: CON-36
    #[test]
    fn a_local_address_leaves_its_own_family() {
        let both = found(&["[::1]:1", "10.0.0.1:1"]);
        let local = |local: &str| Choice { local: Some(local.parse().unwrap()), ..AS_FOUND };
        assert_eq!(order(both.clone(), local("127.0.0.1")), found(&["10.0.0.1:1"]));
        assert_eq!(order(both, local("::1")), found(&["[::1]:1"]));
    }

    // spec: A11-02
    #[tokio::test]
    async fn ip_addresses_are_not_looked_up() {
        for (host, expected) in [("10.1.2.3", "10.1.2.3:7"), ("::1", "[::1]:7")] {
            assert_eq!(addresses(host, 7, AS_FOUND).await.unwrap(), found(&[expected]));
        }
        let local = Choice { local: Some("::1".parse().unwrap()), shuffle: false };
        let error = addresses("10.1.2.3", 7, local).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
