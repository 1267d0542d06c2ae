//! The claims of a user as JSON.

use serde::{Deserialize, Serialize};

/// Everything that a user JWT says, in the keys of NATS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Claims {
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) exp: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) nbf: u64,
    #[serde(skip_serializing)]
    pub(super) iat: u64,
    #[serde(skip_serializing)]
    pub(super) iss: String,
    #[serde(skip_serializing)]
    pub(super) jti: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) aud: String,
    pub(super) name: String,
    pub(super) sub: String,
    pub(super) nats: User,
}

/// The part that NATS defines. Without a limit a number is -1; a scoped key leaves all of them out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct User {
    #[serde(rename = "pub", skip_serializing_if = "Rules::is_empty")]
    pub(super) publish: Rules,
    #[serde(rename = "sub", skip_serializing_if = "Rules::is_empty")]
    pub(super) subscribe: Rules,
    #[serde(rename = "resp", skip_serializing_if = "Option::is_none")]
    pub(super) responses: Option<Responses>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subs: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) bearer_token: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allowed_connection_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer_account: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) version: u32,
}

/// Subjects that are allowed and denied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Rules {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allow: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) deny: Vec<String>,
}

/// How often, and how long (in nanoseconds), a reply subject may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Responses {
    pub(super) max: i64,
    pub(super) ttl: i64,
}

impl Rules {
    pub(super) const fn is_empty(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
