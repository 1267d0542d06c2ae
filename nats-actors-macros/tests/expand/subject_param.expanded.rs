#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::SubjectParam for OrderId {
        fn parse_token(token: &str) -> ::core::result::Result<Self, __s::ParamError> {
            <u64 as __s::SubjectParam>::parse_token(token).map(Self)
        }
        fn write_token(&self, out: &mut ::std::string::String) {
            <u64 as __s::SubjectParam>::write_token(&self.0, out)
        }
    }
};
#[allow(unused_qualifications, reason = "generated")]
const _: () = {
    use ::nats_actors::macro_support as __s;
    #[automatically_derived]
    impl __s::SubjectParam for Region {
        fn parse_token(token: &str) -> ::core::result::Result<Self, __s::ParamError> {
            match token {
                "eu" => ::core::result::Result::Ok(Self::Eu),
                "us_east" => ::core::result::Result::Ok(Self::UsEast),
                _ => {
                    ::core::result::Result::Err(
                        __s::ParamError::new("expected one of eu, us_east"),
                    )
                }
            }
        }
        fn write_token(&self, out: &mut ::std::string::String) {
            out.push_str(
                match self {
                    Self::Eu => "eu",
                    Self::UsEast => "us_east",
                },
            )
        }
    }
};
