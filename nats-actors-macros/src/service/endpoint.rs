//! One method with `#[endpoint(..)]`, checked.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr};

use super::output::{self, Output};
use crate::attr::{self, Args};
use crate::checks;
use crate::diagnostics::Diagnostics;
use crate::handlers::{Argument, Method, Receiver, check_signature, classify};
use crate::names;
use crate::subject::Template;

/// Types that are extractors without `#[extract]`.
const EXTRACTORS: [&str; 3] = ["State<_>", "Headers", "Deadline"];

/// An endpoint whose every part is legal.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) method: Ident,
    /// The hidden unit type.
    pub(super) unit: Ident,
    pub(super) receiver: Receiver,
    pub(super) template: Template,
    pub(super) arguments: Vec<Argument>,
    pub(super) output: Output,
    pub(super) name: LitStr,
    /// Setter calls on `EndpointSpec`, for a scope where `__s` is `macro_support`.
    pub(super) setters: Vec<TokenStream>,
    pub(super) conditions: Vec<Attribute>,
    pub(super) docs: Vec<Attribute>,
}

/// The endpoint that `method` is by `attribute`; `None` if a part of it is wrong, which is reported.
pub(super) fn check(
    method: &Method,
    attribute: &Attribute,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let signature = &method.signature;
    let ident = &signature.ident;
    let text = ident.unraw().to_string();
    let mut args = Args::of("#[endpoint]", attribute, diagnostics);
    let default_subject = LitStr::new(&text, ident.span());
    let subject = args.positional(diagnostics).unwrap_or_else(|| default_subject.clone());
    let name = args.string("name", diagnostics);
    let receiver = receiver(method, &args, diagnostics);
    let setters = setters(method, &mut args, diagnostics);
    args.finish(diagnostics);

    name.iter().for_each(|name| checks::name("endpoint", name, diagnostics));
    let template = Template::parse(subject, diagnostics);
    let output = output::check(signature, diagnostics);
    let arguments = template
        .as_ref()
        .and_then(|template| classify(signature, template, &EXTRACTORS, diagnostics));
    Some(Endpoint {
        method: ident.clone(),
        unit: Ident::new(&format!("__{}", names::pascal(&text)), ident.span()),
        receiver: receiver?,
        template: template?,
        arguments: arguments?,
        output: output?,
        name: name.unwrap_or(default_subject),
        setters: setters.into_iter().flatten().collect(),
        conditions: attr::conditions(&method.attributes),
        docs: attr::docs(&method.attributes),
    })
}

fn receiver(method: &Method, args: &Args, diagnostics: &mut Diagnostics) -> Option<Receiver> {
    let name = &method.signature.ident;
    let accepted = format!("async fn {name}(&self, id: T, payload: T) -> Result<T, E>");
    let receiver = check_signature(&method.signature, "endpoint", &accepted, diagnostics);
    if let (Some(Receiver::Exclusive), Some(place)) = (receiver, args.peek("concurrency")) {
        let message = format!(
            "`&mut self` handlers run one at a time; remove `concurrency = {place}` or take `&self`"
        );
        diagnostics.error(place, message);
    }
    receiver
}

fn setters(
    method: &Method,
    args: &mut Args,
    diagnostics: &mut Diagnostics,
) -> [Option<TokenStream>; 5] {
    let concurrency = args.integer("concurrency", diagnostics).and_then(|limit| {
        let legal = usize::try_from(limit.value).ok().filter(|limit| *limit > 0);
        if legal.is_none() {
            diagnostics.error(&limit, "`concurrency` is at least 1");
        }
        legal.map(|limit| {
            let limit = proc_macro2::Literal::usize_unsuffixed(limit);
            quote!(.concurrency(#limit))
        })
    });
    let timeout = args.duration("timeout", diagnostics).map(|timeout| {
        let timeout = attr::duration_tokens(timeout.value);
        quote!(.timeout(#timeout))
    });
    let queue = checks::queue(args, diagnostics);
    let metadata = checks::metadata(args, diagnostics);
    let doc = attr::doc(&method.attributes);
    let description = (!doc.is_empty()).then(|| quote!(.description(#doc)));
    [concurrency, timeout, queue, metadata, description]
}
