//! `impl HandlerError`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, Member};

use super::model::Variant;
use crate::paths;

pub(super) fn emit(item: &DeriveInput, variants: &[Variant]) -> TokenStream {
    let support = paths::default_support();
    let name = &item.ident;
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let arms = variants.iter().map(|Variant { name, bound, disposition }| {
        let (members, names): (Vec<&Member>, Vec<&Ident>) =
            bound.iter().map(|(m, n)| (m, n)).unzip();
        quote!(Self::#name { #(#members: #names,)* .. } => #disposition,)
    });
    // The last arm is only reached by variants that were reported.
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::HandlerError for #name #type_generics #where_clause {
                fn disposition(&self) -> __s::Disposition {
                    #[allow(unreachable_patterns, reason = "generated")]
                    match self {
                        #(#arms)*
                        _ => __s::Disposition::Retry,
                    }
                }
            }
        };
    }
}
