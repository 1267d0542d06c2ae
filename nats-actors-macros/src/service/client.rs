//! The typed client: a struct in the user's scope, one method per endpoint.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Ident, Type};

use super::endpoint::Endpoint;
use super::model::Model;
use crate::handlers::{HandlersImpl, Receiver, Role};
use crate::subject::Token;

/// The struct, and its impls for a scope where `__s` is `macro_support`.
pub(super) fn emit(
    model: &Model,
    handlers: &HandlersImpl,
    support: &TokenStream,
) -> Option<(TokenStream, TokenStream)> {
    let (name, visibility) = model.client.as_ref()?;
    let service = &handlers.self_ty;
    let generics = with_transport(&handlers.generics, &quote!(= #support::Client));
    let doc = format!(" Calls the service `{}`: one method per endpoint.", path_text(service));
    let where_clause = &generics.where_clause;
    let structure = quote! {
        #[doc = #doc]
        #[allow(dead_code, private_interfaces, unreachable_pub, reason = "generated")]
        #visibility struct #name #generics #where_clause {
            caller: #support::Caller<#service, Via>,
        }
    };
    Some((structure, impls(model, handlers, name)))
}

fn impls(model: &Model, handlers: &HandlersImpl, name: &Ident) -> TokenStream {
    let service = &handlers.self_ty;
    let methods = model.endpoints.iter().map(|endpoint| method(endpoint, service));
    let bounded = |bound: TokenStream| with_transport(&handlers.generics, &quote!(: #bound));
    let transport = bounded(quote!(__s::Transport));
    let (transport, arguments, where_clause) = transport.split_for_impl();
    let (clone, debug) =
        (bounded(quote!(::core::clone::Clone)), bounded(quote!(::core::fmt::Debug)));
    let (clone, debug) = (clone.split_for_impl().0, debug.split_for_impl().0);
    quote! {
        #[automatically_derived]
        #[allow(dead_code, private_interfaces, unreachable_pub, reason = "generated")]
        impl #transport #name #arguments #where_clause {
            /// Calls the service through `transport`.
            #[must_use]
            pub fn new(transport: &Via) -> Self {
                Self { caller: __s::Caller::new(::core::clone::Clone::clone(transport)) }
            }
            #(#methods)*
        }
        #[automatically_derived]
        impl #clone ::core::clone::Clone for #name #arguments #where_clause {
            fn clone(&self) -> Self {
                Self { caller: ::core::clone::Clone::clone(&self.caller) }
            }
        }
        #[automatically_derived]
        impl #debug ::core::fmt::Debug for #name #arguments #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.caller, f)
            }
        }
    }
}

fn method(endpoint: &Endpoint, service: &Type) -> TokenStream {
    let Endpoint { method, unit, template, output, conditions, docs, .. } = endpoint;
    let subject = &template.literal;
    let places = places(endpoint);
    let parameters = places.iter().map(|place| &place.parameter);
    let fills = places.iter().map(|place| &place.fill);
    let payload = endpoint.arguments.iter().find(|argument| argument.role == Role::Payload);
    let (payload_parameter, payload, payload_type) = match payload {
        Some(argument) => {
            let ty = &argument.ty;
            let name = argument.name.clone().unwrap_or_else(|| format_ident!("payload"));
            (quote!(, #name: &'c #ty), quote!(#name), quote!(#ty))
        }
        None => (quote!(), quote!(&()), quote!(())),
    };
    let implemented = match endpoint.receiver {
        Receiver::Shared => quote!(Endpoint),
        Receiver::Exclusive => quote!(EndpointMut),
    };
    let (value, error) = (&output.value, &output.error);
    let doc = docs.is_empty().then(|| format!(" Calls the endpoint `{method}`."));
    let doc = doc.map(|doc| quote!(#[doc = #doc]));
    quote! {
        #(#conditions)*
        #(#docs)*
        #doc
        pub fn #method<'c>(&'c self #(, #parameters)* #payload_parameter)
            -> __s::Call<'c, Via, #service, #payload_type, #value, #error>
        {
            let spec = &<#unit as __s::#implemented<#service>>::SPEC;
            let subject = __s::subject_of::<#service>(#subject) #(#fills)*;
            __s::Call::new(self.caller.transport(), spec, subject, #payload)
        }
    }
}

/// A token of the subject that the caller gives: its parameter, and the call that writes it.
struct Place {
    parameter: TokenStream,
    fill: TokenStream,
}

fn places(endpoint: &Endpoint) -> Vec<Place> {
    let tokens = endpoint.template.tokens.iter().enumerate();
    tokens.filter_map(|(index, token)| place(endpoint, index, token)).collect()
}

fn place(endpoint: &Endpoint, index: usize, token: &Token) -> Option<Place> {
    match token {
        Token::Literal(_) => None,
        Token::Placeholder(name) => {
            let argument = endpoint.arguments.iter().find(|argument| {
                argument.role == Role::Parameter
                    && argument.name.as_ref().is_some_and(|ident| ident == name)
            })?;
            let (ident, ty) = (argument.name.as_ref()?, &argument.ty);
            Some(Place {
                parameter: quote!(#ident: #ty),
                fill: quote_spanned!(ty.span()=> .param(#name, &#ident)),
            })
        }
        Token::Any => {
            let ident = format_ident!("token_{}", index + 1);
            let name = ident.to_string();
            let fill = quote!(.token(#name, #ident));
            Some(Place { parameter: quote!(#ident: &str), fill })
        }
        Token::Tail => {
            Some(Place { parameter: quote!(tail: &str), fill: quote!(.tail("tail", tail)) })
        }
    }
}

/// The generics of the service and one more, the transport, with its default or its bound.
fn with_transport(generics: &Generics, default_or_bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    generics.params.push(syn::parse_quote!(Via #default_or_bound));
    generics
}

fn path_text(ty: &Type) -> String {
    quote!(#ty).to_string().replace(' ', "")
}
