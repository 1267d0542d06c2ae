//! Entry points of the macros; their documentation is on the re-exports of `nats-actors`.

mod attr;
mod checks;
mod consumer;
mod diagnostics;
mod duration;
#[cfg(test)]
mod expansion_tests;
mod handler_error;
mod handlers;
mod names;
mod paths;
mod service;
mod service_error;
mod state;
mod subject;
mod subject_param;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    service::expand_struct(arguments.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn consumer(arguments: TokenStream, item: TokenStream) -> TokenStream {
    consumer::expand_struct(arguments.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn handlers(arguments: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(arguments.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn endpoint(_: TokenStream, item: TokenStream) -> TokenStream {
    handlers::misplaced("endpoint", &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn on(_: TokenStream, item: TokenStream) -> TokenStream {
    handlers::misplaced("on", &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn on_dead_letter(_: TokenStream, item: TokenStream) -> TokenStream {
    handlers::misplaced("on_dead_letter", &item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_derive(HandlerError, attributes(retry, terminal, fatal))]
pub fn handler_error(item: TokenStream) -> TokenStream {
    handler_error::expand(item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_derive(ServiceError, attributes(service))]
pub fn service_error(item: TokenStream) -> TokenStream {
    service_error::expand(item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_derive(SubjectParam)]
pub fn subject_param(item: TokenStream) -> TokenStream {
    subject_param::expand(item.into()).into()
}
