//! All endpoints of an impl, and the rules between them.

use proc_macro2::Span;
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Visibility};

use super::endpoint::{self, Endpoint};
use crate::attr::Args;
use crate::diagnostics::Diagnostics;
use crate::handlers::HandlersImpl;

/// What an impl means.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) endpoints: Vec<Endpoint>,
    /// Name and visibility of the client; `None` if none is wanted.
    pub(super) client: Option<(Ident, Visibility)>,
}

/// `client = none`, or the visibility of the client.
enum ClientChoice {
    None,
    Visible(Visibility),
}

/// Checks every method with `#[endpoint]`; those that are wrong are reported and left out.
pub(super) fn check(
    mut args: Args,
    handlers: &HandlersImpl,
    diagnostics: &mut Diagnostics,
) -> Model {
    let choice = args.value(
        "client",
        "`client` is the visibility of the generated client, or none: client = pub(crate), client = none",
        diagnostics,
    );
    args.finish(diagnostics);
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for method in handlers.methods() {
        let Some(attribute) = method.helper("endpoint") else { continue };
        let Some(endpoint) = endpoint::check(method, attribute, diagnostics) else { continue };
        refuse_overlap(&endpoints, &endpoint, diagnostics);
        endpoints.push(endpoint);
    }
    let client = client(choice, handlers, diagnostics);
    if client.is_some() {
        endpoints.retain(|endpoint| is_no_constructor(endpoint, diagnostics));
    }
    Model { endpoints, client }
}

fn client(
    choice: Option<ClientChoice>,
    handlers: &HandlersImpl,
    diagnostics: &mut Diagnostics,
) -> Option<(Ident, Visibility)> {
    let visibility = match choice {
        Some(ClientChoice::None) => return None,
        Some(ClientChoice::Visible(visibility)) => visibility,
        None => syn::parse_quote!(pub),
    };
    let name = handlers.name();
    if name.is_none() {
        diagnostics.error(&handlers.self_ty, "the impl is of a named struct: `impl Orders { .. }`");
    }
    name.map(|name| (format_ident!("{name}Client", span = Span::call_site()), visibility))
}

fn refuse_overlap(before: &[Endpoint], endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    // Endpoints under a condition may be alternatives of each other.
    let others =
        before.iter().filter(|o| o.conditions.is_empty() && endpoint.conditions.is_empty());
    for other in others {
        let Some(subject) = other.template.overlap(&endpoint.template) else { continue };
        let message = format!(
            "`{}` (`{}`) and `{}` (`{}`) both match `{subject}`, so both would answer such a request; \
             move one under another prefix",
            other.method,
            other.template.pattern(),
            endpoint.method,
            endpoint.template.pattern(),
        );
        diagnostics.error(&endpoint.template.literal, message);
        let note = format!("this is `{}`, which matches `{subject}` too", other.method);
        diagnostics.error(&other.template.literal, note);
    }
}

fn is_no_constructor(endpoint: &Endpoint, diagnostics: &mut Diagnostics) -> bool {
    if endpoint.method == "new" {
        let message = "an endpoint cannot be called `new`: the client has a function of that name; \
                       rename the method, or write `#[handlers(client = none)]`";
        diagnostics.error(&endpoint.method, message);
    }
    endpoint.method != "new"
}

impl Parse for ClientChoice {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident) && !input.peek(syn::Token![pub]) {
            let word: Ident = input.parse()?;
            let none = (word == "none").then_some(Self::None);
            return none.ok_or_else(|| syn::Error::new_spanned(word, "expected none"));
        }
        let visibility: Visibility = input.parse()?;
        Ok(Self::Visible(visibility))
    }
}
