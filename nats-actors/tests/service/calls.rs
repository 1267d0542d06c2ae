//! Calls: payloads, errors, subject tokens, headers and deadlines.

use std::time::Duration;

use nats_actors::handler::{Raw, TokenProblem};
use nats_actors::protocol::{Headers, Message};
use nats_actors::service::{
    CallError, ERROR, ERROR_CODE, FailureKind, Fault, RETRY_AFTER_MS, Transport, TransportError,
    TransportErrorKind,
};
use nats_actors::{ServiceError, handlers, service};

use crate::orders::*;

// spec: MIC-29, MIC-28
#[tokio::test]
async fn a_call_goes_there_and_back() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let order = client.cancel(OrderId(7), &cancel("dup")).await.unwrap();

    assert_eq!(order, Order { id: OrderId(7), note: "dup".into() });
    assert_eq!(client.count().await.unwrap(), 1);
}

#[tokio::test]
async fn nothing_is_sent_as_an_empty_payload() {
    let service = orders();
    let client = OrdersClient::new(&service);

    client.cancel(OrderId(1), &cancel("x")).await.unwrap();
    client.reset().await.unwrap();

    assert_eq!(client.count().await.unwrap(), 0);
    assert_eq!(request(&service, "orders.v1.reset", b"").await.payload(), b"");
    assert_eq!(request(&service, "orders.v1.echo", b"\0raw").await.payload(), b"\0raw");
    assert_eq!(client.echo(&Raw::new("abc")).await.unwrap(), Raw::new("abc"));
}

// spec: MIC-23, A32-09, A32-10
#[tokio::test]
async fn typed_errors_arrive_as_the_same_variant() {
    let service = orders();
    let client = OrdersClient::new(&service);
    let call = async |id| client.cancel(OrderId(id), &cancel("x")).await.unwrap_err();

    let CallError::Service(error) = call(404).await else { panic!() };
    assert_eq!(error, OrderError::NotFound { id: OrderId(404) });
    let CallError::Service(error) = call(409).await else { panic!() };
    assert_eq!(error, OrderError::Conflict(7, "more".into()));

    let down = call(503).await;
    assert!(matches!(down, CallError::Service(OrderError::PaymentDown)), "{down:?}");
    assert!(down.is_retryable() && down.maybe_executed());
    assert_eq!(down.retry_after(), Some(Duration::from_millis(1500)));
    assert!(!call(404).await.is_retryable());
}

