//! `Endpoint` for a hidden unit type per method, and `Service` for the struct.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
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
    let (service_name, request_name) = (local("service"), local("request"));
    let parameters = quote!(#service_name: #receiver, #request_name: __s::Request<'__r>);
    let call = quote_spanned! {endpoint.method.span()=>
        async fn call<'__r>(#parameters) -> __s::Reply #body
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
    let result = quote!(<#service>::#method(service #(, #names)*).await);
    let result = if output.fallible { result } else { quote!(::core::result::Result::Ok(#result)) };
    // A reply that cannot be encoded is reported at its type.
    let codec_of = respanned(quote!(#service), output.place);
    let reply = quote!(request.reply::<#codec_of, #value, #error>(result));
    if names.is_empty() {
        return quote!({
            let result = #result;
            #reply
        });
    }
    let view = match endpoint.receiver {
        Receiver::Shared => quote!(service),
        Receiver::Exclusive => quote!(&*service),
    };
    let cx = endpoint.arguments.iter().any(|argument| argument.role != Role::Payload);
    let cx = cx.then(|| quote!(let cx = __s::RequestCx::new(#view, &request);));
    quote!({
        let reply = async {
            #cx
            #(#extractions)*
            let result = #result;
            ::core::result::Result::Ok(#reply)
        };
        __s::Reply::or_rejected(reply.await)
    })
}

/// One argument; whatever its type lacks is reported at the type.
fn extraction(name: &Ident, argument: &Argument, service: &Type) -> TokenStream {
    let (ty, cx) = (&argument.ty, local("cx"));
    let value = match (argument.role, &argument.name) {
        (Role::Parameter, Some(parameter)) => {
            let parameter = parameter.to_string();
            quote_spanned!(ty.span()=> #cx.param::<#ty>(#parameter)?)
        }
        (Role::Extractor, _) => {
            let service = respanned(quote!(#service), ty.span());
            quote_spanned!(ty.span()=> <#ty as __s::FromParts<#service>>::from_parts(&#cx).await?)
        }
        (Role::Parameter | Role::Payload, _) => {
            let service = respanned(quote!(#service), ty.span());
            let request = local("request");
            quote_spanned!(ty.span()=> #request.payload::<#service, #ty>()?)
        }
    };
    quote!(let #name = #value;)
}

/// A name of the generated function, whatever the span of the code around it.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `tokens`, reported as if they stood at `place`.
fn respanned(tokens: TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), respanned(group.stream(), place));
            group.set_span(place);
            TokenTree::Group(group)
        }
        mut token => {
            token.set_span(token.span().located_at(place));
            token
        }
    });
    tokens.collect()
}
