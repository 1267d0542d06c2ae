//! `ordered_by`, `lanes` and `on_key_failure`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token, parenthesized};

use super::word;
use crate::attr::Args;
use crate::diagnostics::Diagnostics;

/// Where the key is.
enum By {
    Param(String),
    Header(LitStr),
    Function(Path),
}

/// The setter call on a `ConsumerSpec`; nothing if the consumer is not ordered.
pub(super) fn setter(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let help = "`ordered_by` is a placeholder, a header or a function: ordered_by = \"{id}\", \
                ordered_by = header(\"Tenant\"), ordered_by = fn(key_of)";
    let written = args.has("ordered_by");
    let by: Option<By> = args.value("ordered_by", help, diagnostics);
    let lanes = args.integer("lanes", diagnostics);
    let failure = word::choice("on_key_failure", &["hold", "skip", "halt"], args, diagnostics);
    if !written {
        let message =
            "without `ordered_by` there are no keys, so no lanes: add ordered_by = \"{id}\"";
        lanes.iter().for_each(|lanes| diagnostics.error(lanes, message));
        failure.iter().for_each(|(_, place)| diagnostics.error(place, message));
        return None;
    }
    let by = match by? {
        By::Param(name) => quote!(__s::OrderedBy::Param(#name)),
        By::Header(name) => quote!(__s::OrderedBy::Header(#name)),
        By::Function(path) => quote!(__s::OrderedBy::Function(#path)),
    };
    let lanes = lanes.and_then(|lanes| {
        let legal = u32::try_from(lanes.value).ok().filter(|lanes| *lanes > 0);
        if legal.is_none() {
            diagnostics.error(&lanes, "`lanes` is at least 1");
        }
        legal.map(|lanes| quote!(.lanes(#lanes)))
    });
    let failure = failure.map(|(index, _)| {
        let variant = [quote!(Hold), quote!(Skip), quote!(Halt)].into_iter().nth(index);
        quote!(.on_failure(__s::OnKeyFailure::#variant))
    });
    Some(quote!(.ordered(__s::KeyOrder::new(#by) #lanes #failure)))
}

impl Parse for By {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            let text = literal.value();
            let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let name = name.filter(|name| syn::parse_str::<Ident>(name).is_ok());
            let wrong = || syn::Error::new_spanned(&literal, "not a placeholder");
            return name.map(|name| Self::Param(name.to_owned())).ok_or_else(wrong);
        }
        let inside;
        if input.parse::<Option<Token![fn]>>()?.is_some() {
            parenthesized!(inside in input);
            return inside.parse().map(Self::Function);
        }
        let word: Ident = input.parse()?;
        parenthesized!(inside in input);
        match word == "header" {
            true => inside.parse().map(Self::Header),
            false => Err(syn::Error::new_spanned(word, "expected header(..)")),
        }
    }
}
