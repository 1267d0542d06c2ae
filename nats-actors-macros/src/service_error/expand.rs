//! The entry point.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;

use super::{emit, model};

/// Expands the derive; on an error, an impl without a single variant takes the place of the right one.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let added = match diagnostics.keep(syn::parse2(item)) {
        Some(item) => emit::emit(&item, &model::check(&item, &mut diagnostics)),
        None => TokenStream::new(),
    };
    let errors = diagnostics.into_tokens();
    quote!(#added #errors)
}
