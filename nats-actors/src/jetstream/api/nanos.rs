//! Durations on the wire: whole nanoseconds, signed 64 bits, 0 for unset.

use std::time::Duration;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serializer;

/// As nanoseconds; what is longer than 292 years is sent as that.
pub(crate) fn from_duration(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// As a duration; the server's negative numbers (never, unset) are none.
pub(crate) fn to_duration(nanos: i64) -> Option<Duration> {
    u64::try_from(nanos).ok().map(Duration::from_nanos)
}

pub(crate) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_i64(from_duration(*duration))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    Ok(to_duration(i64::deserialize(from)?).unwrap_or_default())
}

/// For a field whose absence and whose zero mean different things to the caller.
pub(crate) mod option {
    use super::{Deserialize, Deserializer, Duration, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::serialize(duration, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.and_then(super::to_duration))
    }
}

/// For a list of durations.
pub(crate) mod list {
    use super::{Deserialize, Deserializer, Duration, Serializer};

    pub(crate) fn serialize<S: Serializer>(list: &[Duration], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().copied().map(super::from_duration))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Duration>, D::Error> {
        let list = Option::<Vec<i64>>::deserialize(from)?.unwrap_or_default();
        Ok(list.into_iter().map(|nanos| super::to_duration(nanos).unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Wire {
        #[serde(with = "super")]
        plain: Duration,
        #[serde(default, with = "super::option", skip_serializing_if = "Option::is_none")]
        option: Option<Duration>,
        #[serde(default, with = "super::list", skip_serializing_if = "Vec::is_empty")]
        list: Vec<Duration>,
    }

    // spec: A01-05
    #[test]
    fn durations_are_whole_nanoseconds() {
        let wire = Wire {
            plain: Duration::from_millis(1500),
            option: Some(Duration::ZERO),
            list: vec![Duration::from_nanos(7)],
        };
        let text = r#"{"plain":1500000000,"option":0,"list":[7]}"#;

        assert_eq!(serde_json::to_string(&wire).unwrap(), text);
        assert_eq!(serde_json::from_str::<Wire>(text).unwrap(), wire);
    }

    #[test]
    fn what_does_not_fit_is_clamped_and_never_is_unset() {
        assert_eq!(from_duration(Duration::MAX), i64::MAX);
        let never: Wire = serde_json::from_str(r#"{"plain":-1,"option":-1,"list":null}"#).unwrap();
        assert_eq!(never, Wire { plain: Duration::ZERO, option: None, list: vec![] });
    }
}
