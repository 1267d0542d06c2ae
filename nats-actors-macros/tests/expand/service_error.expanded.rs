#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::ServiceError for OrderError {
        fn code(&self) -> u16 {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                Self::NotFound { .. } => 404,
                Self::Conflict { .. } => 409,
                Self::PaymentDown { .. } => 503,
                Self::Internal { .. } => 500,
                _ => 500,
            }
        }
        fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                Self::PaymentDown { .. } => {
                    ::core::option::Option::Some(::core::time::Duration::new(2, 0))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn opaque_detail(&self) -> ::core::option::Option<::std::string::String> {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                Self::Internal { .. } => {
                    ::core::option::Option::Some(::std::format!("{self:#}"))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn body(&self) -> ::core::option::Option<__s::ErrorBody> {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                Self::NotFound { id: __f0 } => {
                    ::core::option::Option::Some(
                        __s::ErrorBody::new("NOT_FOUND").field("id", __f0),
                    )
                }
                Self::Conflict { 0: __f0, 1: __f1 } => {
                    ::core::option::Option::Some(
                        __s::ErrorBody::new("BUSY").field("0", __f0).field("1", __f1),
                    )
                }
                Self::PaymentDown {} => {
                    ::core::option::Option::Some(__s::ErrorBody::new("PAYMENT_DOWN"))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn decode(error: &__s::WireError) -> ::core::option::Option<Self> {
            let body = error.body()?;
            match body.kind() {
                "NOT_FOUND" => {
                    ::core::option::Option::Some(Self::NotFound {
                        id: body.get::<OrderId>("id")?,
                    })
                }
                "BUSY" => {
                    ::core::option::Option::Some(Self::Conflict {
                        0: body.get::<u32>("0")?,
                        1: body.get::<String>("1")?,
                    })
                }
                "PAYMENT_DOWN" => ::core::option::Option::Some(Self::PaymentDown {}),
                _ => ::core::option::Option::None,
            }
        }
    }
};
