//! `impl ServiceError`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident};

use super::model::{Field, Variant};
use crate::attr;
use crate::paths;

pub(super) fn emit(item: &DeriveInput, variants: &[Variant]) -> TokenStream {
    let support = paths::default_support();
    let name = &item.ident;
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let code = code(variants);
    let retry_after = retry_after(variants);
    let opaque = opaque(variants);
    let (body, decode) = (body(variants), decode(variants));
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::ServiceError for #name #type_generics #where_clause {
                #code
                #retry_after
                #opaque
                #body
                #decode
            }
        };
    }
}

fn code(variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|Variant { name, code, .. }| {
        let code = Literal::u16_unsuffixed(*code);
        quote!(Self::#name { .. } => #code,)
    });
    // The last arm is only reached by variants that were reported.
    quote! {
        fn code(&self) -> u16 {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                #(#arms)*
                _ => 500,
            }
        }
    }
}

fn retry_after(variants: &[Variant]) -> Option<TokenStream> {
    let arms: Vec<TokenStream> = variants
        .iter()
        .filter_map(|Variant { name, retry_after, .. }| {
            let delay = attr::duration_tokens((*retry_after)?);
            Some(quote!(Self::#name { .. } => ::core::option::Option::Some(#delay),))
        })
        .collect();
    (!arms.is_empty()).then(|| {
        quote! {
            fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
                #[allow(unreachable_patterns, reason = "generated")]
                match self {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

fn opaque(variants: &[Variant]) -> Option<TokenStream> {
    let names: Vec<&Ident> = variants.iter().filter(|v| v.opaque).map(|v| &v.name).collect();
    (!names.is_empty()).then(|| {
        quote! {
            fn opaque_detail(&self) -> ::core::option::Option<::std::string::String> {
                #[allow(unreachable_patterns, reason = "generated")]
                match self {
                    #(Self::#names { .. })|* => {
                        ::core::option::Option::Some(::std::format!("{self:#}"))
                    }
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

fn body(variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().filter(|variant| !variant.opaque).map(|variant| {
        let Variant { name, kind, fields, .. } = variant;
        let locals = locals(fields);
        let (members, keys) = (fields.iter().map(|f| &f.member), fields.iter().map(|f| &f.key));
        quote! {
            Self::#name { #(#members: #locals),* } => ::core::option::Option::Some(
                __s::ErrorBody::new(#kind) #(.field(#keys, #locals))*
            ),
        }
    });
    quote! {
        fn body(&self) -> ::core::option::Option<__s::ErrorBody> {
            #[allow(unreachable_patterns, reason = "generated")]
            match self {
                #(#arms)*
                _ => ::core::option::Option::None,
            }
        }
    }
}

fn decode(variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().filter(|variant| !variant.opaque).map(|variant| {
        let Variant { name, kind, fields, .. } = variant;
        let fields =
            fields.iter().map(|Field { member, key, ty }| quote!(#member: body.get::<#ty>(#key)?));
        quote!(#kind => ::core::option::Option::Some(Self::#name { #(#fields),* }),)
    });
    quote! {
        fn decode(error: &__s::WireError) -> ::core::option::Option<Self> {
            let body = error.body()?;
            match body.kind() {
                #(#arms)*
                _ => ::core::option::Option::None,
            }
        }
    }
}

fn locals(fields: &[Field]) -> Vec<Ident> {
    (0..fields.len()).map(|index| format_ident!("__f{index}")).collect()
}
