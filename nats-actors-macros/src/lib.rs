//! Entry points of the macros; their documentation is on the re-exports of `nats-actors`.

mod attr;
mod diagnostics;
mod duration;
mod handlers;
mod names;
mod paths;
mod service;
mod subject;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn handlers(arguments: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(arguments.into(), item.into()).into()
}
