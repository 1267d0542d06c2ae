pub struct Orders {
    db: Db,
    psp: Psp,
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::ServiceMeta for Orders {
        type Codec = __s::Json;
        const INFO: __s::ServiceInfo = __s::ServiceInfo::new("orders", "1.2.0")
            .prefix("orders.v1")
            .metadata(&[("team", "checkout")]);
    }
    #[automatically_derived]
    impl __s::HasState<Db> for Orders {
        fn state(&self) -> &Db {
            &self.db
        }
    }
    #[automatically_derived]
    impl __s::HasState<Psp> for Orders {
        fn state(&self) -> &Psp {
            &self.psp
        }
    }
};
impl Orders {
    /// Cancels an order that has not shipped.
    async fn cancel(
        &self,
        id: OrderId,
        deadline: Deadline,
        State(db): State<Db>,
        req: CancelOrder,
    ) -> Result<Order, OrderError> {
        db.cancel(id, req.reason, deadline).await
    }
    async fn import(&self, orders: Vec<Order>) {
        self.db.import(orders).await
    }
    #[cfg(feature = "count")]
    async fn count(&self) -> u64 {
        self.db.count().await
    }
}
/// Calls the service `Orders`: one method per endpoint.
#[allow(dead_code, private_interfaces, unreachable_pub, reason = "generated")]
pub struct OrdersClient<Via = ::nats_actors::macro_support::Client> {
    caller: ::nats_actors::macro_support::Caller<Orders, Via>,
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    struct __Cancel;
    #[automatically_derived]
    impl __s::Endpoint<Orders> for __Cancel {
        const SPEC: __s::EndpointSpec = __s::EndpointSpec::new("cancel", "{id}.cancel")
            .concurrency(64)
            .timeout(::core::time::Duration::new(2, 0))
            .metadata(&[("idempotent", "true")])
            .description("Cancels an order that has not shipped.");
        async fn call<'__r>(
            service: &'__r Orders,
            request: __s::Request<'__r>,
        ) -> __s::Reply {
            let reply = async {
                let cx = __s::RequestCx::new(service, &request);
                let __a0 = cx.param::<OrderId>("id")?;
                let __a1 = <Deadline as __s::FromParts<Orders>>::from_parts(&cx).await?;
                let __a2 = <State<Db> as __s::FromParts<Orders>>::from_parts(&cx).await?;
                let __a3 = request.payload::<Orders, CancelOrder>()?;
                let result = <Orders>::cancel(service, __a0, __a1, __a2, __a3).await;
                ::core::result::Result::Ok(
                    request.reply::<Orders, Order, OrderError>(result),
                )
            };
            __s::Reply::or_rejected(reply.await)
        }
    }
    struct __Import;
    #[automatically_derived]
    impl __s::Endpoint<Orders> for __Import {
        const SPEC: __s::EndpointSpec = __s::EndpointSpec::new("import", "import.*");
        async fn call<'__r>(
            service: &'__r Orders,
            request: __s::Request<'__r>,
        ) -> __s::Reply {
            let reply = async {
                let __a0 = request.payload::<Orders, Vec<Order>>()?;
                let result = ::core::result::Result::Ok(
                    <Orders>::import(service, __a0).await,
                );
                ::core::result::Result::Ok(
                    request.reply::<Orders, (), __s::Infallible>(result),
                )
            };
            __s::Reply::or_rejected(reply.await)
        }
    }
    #[cfg(feature = "count")]
    struct __Count;
    #[cfg(feature = "count")]
    #[automatically_derived]
    impl __s::Endpoint<Orders> for __Count {
        const SPEC: __s::EndpointSpec = __s::EndpointSpec::new("count", "count");
        async fn call<'__r>(
            service: &'__r Orders,
            request: __s::Request<'__r>,
        ) -> __s::Reply {
            let result = ::core::result::Result::Ok(<Orders>::count(service).await);
            request.reply::<Orders, u64, __s::Infallible>(result)
        }
    }
    #[automatically_derived]
    impl __s::Service for Orders {
        fn endpoints(mount: &mut __s::Mount<Self>) {
            mount.add::<__Cancel>();
            mount.add::<__Import>();
            #[cfg(feature = "count")] mount.add::<__Count>();
        }
    }
    #[automatically_derived]
    #[allow(dead_code, private_interfaces, unreachable_pub, reason = "generated")]
    impl<Via: __s::Transport> OrdersClient<Via> {
        /// Calls the service through `transport`.
        #[must_use]
        pub fn new(transport: &Via) -> Self {
            Self {
                caller: __s::Caller::new(::core::clone::Clone::clone(transport)),
            }
        }
        /// Cancels an order that has not shipped.
        pub fn cancel<'c>(
            &'c self,
            id: OrderId,
            req: &'c CancelOrder,
        ) -> __s::Call<'c, Via, Orders, CancelOrder, Order, OrderError> {
            let spec = &<__Cancel as __s::Endpoint<Orders>>::SPEC;
            let subject = __s::subject_of::<Orders>("{id}.cancel").param("id", &id);
            __s::Call::new(self.caller.transport(), spec, subject, req)
        }
        /// Calls the endpoint `import`.
        pub fn import<'c>(
            &'c self,
            token_2: &str,
            orders: &'c Vec<Order>,
        ) -> __s::Call<'c, Via, Orders, Vec<Order>, (), __s::Infallible> {
            let spec = &<__Import as __s::Endpoint<Orders>>::SPEC;
            let subject = __s::subject_of::<Orders>("import.*")
                .token("token_2", token_2);
            __s::Call::new(self.caller.transport(), spec, subject, orders)
        }
        #[cfg(feature = "count")]
        /// Calls the endpoint `count`.
        pub fn count<'c>(
            &'c self,
        ) -> __s::Call<'c, Via, Orders, (), u64, __s::Infallible> {
            let spec = &<__Count as __s::Endpoint<Orders>>::SPEC;
            let subject = __s::subject_of::<Orders>("count");
            __s::Call::new(self.caller.transport(), spec, subject, &())
        }
    }
    #[automatically_derived]
    impl<Via: ::core::clone::Clone> ::core::clone::Clone for OrdersClient<Via> {
        fn clone(&self) -> Self {
            Self {
                caller: ::core::clone::Clone::clone(&self.caller),
            }
        }
    }
    #[automatically_derived]
    impl<Via: ::core::fmt::Debug> ::core::fmt::Debug for OrdersClient<Via> {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.caller, f)
        }
    }
};
::core::compile_error! {
    "`cancel` (`*.cancel`) and `import` (`import.*`) both match `import.cancel`, so both would answer such a request; move one under another prefix"
}
::core::compile_error! {
    "this is `cancel`, which matches `import.cancel` too"
}
