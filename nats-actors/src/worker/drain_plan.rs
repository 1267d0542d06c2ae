//! What a drain can still finish by its deadline; pure.

use std::time::Duration;

/// What a consumer holds when its drain begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// Deliveries that wait for their turn.
    pub(crate) waiting: usize,
    /// Handlers that can run side by side.
    pub(crate) workers: usize,
    /// How long one attempt takes on average, if any has ended yet.
    pub(crate) mean: Option<Duration>,
}

/// How many of the waiting deliveries to keep; the rest is given back at once, so that another replica has them.
///
/// Half of the time is left unplanned, for handlers that take longer than the average. Without an average, nothing that
/// has not begun is kept.
pub(crate) fn keep(load: Load, left: Duration) -> usize {
    let Some(mean) = load.mean else { return 0 };
    let rounds = (left / 2).as_nanos() / mean.as_nanos().max(1);
    let capacity = rounds.saturating_mul(u128::try_from(load.workers).unwrap_or(u128::MAX));
    usize::try_from(capacity).unwrap_or(usize::MAX).min(load.waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_fits_into_half_of_the_time_is_kept() {
        let load = Load { waiting: 100, workers: 4, mean: Some(SECOND) };

        assert_eq!(keep(load, SECOND * 10), 20);
        assert_eq!(keep(load, SECOND * 1000), 100);
        assert_eq!(keep(load, SECOND), 0);
    }

    #[test]
    fn nothing_is_promised_without_experience() {
        assert_eq!(keep(Load { waiting: 9, workers: 1, mean: None }, SECOND), 0);
        assert_eq!(keep(Load { waiting: 9, workers: 1, mean: Some(Duration::ZERO) }, SECOND), 9);
    }
}
