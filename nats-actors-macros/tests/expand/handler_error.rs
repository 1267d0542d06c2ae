#[derive(HandlerError)]
pub enum BillingError {
    #[retry]
    Psp(PspError),
    #[retry(after = self.0 * 2)]
    Throttled(Duration),
    #[retry(after = "5s")]
    Busy { since: Instant },
    #[terminal]
    BadAmount,
    #[fatal]
    Schema,
}