#[tokio::test]
async fn an_error_reply_has_code_and_text_as_headers_and_the_variant_as_body() {
    let service = orders();
    let reply = request(&service, "orders.v1.404.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR), Some("order 404 not found"));
    assert_eq!(reply.headers().get(ERROR_CODE), Some("404"));
    assert_eq!(reply.headers().get(RETRY_AFTER_MS), None);
    assert_eq!(reply.payload(), br#"{"kind":"NOT_FOUND","id":404}"#);
    assert_eq!(reply.failure().unwrap().to_string(), "404:order 404 not found");

    let reply = request(&service, "orders.v1.409.cancel", br#"{"reason":"x"}"#).await;
    assert_eq!(reply.payload(), br#"{"kind":"BUSY","0":7,"1":"more"}"#);
    let reply = request(&service, "orders.v1.503.cancel", br#"{"reason":"x"}"#).await;
    assert_eq!(reply.headers().get(RETRY_AFTER_MS), Some("1500"));
}

#[tokio::test]
async fn an_opaque_error_stays_here() {
    let service = orders();
    let reply = request(&service, "orders.v1.500.cancel", br#"{"reason":"x"}"#).await;

    let text = reply.headers().get(ERROR).unwrap();
    assert!(text.starts_with("internal error ") && text.len() > 20, "{text}");
    assert_eq!(reply.payload(), b"");
    let failure = reply.failure().unwrap();
    assert_eq!(failure.detail(), Some("password is hunter2\r\nNats-Injected: 1"));
    assert_eq!(failure.message(), text);

    let client = OrdersClient::new(&service);
    let error = client.cancel(OrderId(500), &cancel("x")).await.unwrap_err();
    assert!(matches!(error, CallError::Untyped(_)), "{error:?}");
}

#[tokio::test]
async fn any_error_becomes_a_fault_that_tells_nothing() {
    let service = orders();
    let client = OrdersClient::new(&service);

    assert_eq!(client.fails(&"7".to_owned()).await.unwrap(), 7);
    let error = client.fails(&"seven".to_owned()).await.unwrap_err();
    let CallError::Service(fault) = error else { panic!("{error:?}") };
    assert_eq!(ServiceError::code(&fault), 500);
    assert!(fault.message().starts_with("internal error "), "{fault}");

    let reply = request(&service, "orders.v1.fails", b"\"seven\"").await;
    assert_eq!(reply.failure().unwrap().detail(), Some("invalid digit found in string"));
}

// spec: MIC-24
#[tokio::test]
async fn an_error_text_cannot_add_a_header() {
    let service = orders();
    let reply = request(&service, "orders.v1.422.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR), Some("two  lines"));
    assert_eq!(reply.headers().len(), 2);
}

#[tokio::test]
async fn a_bad_subject_token_is_refused_with_its_name_and_runs_no_handler() {
    let service = orders();
    let reply = request(&service, "orders.v1.seven.cancel", br#"{"reason":"x"}"#).await;

    assert_eq!(reply.headers().get(ERROR_CODE), Some("400"));
    let text = reply.headers().get(ERROR).unwrap();
    assert!(text.contains("token 3") && text.contains("`id`") && text.contains("seven"), "{text}");
    assert_eq!(reply.failure().unwrap().kind(), FailureKind::Rejected);
    assert_eq!(service.calls("cancel"), 0);
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_runs_no_handler() {
    let service = orders();
    for (payload, said) in [
        (&b""[..], "the payload is empty"),
        (b"{", "EOF"),
        (br#"{"other":1}"#, "missing field `reason`"),
    ] {
        let reply = request(&service, "orders.v1.7.cancel", payload).await;
        let text = reply.headers().get(ERROR).unwrap();
        assert_eq!(reply.headers().get(ERROR_CODE), Some("400"));
        assert!(text.contains(said), "{text}");
    }
    assert_eq!(service.calls("cancel"), 0);
}

#[tokio::test]
async fn a_token_that_would_change_the_subject_is_never_sent() {
    #[derive(Clone)]
    struct Nobody;
    impl Transport for Nobody {
        async fn call(
            &self,
            subject: String,
            _: Headers,
            _: bytes::Bytes,
            _: Duration,
        ) -> Result<Message, TransportError> {
            panic!("sent to {subject}")
        }
    }
    #[service(name = "texts", version = "0.1.0")]
    struct Texts;
    #[handlers]
    impl Texts {
        #[endpoint("{text}.get.*.>")]
        async fn get(&self, text: String) -> String {
            text
        }
    }

    let client = TextsClient::new(&Nobody);
    for (token, problem) in [
        ("", TokenProblem::Empty),
        ("a.b", TokenProblem::Dot),
        ("*", TokenProblem::Wildcard),
        (">", TokenProblem::Wildcard),
        ("a b", TokenProblem::Whitespace),
        ("a\r\nPUB x 0", TokenProblem::Whitespace),
    ] {
        let error = client.get(token.to_owned(), "x", "y").await.unwrap_err();
        assert!(!error.maybe_executed() && !error.is_retryable());
        let CallError::BadToken(bad) = error else { panic!("{error:?}") };
        assert_eq!((bad.parameter(), bad.problem()), ("text", problem), "{token:?}");
    }
    let in_wildcard = client.get("a".into(), "b.c", "d").await;
    assert!(matches!(in_wildcard, Err(CallError::BadToken(_))), "{in_wildcard:?}");
    let in_tail = client.get("a".into(), "b", "c..d").await;
    assert!(matches!(in_tail, Err(CallError::BadToken(_))), "{in_tail:?}");
    let bad_header = client.get("a".into(), "b", "c").header("X", "a\r\nb").await;
    assert!(matches!(bad_header, Err(CallError::BadHeader(_))), "{bad_header:?}");
}

#[tokio::test]
async fn headers_and_own_extractors_arrive_in_the_handler() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let said = client.who(Region::UsEast).header("Authorization", "ann").header("Via", "x").await;
    assert_eq!(said.unwrap(), "hello, ann from UsEast via x");

    let CallError::Service(fault) = client.who(Region::Eu).await.unwrap_err() else { panic!() };
    assert_eq!((ServiceError::code(&fault), fault.message()), (401, "no token"));
    assert_eq!(service.calls("who"), 1);
    let reply = request(&service, "orders.v1.who.at.mars", b"").await;
    assert_eq!(reply.headers().get(ERROR_CODE), Some("401"), "arguments are read in order");
}

#[tokio::test]
async fn the_deadline_is_what_the_caller_waits_else_what_the_endpoint_says() {
    let service = orders();
    let client = OrdersClient::new(&service);

    assert_eq!(client.time().await.unwrap(), 90);
    assert_eq!(client.time().timeout(Duration::from_secs(30)).await.unwrap(), 30);
}

#[tokio::test]
async fn without_a_reply_the_call_says_so() {
    let service = orders();
    let client = OrdersClient::new(&service);

    let error = client.hangs().await.unwrap_err();
    assert!(error.is_retryable() && error.maybe_executed());
    let CallError::Transport(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), TransportErrorKind::TimedOut);

    let nobody = service.call("orders.v1.none".into(), Headers::new(), "".into(), Duration::MAX);
    assert_eq!(nobody.await.unwrap_err().kind(), TransportErrorKind::NoResponders);
}

// spec: A32-10
#[tokio::test]
async fn an_error_of_a_foreign_service_is_an_error_whatever_its_payload() {
    #[derive(Clone)]
    struct Foreign;
    impl Transport for Foreign {
        async fn call(
            &self,
            _: String,
            _: Headers,
            _: bytes::Bytes,
            _: Duration,
        ) -> Result<Message, TransportError> {
            let mut headers = Headers::new();
            headers.insert(ERROR, "down for today").unwrap();
            headers.insert(ERROR_CODE, "503").unwrap();
            Ok(Message::new("r", None, Some(&headers), b"7"))
        }
    }

    let error = OrdersClient::new(&Foreign).count().await.unwrap_err();
    assert!(error.is_retryable());
    let CallError::Untyped(fault) = error else { panic!("{error:?}") };
    assert_eq!(fault, Fault::new(503, "down for today"));
}
