//! Several addresses of one host, of which the first that answers wins (RFC 8305, "happy eyeballs").

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

/// How long an address may stay silent before the next one is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// Tries the addresses in turn, each a head start after the one before, or at once when that one failed.
///
/// An address that swallows everything costs its head start, not the whole time. The others' attempts end when one has
/// won; when none wins, the last failure counts.
pub(super) async fn race<T, F>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut waiting = addresses.into_iter();
    let mut running = FuturesUnordered::new();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    loop {
        match waiting.next() {
            Some(address) => running.push(connect(address)),
            None if running.is_empty() => return Err(last),
            None => {}
        }
        match timeout(HEAD_START, running.next()).await {
            Ok(Some(Ok(won))) => return Ok(won),
            Ok(Some(Err(error))) => last = error,
            Ok(None) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::time::{Instant, sleep};

    use super::*;

    /// What an address does: after so many milliseconds it answers, or fails.
    type Fate = (u64, bool);

    /// Runs a race; who won, when, and when each address was tried.
    async fn run(fates: &[Fate]) -> (io::Result<usize>, u128, Vec<u128>) {
        let begin = Instant::now();
        let tried = RefCell::new(Vec::new());
        let addresses = (0..fates.len()).map(|n| SocketAddr::from(([10, 0, 0, 0], n as u16)));
        let connect = |address: SocketAddr| {
            let place = usize::from(address.port());
            let (delay, works) = fates[place];
            tried.borrow_mut().push(begin.elapsed().as_millis());
            async move {
                sleep(Duration::from_millis(delay)).await;
                works.then_some(place).ok_or_else(|| io::Error::other(format!("no {place}")))
            }
        };
        let won = race(addresses.collect(), connect).await;
        (won, begin.elapsed().as_millis(), tried.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_address_is_enough_when_it_answers() {
        let (won, took, tried) = run(&[(100, true), (1, true)]).await;
        assert_eq!((won.unwrap(), took, tried), (0, 100, vec![0]));
    }

    // spec: A11-02, CON-22
    #[tokio::test(start_paused = true)]
    async fn a_silent_address_costs_its_head_start_only() {
        let (won, took, tried) = run(&[(60_000, false), (60_000, true), (20, true)]).await;
        assert_eq!((won.unwrap(), took, tried), (2, 520, vec![0, 250, 500]));
    }

    // spec: A11-01, CON-22
    #[tokio::test(start_paused = true)]
    async fn after_a_refusal_the_next_address_follows_at_once() {
        let (won, took, tried) = run(&[(5, false), (5, false), (5, true)]).await;
        assert_eq!((won.unwrap(), took, tried), (2, 15, vec![0, 5, 10]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_address_can_still_win() {
        let (won, took, _) = run(&[(300, true), (500, true)]).await;
        assert_eq!((won.unwrap(), took), (0, 300));
    }

    #[tokio::test(start_paused = true)]
    async fn when_none_answers_the_last_failure_counts() {
        let (won, took, _) = run(&[(400, false), (10, false)]).await;
        assert_eq!((won.unwrap_err().to_string(), took), ("no 0".to_owned(), 400));
        let (won, ..) = run(&[]).await;
        assert_eq!(won.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
