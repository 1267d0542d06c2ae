//! When to log in again, ahead of the end.

use std::time::Duration;

/// The longest time before the end at which a client looks for new credentials.
const MARGIN: Duration = Duration::from_secs(300);

/// What a move may take on a machine that is busy. With less than that left nothing is planned: the server ends the
/// connection, and the client comes back as after any loss.
const MOVE: Duration = Duration::from_secs(2);

/// In what time to connect anew, for credentials that are valid for `left`; `random` is in `0.0..1.0`.
///
/// Between a fifth and two fifths of what is left before the end, but at most five minutes, so that clients that
/// started together do not come together; and where that is less than a move may take, up to between one and two thirds.
/// Credentials that were not renewed then are tried again in the same way, ever closer to the end and a few times only.
pub(crate) fn renew_in(left: Duration, random: f64) -> Option<Duration> {
    let margin = (left / 5).max(MOVE.min(left / 3)).min(MARGIN / 2);
    let early = margin + margin.mul_f64(random.clamp(0.0, 1.0));
    (left > MOVE).then(|| left - early)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    // spec: SEC-21
    #[test]
    fn it_is_ahead_of_the_end_and_jittered() {
        let seconds =
            |left, random| renew_in(Duration::from_secs(left), random).unwrap().as_secs_f64();

        assert!((seconds(10, 0.0) - 8.0).abs() < 1e-6);
        assert!((seconds(10, 1.0) - 6.0).abs() < 1e-6);
        assert!((seconds(5, 0.0) - 10.0 / 3.0).abs() < 1e-6);
        assert!((seconds(5, 1.0) - 5.0 / 3.0).abs() < 1e-6);
        assert_eq!(renew_in(HOUR * 24, 0.0), Some(HOUR * 24 - MARGIN / 2));
        assert_eq!(renew_in(HOUR * 24, 1.0), Some(HOUR * 24 - MARGIN));
    }

    /// A provider that returns the same credentials again and again causes no storm.
    #[test]
    fn what_is_not_renewed_is_asked_for_a_few_times_only() {
        for random in [0.0, 0.5, 1.0] {
            let (mut left, mut asked) = (HOUR * 24 * 30, 0);
            while let Some(wait) = renew_in(left, random) {
                left -= wait;
                asked += 1;
            }
            assert!((2..=8).contains(&asked), "{asked}");
        }
        assert_eq!(renew_in(Duration::ZERO, 0.5), None);
    }
}
