//! What every API answer has in common: an `error`, or the answer itself.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::jetstream::{Error, ErrorCode, ErrorKind};

/// The `error` object of an answer.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ApiError {
    #[serde(default)]
    pub(crate) code: i64,
    #[serde(default)]
    pub(crate) err_code: i64,
    #[serde(default)]
    pub(crate) description: String,
}

impl ApiError {
    pub(crate) fn code(&self) -> ErrorCode {
        ErrorCode::new(u16::try_from(self.err_code).unwrap_or(0))
    }

    pub(crate) fn status(&self) -> u16 {
        u16::try_from(self.code).unwrap_or(0)
    }
}

/// The type of an answer that says that the server has too much to do.
const OVERLOADED: &str = "io.nats.jetstream.api.v1.system_overloaded";

/// The answer in `body`, or the server's refusal.
///
/// The presence of `error` decides, and not the `type`, unless that is the one of servers with too much to do. Unknown
/// fields are not looked at.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    #[derive(Deserialize)]
    struct Envelope {
        error: Option<ApiError>,
    }

    if let Some(text) = legacy_refusal(body) {
        return Err(Error::refused(ApiError { description: text, ..ApiError::default() }));
    }
    let not_understood = |error| Error::new(ErrorKind::BadResponse).because(error);
    let envelope: Envelope = serde_json::from_slice(body).map_err(not_understood)?;
    match envelope.error {
        Some(error) => Err(Error::refused(error)),
        None if is_overloaded(body) => {
            Err(Error::new(ErrorKind::Unavailable).saying("the server is overloaded"))
        }
        None => serde_json::from_slice(body).map_err(not_understood),
    }
}

fn is_overloaded(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        schema: String,
    }

    // A look at the bytes first: it is rare, and what they say may also stand in a description.
    memchr::memmem::find(body, OVERLOADED.as_bytes()).is_some()
        && serde_json::from_slice::<Typed>(body).is_ok_and(|typed| typed.schema == OVERLOADED)
}

/// The text of an answer that is an `-ERR` as on the wire, not JSON: old servers, and whoever imitates them.
fn legacy_refusal(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.strip_prefix(b"-ERR")?);
    Some(text.trim().trim_matches('\'').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Answer {
        success: bool,
    }

    // spec: A01-02
    #[test]
    fn success_is_the_absence_of_an_error() {
        let body = br#"{"type":"io.nats.unheard_of","success":true,"new":{"field":1}}"#;
        assert_eq!(decode::<Answer>(body).unwrap(), Answer { success: true });
    }

    // spec: ERR-25
    #[test]
    fn a_refusal_is_its_code_and_its_text() {
        let body = br#"{"error":{"code":404,"err_code":10059,"description":"stream not found"}}"#;
        let error = decode::<Answer>(body).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Api(ErrorCode::STREAM_NOT_FOUND));
        assert_eq!(error.status(), Some(404));
        assert_eq!(error.to_string(), "the server refused: stream not found (10059)");
    }

    // spec: A07-01
    #[test]
    fn only_the_code_decides() {
        let refused = |code: u64| {
            let body = format!(r#"{{"error":{{"code":404,"err_code":{code},"description":"x"}}}}"#);
            decode::<Answer>(body.as_bytes()).unwrap_err()
        };
        assert_eq!(refused(10014).code(), Some(ErrorCode::CONSUMER_NOT_FOUND));
        assert_eq!(refused(10059).code(), Some(ErrorCode::STREAM_NOT_FOUND));
        assert!(refused(10059).is_not_found() && !refused(10059).is_conflict());
    }

    // spec: A07-03, A07-04
    #[test]
    fn a_refusal_without_a_code_still_is_one() {
        let error = decode::<Answer>(br#"{"error":{"code":503}}"#).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Api(ErrorCode::new(0)));
        assert!(error.is_retryable());
        let odd = decode::<Answer>(br#"{"error":{"code":-1,"err_code":-7}}"#).unwrap_err();
        assert_eq!((odd.code(), odd.status()), (Some(ErrorCode::new(0)), None));
    }

    // spec: ERR-48
    #[test]
    fn a_server_with_too_much_to_do_is_worth_another_try() {
        let error = decode::<Answer>(
            br#"{"type":"io.nats.jetstream.api.v1.system_overloaded","success":true}"#,
        );
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.is_retryable());
        assert_eq!(error.description(), Some("the server is overloaded"));

        let said = br#"{"success":true,"text":"io.nats.jetstream.api.v1.system_overloaded"}"#;
        assert!(decode::<Answer>(said).unwrap().success);
    }

    // spec: A07-05
    #[test]
    fn a_text_of_old_is_a_refusal_with_that_text() {
        let error = decode::<Answer>(b"-ERR 'jetstream not enabled'").unwrap_err();

        assert_eq!(error.code(), Some(ErrorCode::new(0)));
        assert_eq!(error.description(), Some("jetstream not enabled"));
    }

    #[test]
    fn what_is_not_an_answer_is_reported_as_such() {
        for body in [&b""[..], b"+OK", b"[]", b"{\"success\":1}", b"{\"error\":7}", b"\xff"] {
            let error = decode::<Answer>(body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadResponse, "{body:?}");
        }
    }
}
