struct Sequencer<S: Store> {
    next: u64,
    store: S,
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl<S: Store> __s::ServiceMeta for Sequencer<S> {
        type Codec = __s::Json;
        const INFO: __s::ServiceInfo = __s::ServiceInfo::new("sequencer", "0.3.0")
            .queue(__s::Queue::None);
    }
    #[automatically_derived]
    impl<S: Store> __s::HasState<u64> for Sequencer<S> {
        fn state(&self) -> &u64 {
            &self.next
        }
    }
};
impl<S: Store> Sequencer<S> {
    async fn next(&mut self, who: Operator) -> Result<u64, Fault> {
        self.next += 1;
        self.store.put(who, self.next).await?;
        Ok(self.next)
    }
}
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    struct __Next;
    #[automatically_derived]
    impl<S: Store> __s::EndpointMut<Sequencer<S>> for __Next {
        const SPEC: __s::EndpointSpec = __s::EndpointSpec::new("next", "next");
        async fn call<'__r>(
            service: &'__r mut Sequencer<S>,
            request: __s::Request<'__r>,
        ) -> __s::Reply {
            let reply = async {
                let cx = __s::RequestCx::new(&*service, &request);
                let __a0 = <Operator as __s::FromParts<Sequencer<S>>>::from_parts(&cx)
                    .await?;
                let result = <Sequencer<S>>::next(service, __a0).await;
                ::core::result::Result::Ok(
                    request.reply::<Sequencer<S>, u64, Fault>(result),
                )
            };
            __s::Reply::or_rejected(reply.await)
        }
    }
    #[automatically_derived]
    impl<S: Store> __s::Service for Sequencer<S> {
        fn endpoints(mount: &mut __s::Mount<Self>) {
            mount.add_mut::<__Next>();
        }
    }
};
