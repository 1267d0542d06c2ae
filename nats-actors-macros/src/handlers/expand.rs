//! From the helper attributes of the methods to the module that expands them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::{self, Args};
use crate::diagnostics::Diagnostics;
use crate::{consumer, service};

use super::item::{self, HandlersImpl};

/// What the methods of an impl can be, and the helper attributes that say so.
const KINDS: [(Kind, &[&str]); 2] =
    [(Kind::Service, &["endpoint"]), (Kind::Consumer, &["on", "on_dead_letter"])];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Service,
    Consumer,
}

/// Expands `#[handlers]`: the impl without its helper attributes, what its kind adds, and all errors.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut handlers = match item::parse(item.clone()) {
        Ok(handlers) => handlers,
        Err(error) => {
            diagnostics.add(error);
            let errors = diagnostics.into_tokens();
            return quote!(#item #errors);
        }
    };
    let args = Args::parse("#[handlers]", arguments, &mut diagnostics);
    let added = match kind(&handlers, &mut diagnostics) {
        Some(Kind::Service) => service::expand_handlers(args, &handlers, &mut diagnostics),
        Some(Kind::Consumer) => consumer::expand_handlers(args, &handlers, &mut diagnostics),
        None => TokenStream::new(),
    };
    KINDS.iter().flat_map(|(_, helpers)| *helpers).for_each(|helper| handlers.strip(helper));
    let errors = diagnostics.into_tokens();
    quote!(#handlers #added #errors)
}

/// The one kind that the helper attributes agree on.
fn kind(handlers: &HandlersImpl, diagnostics: &mut Diagnostics) -> Option<Kind> {
    let mut found: Option<(Kind, &str)> = None;
    for attribute in handlers.methods().flat_map(|method| &method.attributes) {
        for (kind, helpers) in KINDS {
            let Some(helper) = helpers.iter().find(|helper| attribute.path().is_ident(helper))
            else {
                continue;
            };
            match found {
                Some((first, other)) if first != kind => diagnostics.error(
                    attribute,
                    format!(
                        "`#[{helper}]` and `#[{other}]` cannot share a struct; split it in two"
                    ),
                ),
                _ => found = Some((kind, helper)),
            }
        }
    }
    if found.is_none() {
        let helpers: Vec<String> = KINDS
            .iter()
            .flat_map(|(_, helpers)| *helpers)
            .map(|h| format!("`#[{h}(..)]`"))
            .collect();
        let message = format!("no handler here: mark methods with {}", helpers.join(", "));
        diagnostics.error(attr::call_site(), message);
    }
    found.map(|(kind, _)| kind)
}

/// A helper attribute that was left for the compiler: it stands where no macro reads it.
pub(crate) fn misplaced(helper: &str, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let message = format!("`#[{helper}(..)]` is only read inside an impl with `#[handlers]`");
    diagnostics.error(attr::call_site(), message);
    let errors = diagnostics.into_tokens();
    // Beside a method or function, errors are items too.
    quote!(#item #errors)
}
