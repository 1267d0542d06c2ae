//! `#[service]` on the struct and the endpoints of `#[handlers]`: parse → model → emit.

use proc_macro2::TokenStream;

use crate::attr::Args;
use crate::diagnostics::Diagnostics;
use crate::handlers::HandlersImpl;

/// What `#[handlers]` adds to an impl with endpoints.
pub(crate) fn expand_handlers(
    args: Args,
    _handlers: &mut HandlersImpl,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    args.finish(diagnostics);
    TokenStream::new()
}
