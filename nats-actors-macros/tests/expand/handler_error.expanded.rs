#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::HandlerError for BillingError {
        fn disposition(&self) -> __s::Disposition {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                Self::Psp { .. } => __s::Disposition::Retry,
                Self::Throttled { 0: __f_0, .. } => {
                    __s::Disposition::RetryAfter((*__f_0) * 2)
                }
                Self::Busy { .. } => {
                    __s::Disposition::RetryAfter(::core::time::Duration::new(5, 0))
                }
                Self::BadAmount { .. } => __s::Disposition::Terminal,
                Self::Schema { .. } => __s::Disposition::Fatal,
                _ => __s::Disposition::Retry,
            }
        }
    }
};
