//! What a handler returns: `T` or `Result<T, E>`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type};

use crate::diagnostics::Diagnostics;

/// The types of the reply, for a scope where `__s` is `macro_support`.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) value: TokenStream,
    pub(super) error: TokenStream,
    /// Whether the method returns a `Result`.
    pub(super) fallible: bool,
    /// Where the reply's type is written.
    pub(super) place: Span,
}

/// Reads the return type by its last name: whatever is called `Result` is one.
pub(super) fn check(signature: &Signature, diagnostics: &mut Diagnostics) -> Option<Output> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return Some(plain(quote!(()), signature.ident.span()));
    };
    match &**ty {
        Type::ImplTrait(hidden) => {
            let message = "name the type of the reply: the caller has to decode it, and `impl Trait` \
                           has no name there";
            diagnostics.error(hidden, message);
            None
        }
        Type::Reference(reference) => {
            diagnostics.error(reference.and_token, "return the reply by value");
            None
        }
        ty => Some(result(ty).unwrap_or_else(|| plain(ty.to_token_stream(), ty.span()))),
    }
}

fn plain(value: TokenStream, place: Span) -> Output {
    Output { value, error: quote!(__s::Infallible), fallible: false, place }
}

fn result(ty: &Type) -> Option<Output> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let types: Vec<&Type> = match &last.arguments {
        PathArguments::AngleBracketed(generic) => generic.args.iter().filter_map(as_type).collect(),
        PathArguments::None | PathArguments::Parenthesized(_) => Vec::new(),
    };
    Some(match types.as_slice() {
        [value, error] => Output {
            value: quote!(#value),
            error: quote!(#error),
            fallible: true,
            place: value.span(),
        },
        _ => Output {
            value: quote!(<#ty as __s::ResultType>::Ok),
            error: quote!(<#ty as __s::ResultType>::Error),
            fallible: true,
            place: ty.span(),
        },
    })
}

fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
