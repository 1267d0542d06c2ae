//! Filter subjects on the wire: one goes in a field of its own, several in a list.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_subjects: Option<Vec<String>>,
}

pub(super) fn serialize<S: Serializer>(filters: &[String], to: S) -> Result<S::Ok, S::Error> {
    let wire = match filters {
        [] => Wire::default(),
        [one] => Wire { filter_subject: Some(one.clone()), filter_subjects: None },
        several => Wire { filter_subject: None, filter_subjects: Some(several.to_vec()) },
    };
    wire.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let wire = Wire::deserialize(from)?;
    let one = wire.filter_subject.filter(|subject| !subject.is_empty());
    Ok(one.into_iter().chain(wire.filter_subjects.unwrap_or_default()).collect())
}
