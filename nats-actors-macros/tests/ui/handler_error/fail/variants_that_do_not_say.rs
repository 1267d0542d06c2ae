use nats_actors::HandlerError;

#[derive(HandlerError)]
enum BillingError {
    Silent,
    #[retry]
    #[fatal]
    Twice,
    #[retry(after = "soon")]
    Soon,
    #[retry(later = "5s")]
    Later,
    #[terminal(after = "5s")]
    Never,
}

impl std::fmt::Display for BillingError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

fn main() {}
