pub struct Billing {
    ledger: Ledger,
    psp: Psp,
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::ConsumerMeta for Billing {
        type Codec = __s::Json;
        const BASE: __s::ConsumerSpec = __s::ConsumerSpec::new("ORDERS", "billing", &[])
            .max_in_flight(256u32)
            .ack_wait(::core::time::Duration::new(30, 0))
            .timeout(::core::time::Duration::new(600, 0))
            .retry(
                __s::RetryPolicy::new()
                    .max_attempts(8u32)
                    .backoff(
                        __s::Backoff::exponential(
                            ::core::time::Duration::new(1, 0),
                            ::core::time::Duration::new(120, 0),
                        ),
                    )
                    .jitter(0.2),
            )
            .dead_letter("dlq.orders.billing")
            .ordered(
                __s::KeyOrder::new(__s::OrderedBy::Param("id"))
                    .lanes(32u32)
                    .on_failure(__s::OnKeyFailure::Hold),
            )
            .on_panic(__s::OnPanic::DeadLetter)
            .provision(__s::Provision::Create)
            .deliver(__s::DeliverFrom::New)
            .drain_timeout(::core::time::Duration::new(10, 0));
    }
    #[automatically_derived]
    impl __s::HasState<Ledger> for Billing {
        fn state(&self) -> &Ledger {
            &self.ledger
        }
    }
};
impl Billing {
    /// Charges what was ordered.
    async fn placed(
        &self,
        id: OrderId,
        mut out: Out,
        evt: OrderPlaced,
    ) -> Result<Outcome, BillingError> {
        body()
    }
    async fn cancelled(
        &self,
        id: OrderId,
        lease: Lease,
        tenant: Tenant,
    ) -> Result<(), HandlerFault> {
        body()
    }
    #[cfg(feature = "audit")]
    async fn other(&self, message: Message) {}
    async fn gave_up(&self, dead: DeadLetter) {}
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::Consumer for Billing {
        const SPEC: __s::ConsumerSpec = <Billing as __s::ConsumerMeta>::BASE
            .routes(
                &[
                    __s::RouteSpec::new("placed", "orders.v1.*.placed")
                        .params(&[("id", 2usize)]),
                    __s::RouteSpec::new("cancelled", "orders.v1.*.cancelled")
                        .params(&[("id", 2usize)]),
                    #[cfg(feature = "audit")]
                    __s::RouteSpec::fallback("other"),
                ],
            );
        async fn handle(&self, _: usize, cx: __s::DeliveryCx<'_>) -> __s::Settled {
            let handled: ::core::result::Result<__s::Settled, __s::Settled> = async {
                ::core::result::Result::Ok(
                    match cx.route().name {
                        "placed" => {
                            let __a0 = cx.parse::<OrderId>("id")?;
                            let __a1 = cx.extract::<Out, Billing>(&*self)?;
                            let __a2 = cx.payload::<Self, OrderPlaced>()?;
                            __s::settled::<
                                Result<Outcome, BillingError>,
                            >(<Billing>::placed(&*self, __a0, __a1, __a2).await)
                        }
                        "cancelled" => {
                            let __a0 = cx.parse::<OrderId>("id")?;
                            let __a1 = cx.extract::<Lease, Billing>(&*self)?;
                            let __a2 = cx.extract::<Tenant, Billing>(&*self)?;
                            __s::settled::<
                                Result<(), HandlerFault>,
                            >(<Billing>::cancelled(&*self, __a0, __a1, __a2).await)
                        }
                        #[cfg(feature = "audit")]
                        "other" => {
                            let __a0 = cx.extract::<Message, Billing>(&*self)?;
                            __s::settled::<()>(<Billing>::other(&*self, __a0).await)
                        }
                        _ => __s::Settled::rejected("no handler has this route"),
                    },
                )
            }
                .await;
            handled.unwrap_or_else(|refused| refused)
        }
        async fn dead_lettered(&self, letter: __s::DeadLetter) {
            <Billing>::gave_up(&*self, letter).await
        }
    }
    const _: () = __s::keyed::<
        Billing,
    >(
        &["id"],
        "`#[on(\"orders.v1.{id}.placed\")]` does not have the placeholder of `ordered_by`, so its messages have no key; give it one, or `ordered_by = fn(path)` returning `Option<u64>`",
    );
    const _: () = __s::keyed::<
        Billing,
    >(
        &["id"],
        "`#[on(\"orders.v1.{id}.cancelled\")]` does not have the placeholder of `ordered_by`, so its messages have no key; give it one, or `ordered_by = fn(path)` returning `Option<u64>`",
    );
};
