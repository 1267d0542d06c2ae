//! `#[derive(SubjectParam)]`: a newtype passes its field on; an enum without fields is its names.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Member, Type};

use crate::diagnostics::Diagnostics;
use crate::names;
use crate::paths;

/// The bodies of the two functions.
struct Bodies {
    parse: TokenStream,
    write: TokenStream,
}

/// Expands the derive.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let added = diagnostics
        .keep(syn::parse2(item))
        .and_then(|item| bodies(&item, &mut diagnostics).map(|bodies| emit(&item, &bodies)));
    let errors = diagnostics.into_tokens();
    quote!(#added #errors)
}

fn bodies(item: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Bodies> {
    match &item.data {
        Data::Struct(data) => newtype(data).or_else(|| refuse(item, diagnostics)),
        Data::Enum(data) => words(data).or_else(|| refuse(item, diagnostics)),
        Data::Union(_) => refuse(item, diagnostics),
    }
}

fn refuse(item: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Bodies> {
    let message = "derive `SubjectParam` on a struct with one field, or on an enum without fields; \
                   for others implement `FromStr` and `Display`";
    diagnostics.error(&item.ident, message);
    None
}

fn newtype(data: &DataStruct) -> Option<Bodies> {
    let mut fields = data.fields.members().zip(&data.fields);
    let (Some((member, field)), None) = (fields.next(), fields.next()) else { return None };
    let ty: &Type = &field.ty;
    let made = match &member {
        Member::Named(name) => quote!(|__value| Self { #name: __value }),
        Member::Unnamed(_) => quote!(Self),
    };
    Some(Bodies {
        parse: quote!(<#ty as __s::SubjectParam>::parse_token(token).map(#made)),
        write: quote!(<#ty as __s::SubjectParam>::write_token(&self.#member, out)),
    })
}

fn words(data: &DataEnum) -> Option<Bodies> {
    if data.variants.is_empty() || data.variants.iter().any(|variant| !variant.fields.is_empty()) {
        return None;
    }
    let names: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let words: Vec<String> = names.iter().map(|name| names::snake(&name.to_string())).collect();
    let expected = format!("expected one of {}", words.join(", "));
    Some(Bodies {
        parse: quote! {
            match token {
                #(#words => ::core::result::Result::Ok(Self::#names),)*
                _ => ::core::result::Result::Err(__s::ParamError::new(#expected)),
            }
        },
        write: quote!(out.push_str(match self { #(Self::#names => #words),* })),
    })
}

fn emit(item: &DeriveInput, bodies: &Bodies) -> TokenStream {
    let support = paths::default_support();
    let name = &item.ident;
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let Bodies { parse, write } = bodies;
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::SubjectParam for #name #type_generics #where_clause {
                fn parse_token(token: &str) -> ::core::result::Result<Self, __s::ParamError> {
                    #parse
                }
                fn write_token(&self, out: &mut ::std::string::String) {
                    #write
                }
            }
        };
    }
}
