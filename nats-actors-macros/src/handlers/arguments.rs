//! What each argument of a handler is. The rule is short and needs no types:
//! the name of a `{placeholder}` is a subject parameter; a built-in extractor, or anything marked
//! `#[extract]`, is an extractor; at most one argument is left, the payload.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use crate::diagnostics::{Diagnostics, nearest};
use crate::subject::Template;

/// One argument after the receiver.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) role: Role,
    /// Its name, if its pattern is one.
    pub(crate) name: Option<Ident>,
    pub(crate) ty: Type,
}

/// Where the value of an argument comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Parameter,
    Extractor,
    Payload,
}

/// Classifies the arguments of `signature`; `extractors` are the type names that need no `#[extract]`.
/// `None` if one of them is wrong, which is reported.
pub(crate) fn classify(
    signature: &Signature,
    template: &Template,
    extractors: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Argument>> {
    let before = diagnostics.count();
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let arguments: Vec<Argument> =
        typed.map(|typed| argument(typed, template, extractors)).collect();
    arguments.iter().for_each(|argument| refuse_borrow(argument, diagnostics));
    refuse_second_payload(&arguments, diagnostics);
    require_parameters(&arguments, template, diagnostics);
    (diagnostics.count() == before).then_some(arguments)
}

fn argument(typed: &PatType, template: &Template, extractors: &[&str]) -> Argument {
    let name = match &*typed.pat {
        Pat::Ident(pattern) => Some(pattern.ident.clone()),
        _ => None,
    };
    let marked = typed.attrs.iter().any(|attribute| attribute.path().is_ident("extract"));
    let is_parameter =
        name.as_ref().is_some_and(|name| template.placeholders().any(|other| name == other));
    let role = if marked || is_built_in(&typed.ty, extractors) {
        Role::Extractor
    } else if is_parameter {
        Role::Parameter
    } else {
        Role::Payload
    };
    Argument { role, name, ty: (*typed.ty).clone() }
}

/// Whether the last name of the type is a built-in extractor's, with as many parameters: `State<_>`, `Headers`.
fn is_built_in(ty: &Type, extractors: &[&str]) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| {
        let generic = !segment.arguments.is_empty();
        extractors.iter().any(|extractor| match extractor.strip_suffix("<_>") {
            Some(name) => generic && segment.ident == name,
            None => !generic && segment.ident == extractor,
        })
    })
}

fn refuse_borrow(argument: &Argument, diagnostics: &mut Diagnostics) {
    if let Type::Reference(reference) = &argument.ty {
        let message = match argument.role {
            Role::Parameter => "take the subject parameter by value, such as `String` for `&str`",
            Role::Extractor => "take the extractor by value",
            Role::Payload => "take the payload by value; `Raw` hands over its bytes without a copy",
        };
        diagnostics.error(reference.and_token, message);
    }
}

fn refuse_second_payload(arguments: &[Argument], diagnostics: &mut Diagnostics) {
    let mut payloads = arguments.iter().filter(|argument| argument.role == Role::Payload);
    let Some(first) = payloads.next() else { return };
    for second in payloads {
        let message = format!(
            "both {} and {} would be the payload; mark extractors with `#[extract]`, or put both in \
             one struct",
            first.called(),
            second.called()
        );
        diagnostics.error(second.place(), message);
    }
}

fn require_parameters(arguments: &[Argument], template: &Template, diagnostics: &mut Diagnostics) {
    let names = |role| {
        let of_role = arguments.iter().filter(move |argument| argument.role == role);
        of_role.filter_map(|argument| argument.name.as_ref()).map(Ident::to_string)
    };
    let parameters: Vec<String> = names(Role::Parameter).collect();
    let payloads: Vec<String> = names(Role::Payload).collect();
    for placeholder in template.placeholders() {
        if parameters.iter().any(|name| name == placeholder) {
            continue;
        }
        let guess = nearest(placeholder, &payloads)
            .map(|near| format!("; did you mean `{{{near}}}`?"))
            .unwrap_or_default();
        let message = format!(
            "`{{{placeholder}}}` has no parameter named `{placeholder}`; add `{placeholder}: T`, or \
             write `*` to ignore the token{guess}"
        );
        diagnostics.error(&template.literal, message);
    }
}

impl Argument {
    /// The argument as a message may name it.
    fn called(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}`"),
            None => "this argument".to_owned(),
        }
    }

    fn place(&self) -> TokenStream {
        match &self.name {
            Some(name) => name.to_token_stream(),
            None => self.ty.to_token_stream(),
        }
    }
}
