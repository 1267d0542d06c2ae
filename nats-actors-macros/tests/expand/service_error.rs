#[derive(Debug, Error, ServiceError)]
pub enum OrderError {
    #[service(code = 404)]
    NotFound { id: OrderId },
    #[service(code = 409, kind = "BUSY")]
    Conflict(u32, String),
    #[service(code = 503, retry_after = "2s")]
    PaymentDown,
    #[service(code = 500, opaque)]
    Internal(Source),
}
