//! The two entry points.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::Args;
use crate::diagnostics::Diagnostics;
use crate::handlers::HandlersImpl;
use crate::paths;
use crate::state;

use super::{emit, meta, model};

/// Expands `#[consumer]`: the struct as it is, and what it says about itself.
pub(crate) fn expand_struct(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Ok(mut structure) = syn::parse2::<syn::ItemStruct>(item.clone()) else {
        diagnostics.error(
            item.clone().into_iter().next(),
            "`#[consumer(..)]` goes on the struct: `#[consumer(..)] pub struct Billing { .. }`, and \
             `#[handlers]` on its impl",
        );
        let errors = diagnostics.into_tokens();
        return quote!(#item #errors);
    };
    let mut args = Args::parse("#[consumer]", arguments, &mut diagnostics);
    let support = paths::support(&mut args, &mut diagnostics);
    let meta = meta::check(args, &mut diagnostics);
    let states = state::expand(&mut structure);
    let added = emit::meta(&meta, &structure, &states, &support);
    let errors = diagnostics.into_tokens();
    quote!(#structure #added #errors)
}

/// What `#[handlers]` adds to an impl with routes.
pub(crate) fn expand_handlers(
    mut args: Args,
    handlers: &HandlersImpl,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let support = paths::support(&mut args, diagnostics);
    args.finish(diagnostics);
    let model = model::check(handlers, diagnostics);
    emit::consumer(&model, handlers, &support)
}
