//! `Endpoint` for a hidden unit type per method, and `Service` for the struct.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Ident, Type};

use super::client;
use super::endpoint::Endpoint;
use super::model::Model;
use crate::handlers::{Argument, HandlersImpl, Receiver, Role};

/// Everything that `#[handlers]` adds: one anonymous constant, and the client.
pub(super) fn emit(model: &Model, handlers: &HandlersImpl, support: &TokenStream) -> TokenStream {
    let (generics, service) = (&handlers.generics, &handlers.self_ty);
    let endpoints =
        model.endpoints.iter().map(|endpoint| self::endpoint(endpoint, generics, service));
    let mounts = model.endpoints.iter().map(|endpoint| {
        let Endpoint { unit, conditions, .. } = endpoint;
        let add = match endpoint.receiver {
            Receiver::Shared => quote!(add),
            Receiver::Exclusive => quote!(add_mut),
        };
        quote!(#(#conditions)* mount.#add::<#unit>();)
    });
    let mount = if model.endpoints.is_empty() { quote!(_) } else { quote!(mount) };
    let client = client::emit(model, handlers, support);
    let (client_struct, client_impls) = client.unzip();
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #client_struct
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #(#endpoints)*
            #[automatically_derived]
            impl #impl_generics __s::Service for #service #where_clause {
                fn endpoints(#mount: &mut __s::Mount<Self>) {
                    #(#mounts)*
                }
            }
            #client_impls
        };
    }
}

fn endpoint(endpoint: &Endpoint, generics: &Generics, service: &Type) -> TokenStream {
    let Endpoint { unit, conditions, name, setters, template, .. } = endpoint;
    let subject = &template.literal;
    let (implemented, receiver) = match endpoint.receiver {
        Receiver::Shared => (quote!(Endpoint), quote!(&'__r #service)),
        Receiver::Exclusive => (quote!(EndpointMut), quote!(&'__r mut #service)),
    };
    let body = body(endpoint, service);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    // A future that is not `Send` is reported where the signature of `call` stands: at the method.
    let call = quote_spanned! {endpoint.method.span()=>
        async fn call<'__r>(service: #receiver, request: __s::Request<'__r>) -> __s::Reply #body
    };
    quote! {
        #(#conditions)*
        struct #unit;
        #(#conditions)*
        #[automatically_derived]
        impl #impl_generics __s::#implemented<#service> for #unit #where_clause {
            const SPEC: __s::EndpointSpec = __s::EndpointSpec::new(#name, #subject) #(#setters)*;
            #call
        }
    }
}

/// Extraction in the order of the arguments, the payload last; one call; one conversion.
fn body(endpoint: &Endpoint, service: &Type) -> TokenStream {
    let names: Vec<Ident> =
        (0..endpoint.arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let numbered = || names.iter().zip(&endpoint.arguments);
    let first = numbered().filter(|(_, argument)| argument.role != Role::Payload);
    let last = numbered().filter(|(_, argument)| argument.role == Role::Payload);
    let extractions = first.chain(last).map(|(name, argument)| extraction(name, argument, service));
    let (method, output) = (&endpoint.method, &endpoint.output);
    let (value, error) = (&output.value, &output.error);
    let outcome = quote!(<#service>::#method(service #(, #names)*).await);
    let outcome =
        if output.fallible { outcome } else { quote!(::core::result::Result::Ok(#outcome)) };
    let reply =
        quote!(request.reply::<<#service as __s::ServiceMeta>::Codec, #value, #error>(#outcome));
    if names.is_empty() {
        return quote!({ #reply });
    }
    quote!({
        let extracted: ::core::result::Result<_, __s::Rejection> = async {
            let cx = __s::RequestCx::new(&*service, &request);
            #(#extractions)*
            ::core::result::Result::Ok((#(#names,)*))
        }
        .await;
        match extracted {
            ::core::result::Result::Ok((#(#names,)*)) => #reply,
            ::core::result::Result::Err(rejection) => __s::Reply::rejected(&rejection),
        }
    })
}

fn extraction(name: &Ident, argument: &Argument, service: &Type) -> TokenStream {
    let ty = &argument.ty;
    let value = match (argument.role, &argument.name) {
        (Role::Parameter, Some(parameter)) => {
            let parameter = parameter.to_string();
            quote!(cx.param::<#ty>(#parameter)?)
        }
        (Role::Extractor, _) => {
            let path = quote_spanned!(ty.span()=> <#ty as __s::FromParts<#service>>::from_parts);
            quote!(#path(&cx).await?)
        }
        (Role::Parameter | Role::Payload, _) => quote!(cx.payload::<#ty>()?),
    };
    let value = value.to_token_stream();
    quote!(let #name = #value;)
}
