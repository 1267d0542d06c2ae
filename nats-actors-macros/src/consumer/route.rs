//! One method with `#[on(..)]`, checked.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr, ReturnType, Signature, Type};

use crate::attr::{self, Args};
use crate::diagnostics::Diagnostics;
use crate::handlers::{Argument, Method, Receiver, check_signature, classify};
use crate::subject::{Template, Token};

/// Types that are extractors without `#[extract]`.
const EXTRACTORS: [&str; 5] = ["DeliveryInfo", "Lease", "Out", "State<_>", "Headers"];

/// For `#[on(other)]`, whose messages have no known payload, `Message` is one too.
const FALLBACK_EXTRACTORS: [&str; 6] =
    ["DeliveryInfo", "Lease", "Out", "State<_>", "Headers", "Message"];

/// A route whose every part is legal.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) method: Ident,
    pub(super) name: String,
    pub(super) receiver: Receiver,
    /// Without tokens for the route of what no pattern matches.
    pub(super) template: Template,
    pub(super) arguments: Vec<Argument>,
    pub(super) output: TokenStream,
    pub(super) conditions: Vec<Attribute>,
}

impl Route {
    pub(super) fn is_fallback(&self) -> bool {
        self.template.tokens.is_empty()
    }

    /// Placeholders with the index of their tokens.
    pub(super) fn params(&self) -> impl Iterator<Item = (usize, &str)> {
        self.template.tokens.iter().enumerate().filter_map(|(index, token)| match token {
            Token::Placeholder(name) => Some((index, name.as_str())),
            Token::Literal(_) | Token::Any | Token::Tail => None,
        })
    }
}

/// The route that `method` is by `attribute`; `None` if a part of it is wrong, which is reported.
pub(super) fn check(
    method: &Method,
    attribute: &Attribute,
    diagnostics: &mut Diagnostics,
) -> Option<Route> {
    let signature = &method.signature;
    let name = signature.ident.unraw().to_string();
    let accepted = format!(
        "async fn {name}(&self, id: T, payload: T) -> Result<Outcome, E>; also (), Outcome, Result<(), E>"
    );
    let receiver = check_signature(signature, "consumer", &accepted, diagnostics);
    let template = template(attribute, diagnostics);
    let output = output(signature, diagnostics);
    let arguments = template.as_ref().and_then(|template| {
        let fallback = template.tokens.is_empty();
        let extractors = if fallback { &FALLBACK_EXTRACTORS[..] } else { &EXTRACTORS[..] };
        classify(signature, template, extractors, diagnostics)
    });
    Some(Route {
        method: signature.ident.clone(),
        name,
        receiver: receiver?,
        template: template?,
        arguments: arguments?,
        output: output?,
        conditions: attr::conditions(&method.attributes),
    })
}

/// `"orders.{id}.placed"`, or `other`, which has no tokens.
fn template(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Template> {
    let mut args = Args::of("#[on]", attribute, diagnostics);
    let other = args.flag("other", diagnostics);
    let literal = args.positional(diagnostics);
    args.finish(diagnostics);
    match (literal, other) {
        (Some(literal), false) => {
            // There is no prefix here, so a subject stands by itself in any case.
            Template::parse(literal, diagnostics)
                .map(|template| Template { absolute: true, ..template })
        }
        (None, true) => {
            let literal = LitStr::new("", attr_span(attribute));
            Some(Template { literal, absolute: true, tokens: Vec::new() })
        }
        _ => {
            let message =
                "expected a subject, or other: `#[on(\"orders.{id}.placed\")]`, `#[on(other)]`";
            diagnostics.error(attribute, message);
            None
        }
    }
}

fn attr_span(attribute: &Attribute) -> proc_macro2::Span {
    attribute.path().get_ident().map_or_else(proc_macro2::Span::call_site, Ident::span)
}

fn output(signature: &Signature, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    match &signature.output {
        ReturnType::Default => Some(quote!(())),
        ReturnType::Type(_, ty) => match &**ty {
            Type::ImplTrait(hidden) => {
                diagnostics.error(
                    hidden,
                    "name the type: `()`, `Outcome`, `Result<(), E>` or `Result<Outcome, E>`",
                );
                None
            }
            ty => Some(ty.to_token_stream()),
        },
    }
}
