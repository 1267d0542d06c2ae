//! The body of a typed error: `{"kind":"CONFLICT","id":7,"status":"shipped"}`.

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
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
    /// In the order in which they are sent, the kind first.
    fields: Vec<(String, Value)>,
}

impl ErrorBody {
    /// The body of the variant `kind`.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self { fields: vec![(KIND.to_owned(), kind.into())] }
    }

    /// Adds a field; one that JSON cannot express is left out.
    #[must_use]
    pub fn field<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.fields.push((name.to_owned(), value));
        }
        self
    }

    /// Reads a body; `None` if it is no JSON object with a text as `kind`.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let fields: Map<String, Value> = serde_json::from_slice(json).ok()?;
        let body = Self { fields: fields.into_iter().collect() };
        body.value(KIND)?.is_string().then_some(body)
    }

    /// The variant.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.value(KIND).and_then(Value::as_str).unwrap_or_default()
    }

    /// The field `name`; `None` if there is none, or if it is no `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.value(name)?).ok()
    }

    /// The body as it is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(name, value)| (name, value)))
    }
}
