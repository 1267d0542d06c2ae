struct Totals<S: Store> {
    store: S,
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl<S: Store> __s::ConsumerMeta for Totals<S> {
        type Codec = __s::Json;
        const BASE: __s::ConsumerSpec = __s::ConsumerSpec::new("METRICS", "totals", &[]);
    }
};
impl<S: Store> Totals<S> {
    async fn any(&mut self, row: Row) {}
    async fn reset(&self) -> Outcome {
        body()
    }
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl<S: Store> __s::ConsumerMut for Totals<S> {
        const SPEC: __s::ConsumerSpec = <Totals<S> as __s::ConsumerMeta>::BASE
            .routes(
                &[
                    __s::RouteSpec::new("any", "metrics.>"),
                    __s::RouteSpec::new("reset", "resets.*"),
                ],
            );
        async fn handle(&mut self, _: usize, cx: __s::DeliveryCx<'_>) -> __s::Settled {
            let handled: ::core::result::Result<__s::Settled, __s::Settled> = async {
                ::core::result::Result::Ok(
                    match cx.route().name {
                        "any" => {
                            let __a0 = cx.payload::<Self, Row>()?;
                            __s::settled::<()>(<Totals<S>>::any(&mut *self, __a0).await)
                        }
                        "reset" => {
                            __s::settled::<Outcome>(<Totals<S>>::reset(&*self).await)
                        }
                        _ => __s::Settled::rejected("no handler has this route"),
                    },
                )
            }
                .await;
            handled.unwrap_or_else(|refused| refused)
        }
    }
};
