//! The two entry points.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::Args;
use crate::diagnostics::Diagnostics;
use crate::handlers::HandlersImpl;
use crate::paths;

use super::{emit, meta, meta_emit, model};

/// Expands `#[service]`: the struct as it is, and what it says about itself.
pub(crate) fn expand_struct(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Ok(mut structure) = syn::parse2::<syn::ItemStruct>(item.clone()) else {
        diagnostics.error(
            item.clone().into_iter().next(),
            "`#[service(..)]` goes on the struct: `#[service(..)] pub struct Orders { .. }`, and \
             `#[handlers]` on its impl",
        );
        let errors = diagnostics.into_tokens();
        return quote!(#item #errors);
    };
    let mut args = Args::parse("#[service]", arguments, &mut diagnostics);
    let support = paths::support(&mut args, &mut diagnostics);
    let model = meta::check(args, &structure, &mut diagnostics);
    let added = meta_emit::emit(&model, &mut structure, &support);
    let errors = diagnostics.into_tokens();
    quote!(#structure #added #errors)
}

/// What `#[handlers]` adds to an impl with endpoints.
pub(crate) fn expand_handlers(
    mut args: Args,
    handlers: &HandlersImpl,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let support = paths::support(&mut args, diagnostics);
    let model = model::check(args, handlers, diagnostics);
    emit::emit(&model, handlers, &support)
}
