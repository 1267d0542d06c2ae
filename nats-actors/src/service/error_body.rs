//! The body of a typed error: `{"kind":"CONFLICT","id":7,"status":"shipped"}`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const KIND: &str = "kind";

/// The variant of an error and its fields, as JSON whatever the codec of the service.
///
/// ```
/// use nats_actors::service::ErrorBody;
///
/// let body = ErrorBody::new("CONFLICT").field("id", &7);
/// let back = ErrorBody::parse(&body.to_json()).unwrap();
/// assert_eq!(back.kind(), "CONFLICT");
/// assert_eq!(back.get("id"), Some(7));
/// assert_eq!(back.get::<String>("id"), None);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorBody {
    fields: Map<String, Value>,
}

impl ErrorBody {
    /// The body of the variant `kind`.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let fields = Map::from_iter([(KIND.to_owned(), kind.into())]);
        Self { fields }
    }

    /// Adds a field; one that JSON cannot express is left out.
    #[must_use]
    pub fn field<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.fields.insert(name.to_owned(), value);
        }
        self
    }

    /// Reads a body; `None` if it is no JSON object with a text as `kind`.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let body = Self { fields: serde_json::from_slice(json).ok()? };
        body.fields.get(KIND)?.is_string().then_some(body)
    }

    /// The variant.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.fields.get(KIND).and_then(Value::as_str).unwrap_or_default()
    }

    /// The field `name`; `None` if there is none, or if it is no `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.fields.get(name)?).ok()
    }

    /// The body as it is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.fields).unwrap_or_default()
    }
}
