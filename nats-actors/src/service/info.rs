//! What a service says about itself.

/// The queue group of an endpoint that names none (ADR-32).
pub const DEFAULT_QUEUE: &str = "q";

/// Name, version and defaults of a service; all of it constant.
///
/// ```
/// use nats_actors::service::{Queue, ServiceInfo};
///
/// const INFO: ServiceInfo = ServiceInfo::new("orders", "1.2.0").prefix("orders.v1");
/// assert_eq!(INFO.subject_prefix(), "orders.v1");
/// assert_eq!(ServiceInfo::new("orders", "1.2.0").subject_prefix(), "orders");
/// assert_eq!(INFO.queue_choice(), Queue::Inherit);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceInfo {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    prefix: Option<&'static str>,
    queue: Queue,
    metadata: &'static [(&'static str, &'static str)],
}

/// Who of the subscribers of one subject gets a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Queue {
    /// What the level above says; [`DEFAULT_QUEUE`] if none does.
    #[default]
    Inherit,
    /// One of those in this group.
    Group(&'static str),
    /// Every one of them.
    None,
}

impl ServiceInfo {
    /// A service with `name` (`A-Z a-z 0-9 - _`) and a SemVer `version`, under the prefix `name`.
    #[must_use]
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        let (prefix, queue) = (None, Queue::Inherit);
        Self { name, version, description: "", prefix, queue, metadata: &[] }
    }

    /// Sets the text that INFO answers with. Default: empty.
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// Sets the subject under which relative endpoint subjects lie. Default: the name.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// Sets the queue group of endpoints that name none. Default: [`DEFAULT_QUEUE`].
    #[must_use]
    pub const fn queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// Sets the metadata of the service. Default: none.
    #[must_use]
    pub const fn metadata(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        self.metadata = pairs;
        self
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// The text that INFO answers with.
    #[must_use]
    pub const fn description_text(&self) -> &'static str {
        self.description
    }

    /// The subject under which relative endpoint subjects lie.
    #[must_use]
    pub const fn subject_prefix(&self) -> &'static str {
        match self.prefix {
            Some(prefix) => prefix,
            None => self.name,
        }
    }

    /// The queue group of endpoints that name none.
    #[must_use]
    pub const fn queue_choice(&self) -> Queue {
        self.queue
    }

    /// The metadata, in the order in which it was given.
    #[must_use]
    pub const fn metadata_pairs(&self) -> &'static [(&'static str, &'static str)] {
        self.metadata
    }
}

impl Queue {
    /// The queue group, where `self` is the choice of an endpoint and `service` that of its
    /// service; `None` for every subscriber.
    #[must_use]
    pub const fn resolve(self, service: Self) -> Option<&'static str> {
        match (self, service) {
            (Self::Group(name), _) | (Self::Inherit, Self::Group(name)) => Some(name),
            (Self::Inherit, Self::Inherit) => Some(DEFAULT_QUEUE),
            (Self::None, _) | (Self::Inherit, Self::None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A32-08, MIC-09, MIC-10
    #[test]
    fn the_nearest_choice_of_a_queue_group_wins() {
        let a = Queue::Group("a");
        assert_eq!(Queue::Inherit.resolve(Queue::Inherit), Some("q"));
        assert_eq!(Queue::Inherit.resolve(a), Some("a"));
        assert_eq!(Queue::Group("b").resolve(a), Some("b"));
        assert_eq!(Queue::Inherit.resolve(Queue::None), None);
        assert_eq!(Queue::None.resolve(a), None);
        assert_eq!(a.resolve(Queue::None), Some("a"));
    }
}
