//! `ConsumerMeta` for the struct; `Consumer` or `ConsumerMut` for its impl.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, ItemStruct};

use super::meta::Meta;
use super::model::Model;
use super::route::Route;
use crate::handlers::{Argument, HandlersImpl, Receiver, Role};

/// What `#[consumer]` adds to the struct.
pub(super) fn meta(
    meta: &Meta,
    structure: &ItemStruct,
    states: &TokenStream,
    support: &TokenStream,
) -> TokenStream {
    let Meta { stream, durable, codec, setters } = meta;
    let name = &structure.ident;
    let (impl_generics, type_generics, where_clause) = structure.generics.split_for_impl();
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::ConsumerMeta for #name #type_generics #where_clause {
                type Codec = #codec;
                const BASE: __s::ConsumerSpec =
                    __s::ConsumerSpec::new(#stream, #durable, &[]) #(#setters)*;
            }
            #states
        };
    }
}

/// What `#[handlers]` adds to an impl with routes.
pub(super) fn consumer(
    model: &Model,
    handlers: &HandlersImpl,
    support: &TokenStream,
) -> TokenStream {
    let (generics, consumer) = (&handlers.generics, &handlers.self_ty);
    let (implemented, receiver) = match model.is_exclusive() {
        true => (quote!(ConsumerMut), quote!(&mut self)),
        false => (quote!(Consumer), quote!(&self)),
    };
    let routes = model.routes.iter().map(|route| {
        let (conditions, spec) = (&route.conditions, spec(route));
        quote!(#(#conditions)* #spec)
    });
    let arms = model.routes.iter().map(|route| arm(route, handlers));
    let hook = hook(model, handlers, &receiver);
    let keyed = model.routes.iter().filter(|_| generics.params.is_empty());
    let keyed = keyed.filter_map(|route| keyed_check(route, handlers));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    // A future that is not `Send` is reported where the signature of `handle` stands: at a method.
    let span = model.routes.first().map_or_else(proc_macro2::Span::call_site, |r| r.method.span());
    let signature = quote_spanned! {span=>
        async fn handle(#receiver, _: usize, cx: __s::DeliveryCx<'_>) -> __s::Settled
    };
    quote! {
        #[allow(unused_qualifications, reason = "generated")]
        const _: () = {
            use #support as __s;
            #[automatically_derived]
            impl #impl_generics __s::#implemented for #consumer #where_clause {
                const SPEC: __s::ConsumerSpec =
                    <#consumer as __s::ConsumerMeta>::BASE.routes(&[#(#routes),*]);
                #signature {
                    let handled: ::core::result::Result<__s::Settled, __s::Settled> = async {
                        ::core::result::Result::Ok(match cx.route().name {
                            #(#arms)*
                            _ => __s::Settled::rejected("no handler has this route"),
                        })
                    }
                    .await;
                    handled.unwrap_or_else(|refused| refused)
                }
                #hook
            }
            #(#keyed)*
        };
    }
}

fn spec(route: &Route) -> TokenStream {
    let name = &route.name;
    if route.is_fallback() {
        return quote!(__s::RouteSpec::fallback(#name));
    }
    let pattern = route.template.pattern();
    let (places, params): (Vec<usize>, Vec<&str>) = route.params().unzip();
    let params = (!places.is_empty()).then(|| quote!(.params(&[#((#params, #places)),*])));
    quote!(__s::RouteSpec::new(#name, #pattern) #params)
}

/// Extraction in the order of the arguments, the payload last; one call; one conversion.
fn arm(route: &Route, handlers: &HandlersImpl) -> TokenStream {
    let Route { name, conditions, method, output, arguments, .. } = route;
    let consumer = &handlers.self_ty;
    let names: Vec<Ident> = (0..arguments.len()).map(|n| format_ident!("__a{n}")).collect();
    let numbered = || names.iter().zip(arguments);
    let first = numbered().filter(|(_, argument)| argument.role != Role::Payload);
    let last = numbered().filter(|(_, argument)| argument.role == Role::Payload);
    let extractions = first.chain(last).map(|(name, argument)| {
        let value = extraction(argument, handlers);
        quote!(let #name = #value;)
    });
    let this = this(route.receiver);
    quote! {
        #(#conditions)*
        #name => {
            #(#extractions)*
            __s::settled::<#output>(<#consumer>::#method(#this #(, #names)*).await)
        }
    }
}

fn extraction(argument: &Argument, handlers: &HandlersImpl) -> TokenStream {
    let (ty, consumer) = (&argument.ty, &handlers.self_ty);
    match (argument.role, &argument.name) {
        (Role::Parameter, Some(parameter)) => {
            let parameter = parameter.to_string();
            quote!(cx.parse::<#ty>(#parameter)?)
        }
        (Role::Extractor, _) => {
            quote!(cx.extract::<#ty, #consumer>(&*self)?)
        }
        (Role::Parameter | Role::Payload, _) => {
            // A payload that the codec cannot read is reported where `Self` stands: at the payload's type.
            let this = quote_spanned!(ty.span()=> Self);
            quote!(cx.payload::<#this, #ty>()?)
        }
    }
}

fn this(receiver: Receiver) -> TokenStream {
    match receiver {
        Receiver::Shared => quote!(&*self),
        Receiver::Exclusive => quote!(&mut *self),
    }
}

fn hook(model: &Model, handlers: &HandlersImpl, receiver: &TokenStream) -> Option<TokenStream> {
    let (hook, consumer) = (model.hook.as_ref()?, &handlers.self_ty);
    let (method, this) = (&hook.method, this(hook.receiver));
    Some(quote_spanned! {method.span()=>
        async fn dead_lettered(#receiver, letter: __s::DeadLetter) {
            <#consumer>::#method(#this, letter).await
        }
    })
}

/// The key is named at the struct and the placeholders here: only the compiler sees both.
fn keyed_check(route: &Route, handlers: &HandlersImpl) -> Option<TokenStream> {
    if route.is_fallback() {
        return None;
    }
    let (consumer, conditions) = (&handlers.self_ty, &route.conditions);
    let (literal, params) = (&route.template.literal, route.params().map(|(_, name)| name));
    let message = format!(
        "`#[on(\"{}\")]` does not have the placeholder of `ordered_by`, so its messages have no key; \
         give it one, or `ordered_by = fn(path)` returning `Option<u64>`",
        literal.value()
    );
    Some(quote_spanned! {literal.span()=>
        #(#conditions)*
        const _: () = __s::keyed::<#consumer>(&[#(#params),*], #message);
    })
}
