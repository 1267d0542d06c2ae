//! `ServiceMeta` and the state of a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

use super::meta::Meta;
use crate::state;

pub(super) fn emit(meta: &Meta, structure: &mut ItemStruct, support: &TokenStream) -> TokenStream {
    let states = state::expand(structure);
    let Meta { name, version, codec, setters } = meta;
    let structure_name = &structure.ident;
    let (impl_generics, type_generics, where_clause) = structure.generics.split_for_impl();
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::ServiceMeta for #structure_name #type_generics #where_clause {
                type Codec = #codec;
                const INFO: __s::ServiceInfo =
                    __s::ServiceInfo::new(#name, #version) #(#setters)*;
            }
            #states
        };
    }
}
