//! Limits on the wire: signed, where -1, 0 and absence all mean that there is none.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serializer;

/// What does not fit the server's signed number is sent as its largest.
pub(crate) fn serialize<S: Serializer>(limit: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
    match limit {
        Some(limit) => to.serialize_i64(i64::try_from(*limit).unwrap_or(i64::MAX)),
        None => to.serialize_i64(-1),
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let limit = Option::<i64>::deserialize(from)?.unwrap_or_default();
    Ok(u64::try_from(limit).ok().filter(|limit| *limit > 0))
}
