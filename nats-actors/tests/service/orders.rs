//! The service that the tests call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use nats_actors::handler::{Deadline, Raw, State};
use nats_actors::protocol::{Headers, Message};
use nats_actors::service::{Fault, FromParts, Rejection, Reply, RequestCx, TestService};
use nats_actors::{ServiceError, SubjectParam, handlers, service};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, SubjectParam)]
pub(crate) struct OrderId(pub(crate) u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, SubjectParam)]
pub(crate) enum Region {
    Eu,
    UsEast,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CancelOrder {
    pub(crate) reason: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) note: String,
}

#[derive(Debug, PartialEq, thiserror::Error, ServiceError)]
pub(crate) enum OrderError {
    #[error("order {} not found", id.0)]
    #[service(code = 404)]
    NotFound { id: OrderId },
    #[error("busy with {0}, then {1}")]
    #[service(code = 409, kind = "BUSY")]
    Conflict(u32, String),
    #[error("payment provider is down")]
    #[service(code = 503, retry_after = "1500ms")]
    PaymentDown,
    #[error("password is {0}\r\nNats-Injected: 1")]
    #[service(code = 500, opaque)]
    Internal(String),
    #[error("two\r\nlines")]
    #[service(code = 422)]
    TwoLines,
}

#[derive(Clone, Debug)]
pub(crate) struct Db(pub(crate) Arc<AtomicU32>);

/// Keeps orders.
#[service(
    name = "orders",
    version = "1.2.0",
    prefix = "orders.v1",
    metadata(team = "checkout", "cost-center" = "7"),
)]
pub(crate) struct Orders {
    db: Db,
    greeting: &'static str,
    #[state(skip)]
    _unused: std::sync::Mutex<()>,
}

pub(crate) struct Operator(String);

impl FromParts<Orders> for Operator {
    async fn from_parts(cx: &RequestCx<'_, Orders>) -> Result<Self, Rejection> {
        let headers = cx.message().headers().map_err(|e| Rejection::new(400, e.to_string()))?;
        let token = headers.get("Authorization").ok_or_else(|| Rejection::new(401, "no token"))?;
        Ok(Self(format!("{}, {token}", cx.service().greeting)))
    }
}

#[handlers]
impl Orders {
    /// Cancels an order.
    ///
    /// Only one that has not shipped.
    #[endpoint("{id}.cancel", concurrency = 8, timeout = "2s", metadata(idempotent = "true"))]
    async fn cancel(
        &self,
        id: OrderId,
        State(db): State<Db>,
        req: CancelOrder,
    ) -> Result<Order, OrderError> {
        db.0.fetch_add(1, Ordering::Relaxed);
        match id.0 {
            404 => Err(OrderError::NotFound { id }),
            409 => Err(OrderError::Conflict(7, "more".into())),
            503 => Err(OrderError::PaymentDown),
            500 => Err(OrderError::Internal("hunter2".into())),
            422 => Err(OrderError::TwoLines),
            _ => Ok(Order { id, note: req.reason }),
        }
    }

    #[endpoint]
    async fn count(&self) -> u32 {
        self.db.0.load(Ordering::Relaxed)
    }

    #[endpoint("reset")]
    async fn reset(&self) {
        self.db.0.store(0, Ordering::Relaxed);
    }

    #[endpoint("echo")]
    async fn echo(&self, payload: Raw) -> Raw {
        payload
    }

    #[endpoint("who.at.{region}")]
    async fn who(
        &self,
        headers: Headers,
        #[extract] Operator(who): Operator,
        region: Region,
    ) -> Result<String, Fault> {
        Ok(format!("{who} from {region:?} via {}", headers.get("Via").unwrap_or("nothing")))
    }

    #[endpoint("time", timeout = "90s")]
    async fn time(&self, deadline: Deadline) -> u64 {
        deadline.remaining().as_secs_f64().round() as u64
    }

    #[endpoint("/audit.*.{id}.>")]
    async fn audit(&self, id: OrderId) -> u64 {
        id.0
    }

    #[endpoint("fails", queue = none)]
    async fn fails(&self, text: String) -> Result<u32, Fault> {
        Ok(text.parse::<u32>()?)
    }

    #[endpoint("hangs", timeout = "10ms")]
    async fn hangs(&self) {
        std::future::pending::<()>().await;
    }
}

pub(crate) fn orders() -> TestService<Orders> {
    let db = Db(Arc::default());
    TestService::new(Orders { db, greeting: "hello", _unused: std::sync::Mutex::default() })
}

pub(crate) async fn request(service: &TestService<Orders>, subject: &str, payload: &[u8]) -> Reply {
    service.reply_to(&Message::new(subject, Some("r"), None, payload)).await.unwrap()
}

pub(crate) fn cancel(reason: &str) -> CancelOrder {
    CancelOrder { reason: reason.to_owned() }
}
