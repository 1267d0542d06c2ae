//! Points in time on the wire: RFC 3339, up to nine fractional digits; the year 1 means unset.

use std::time::Duration;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serializer;
use serde::de;
use serde::ser;

/// What the server sends for a time that it does not have.
const ZERO: &str = "0001-01-01T00:00:00Z";

pub(crate) fn serialize<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    let timestamp = Timestamp::try_from(*time).map_err(ser::Error::custom)?;
    to.collect_str(&timestamp)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
    Ok(option::deserialize(from)?.unwrap_or(SystemTime::UNIX_EPOCH))
}

/// From nanoseconds since 1970, as ack subjects carry them.
pub(crate) fn from_unix_nanos(nanos: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    let time = if nanos < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn parse(text: &str) -> Result<Option<SystemTime>, jiff::Error> {
    if text == ZERO {
        return Ok(None);
    }
    let timestamp: Timestamp = text.parse()?;
    let distance = timestamp.as_duration();
    let time = if distance.is_negative() {
        SystemTime::UNIX_EPOCH.checked_sub(distance.unsigned_abs())
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance.unsigned_abs())
    };
    Ok(time)
}

/// For a time that may be absent, null, or the server's zero.
pub(crate) mod option {
    use std::borrow::Cow;

    use super::{Deserialize, Deserializer, Serializer, SystemTime, de};

    pub(crate) fn serialize<S: Serializer>(
        time: &Option<SystemTime>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        match Option::<Cow<'_, str>>::deserialize(from)? {
            Some(text) => super::parse(&text).map_err(de::Error::custom),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Wire {
        #[serde(default, with = "super::option", skip_serializing_if = "Option::is_none")]
        at: Option<SystemTime>,
    }

    fn at(text: &str) -> Option<SystemTime> {
        serde_json::from_str::<Wire>(&format!(r#"{{"at":"{text}"}}"#)).unwrap().at
    }

    // spec: A01-05, SCF-41, CNS-05
    #[test]
    fn any_offset_is_read_and_utc_is_written() {
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789);

        assert_eq!(at("2023-11-14T22:13:20.123456789Z"), Some(time));
        assert_eq!(at("2023-11-15T06:13:20.123456789+08:00"), Some(time));
        assert_eq!(
            serde_json::to_string(&Wire { at: Some(time) }).unwrap(),
            r#"{"at":"2023-11-14T22:13:20.123456789Z"}"#
        );
    }

    #[test]
    fn the_year_one_is_no_time() {
        assert_eq!(at(ZERO), None);
        assert_eq!(serde_json::from_str::<Wire>(r#"{"at":null}"#).unwrap().at, None);
        assert_eq!(serde_json::from_str::<Wire>("{}").unwrap().at, None);
        assert!(serde_json::from_str::<Wire>(r#"{"at":"soon"}"#).is_err());
    }

    #[test]
    fn nanoseconds_since_1970_go_both_ways_from_it() {
        assert_eq!(from_unix_nanos(0), SystemTime::UNIX_EPOCH);
        assert_eq!(from_unix_nanos(1), SystemTime::UNIX_EPOCH + Duration::from_nanos(1));
        assert_eq!(from_unix_nanos(-1), SystemTime::UNIX_EPOCH - Duration::from_nanos(1));
    }
}
