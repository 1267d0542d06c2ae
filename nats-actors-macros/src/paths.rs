//! Where generated code finds `nats_actors::macro_support`.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use crate::attr::Args;
use crate::diagnostics::Diagnostics;

/// `crate = path` if given, else the name under which the caller depends on `nats-actors`.
pub(crate) fn support(args: &mut Args, diagnostics: &mut Diagnostics) -> TokenStream {
    let help = "`crate` is the path of nats-actors: crate = ::my_crate::nats_actors";
    match args.value::<syn::Path>("crate", help, diagnostics) {
        Some(path) => quote!(#path::macro_support),
        None => default_support(),
    }
}

/// The same for derives, which have no place for `crate = path`.
pub(crate) fn default_support() -> TokenStream {
    let root = match crate_name("nats-actors") {
        Ok(FoundCrate::Name(name)) => Ident::new(&name, Span::call_site()),
        Ok(FoundCrate::Itself) | Err(_) => Ident::new("nats_actors", Span::call_site()),
    };
    quote!(::#root::macro_support)
}
