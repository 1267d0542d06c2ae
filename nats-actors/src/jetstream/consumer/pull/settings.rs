//! How a consumer is pulled from.

use std::time::Duration;

use super::budget::Budget;
use super::request::PullRequest;
use super::state::{OnConsumerLoss, OnStreamLoss};
use super::status::Limit;
use crate::jetstream::{ConsumerConfig, Error, ErrorKind};

/// How a consumer is pulled from, as asked for and as far as its own limits allow.
#[derive(Clone, Debug)]
pub(crate) struct PullSettings {
    pub(crate) budget: Budget,
    pub(crate) expires: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) group: Option<String>,
    /// The consumer's own limits on one pull.
    pub(crate) max_batch: Option<usize>,
    pub(crate) max_bytes: Option<usize>,
    pub(crate) on_consumer_loss: OnConsumerLoss,
    pub(crate) on_stream_loss: OnStreamLoss,
    /// Whether the consumer's configuration is known.
    pub(crate) can_recreate: bool,
}

impl Default for PullSettings {
    fn default() -> Self {
        Self {
            budget: Budget { messages: 256, bytes: 64 * 1024 * 1024 },
            expires: Duration::from_secs(30),
            heartbeat: Duration::from_secs(2),
            group: None,
            max_batch: None,
            max_bytes: None,
            on_consumer_loss: OnConsumerLoss::default(),
            on_stream_loss: OnStreamLoss::default(),
            can_recreate: false,
        }
    }
}

impl PullSettings {
    /// A pull that lives shorter than this is more requests than use.
    const SHORTEST: Duration = Duration::from_millis(100);
    /// Below this, scheduling alone would look like silence.
    const LEAST_PATIENCE: Duration = Duration::from_millis(500);

    pub(crate) fn check(&self) -> Result<(), Error> {
        let wrong = if self.budget.messages == 0 {
            "max_in_flight is 0"
        } else if self.budget.bytes < 2 {
            "max_bytes is less than 2"
        } else if self.expires < Self::SHORTEST {
            "expires is less than 100 ms"
        } else if self.heartbeat.is_zero() || self.heartbeat > self.expires / 2 {
            "heartbeat is 0 or more than half of expires"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::BadConfig).saying(wrong))
    }

    /// Keeps to the limits that the consumer is known to have.
    pub(crate) fn within(mut self, config: &ConsumerConfig) -> Self {
        let size = |limit: u32| usize::try_from(limit).ok().filter(|limit| *limit > 0);
        self.max_batch = config.max_batch.and_then(size);
        self.max_bytes = config.max_bytes.and_then(size);
        if let Some(expires) = config.max_expires.filter(|expires| !expires.is_zero()) {
            self.shorten(expires.max(Self::SHORTEST));
        }
        self.can_recreate = true;
        self
    }

    /// Silence beyond which a pull counts as lost: two heartbeats.
    pub(crate) fn patience(&self) -> Duration {
        (self.heartbeat * 2).max(Self::LEAST_PATIENCE)
    }

    pub(crate) fn request(&self, batch: usize, max_bytes: Option<usize>) -> PullRequest {
        PullRequest {
            batch: self.max_batch.map_or(batch, |most| batch.min(most)).max(1),
            max_bytes: max_bytes.map(|bytes| self.max_bytes.map_or(bytes, |most| bytes.min(most))),
            expires: self.expires,
            idle_heartbeat: self.heartbeat,
            group: self.group.clone(),
        }
    }

    /// Asks for less from now on; `false` if there is no less.
    pub(crate) fn lower(&mut self, limit: Limit) -> bool {
        match limit {
            Limit::Waiting => true,
            Limit::Expires => {
                let lowest = self.expires <= Self::SHORTEST;
                self.shorten((self.expires / 2).max(Self::SHORTEST));
                !lowest
            }
            Limit::Batch(told) => {
                let now = self.max_batch.unwrap_or(self.budget.messages).min(self.budget.messages);
                self.max_batch = Some(less(told, now));
                now > 1
            }
            Limit::Bytes(told) => {
                let now = self.max_bytes.unwrap_or(self.budget.bytes).min(self.budget.bytes);
                self.max_bytes = Some(less(told, now));
                now > 1
            }
        }
    }

    fn shorten(&mut self, expires: Duration) {
        self.expires = self.expires.min(expires);
        self.heartbeat = self.heartbeat.min(self.expires / 2);
    }
}

/// The limit that was told, if it is less than what was asked for; else half of that.
fn less(told: Option<usize>, now: usize) -> usize {
    told.filter(|told| *told < now).unwrap_or(now / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A37-04, A37-11
    #[test]
    fn the_defaults_and_every_shorter_expiry_keep_two_heartbeats_in_a_pull() {
        let mut settings = PullSettings::default();
        settings.check().unwrap();

        while settings.lower(Limit::Expires) {
            settings.check().unwrap();
        }
        assert_eq!(settings.expires, Duration::from_millis(100));
    }

    // spec: CNS-21
    #[test]
    fn the_consumers_own_limits_are_kept() {
        let config = ConsumerConfig::durable("c")
            .max_batch(10)
            .max_bytes(1000)
            .max_expires(Duration::from_secs(1));
        let settings = PullSettings::default().within(&config);
        let request = settings.request(256, Some(9999));

        assert_eq!((request.batch, request.max_bytes), (10, Some(1000)));
        assert_eq!(request.expires, Duration::from_secs(1));
        assert_eq!(request.idle_heartbeat, Duration::from_millis(500));
    }

    #[test]
    fn a_limit_that_was_not_known_is_learnt_and_ends_at_one() {
        let mut settings = PullSettings::default();

        assert!(settings.lower(Limit::Batch(Some(5))));
        assert_eq!(settings.request(256, None).batch, 5);
        assert!(settings.lower(Limit::Batch(Some(5))), "told again: half of it");
        assert_eq!(settings.request(256, None).batch, 2);
        assert!(settings.lower(Limit::Batch(None)));
        assert!(!settings.lower(Limit::Batch(None)));
    }

    #[test]
    fn contradictions_are_named() {
        let heartbeat = Duration::from_secs(16);
        let settings = PullSettings { heartbeat, ..PullSettings::default() };
        let error = settings.check().unwrap_err();

        assert_eq!(error.kind(), ErrorKind::BadConfig);
        assert!(error.to_string().contains("heartbeat"), "{error}");
    }
}
