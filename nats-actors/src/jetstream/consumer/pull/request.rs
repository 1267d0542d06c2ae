//! The body of one pull.

use std::time::Duration;

use serde::Serialize;

use crate::jetstream::api::nanos;

/// What one pull asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PullRequest {
    /// At least 1: the server takes 0 for 1, and absence too.
    pub(crate) batch: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_bytes: Option<usize>,
    #[serde(with = "nanos")]
    pub(crate) expires: Duration,
    /// At most half of `expires`, or the server refuses.
    #[serde(with = "nanos")]
    pub(crate) idle_heartbeat: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
}

impl PullRequest {
    pub(crate) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A37-01, A37-02
    #[test]
    fn a_pull_is_its_bounds_in_json() {
        let mut request = PullRequest {
            batch: 5,
            max_bytes: Some(1000),
            expires: Duration::from_secs(30),
            idle_heartbeat: Duration::from_secs(2),
            group: None,
        };
        assert_eq!(
            String::from_utf8(request.encode()).unwrap(),
            r#"{"batch":5,"max_bytes":1000,"expires":30000000000,"idle_heartbeat":2000000000}"#
        );

        request.max_bytes = None;
        request.group = Some("jobs".to_owned());
        assert!(request.encode().ends_with(br#","group":"jobs"}"#));
    }
}
