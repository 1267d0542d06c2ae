//! `HasState` for the fields of a struct: what makes `State<Db>` work by itself.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Field, GenericParam, ItemStruct, Member, Type};

use crate::attr;

/// An impl for each field whose type is written by no other field and has no generic parameter;
/// `#[state(skip)]` is taken off the fields that have it. For a scope where `__s` is `macro_support`.
pub(crate) fn expand(item: &mut ItemStruct) -> TokenStream {
    let provided = provided(item);
    let name = &item.ident;
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let impls = provided.iter().map(|(member, ty)| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __s::HasState<#ty> for #name #type_generics #where_clause {
                fn state(&self) -> &#ty {
                    &self.#member
                }
            }
        }
    });
    impls.collect()
}

fn provided(item: &mut ItemStruct) -> Vec<(Member, Type)> {
    let parameters: Vec<String> = item.generics.params.iter().map(name_of).collect();
    let members: Vec<Member> = item.fields.members().collect();
    let kept: Vec<(Member, Type)> = members
        .into_iter()
        .zip(&mut item.fields)
        .filter_map(|(member, field)| (!is_skipped(field)).then(|| (member, field.ty.clone())))
        .collect();
    let written: Vec<String> = kept.iter().map(|(_, ty)| text(ty)).collect();
    let unique = |ty: &Type| written.iter().filter(|other| **other == text(ty)).count() == 1;
    let concrete = |ty: &Type| !mentions(ty.to_token_stream(), &parameters);
    kept.into_iter().filter(|(_, ty)| unique(ty) && concrete(ty)).collect()
}

fn is_skipped(field: &mut Field) -> bool {
    !attr::extract(&mut field.attrs, "state").is_empty()
}

fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}

fn name_of(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Type(parameter) => parameter.ident.to_string(),
        GenericParam::Const(parameter) => parameter.ident.to_string(),
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.to_string(),
    }
}

fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        proc_macro2::TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        _ => false,
    })
}
