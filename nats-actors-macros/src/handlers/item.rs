//! The impl block under `#[handlers]`, with method bodies kept as they were written.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, Signature, Token, Type, Visibility, braced};

use super::method::Method;

/// An inherent impl. Bodies are opaque, so that a half-typed one does not stop the expansion.
#[derive(Debug)]
pub(crate) struct HandlersImpl {
    attributes: Vec<Attribute>,
    impl_token: Token![impl],
    pub(crate) generics: Generics,
    pub(crate) self_ty: Type,
    items: Vec<Item>,
}

#[derive(Debug)]
enum Item {
    Method(Box<Method>),
    Other(TokenStream),
}

/// Reads an inherent impl; anything else is told where `#[handlers]` belongs.
pub(crate) fn parse(tokens: TokenStream) -> syn::Result<HandlersImpl> {
    syn::parse2(tokens)
}

impl HandlersImpl {
    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.items.iter().filter_map(|item| match item {
            Item::Method(method) => Some(&**method),
            Item::Other(_) => None,
        })
    }

    /// The last name in the self type: `Orders` of `shop::Orders<S>`.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match &self.self_ty {
            Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
            _ => None,
        }
    }

    /// Removes the helper attribute and `#[extract]`, so that what is emitted is plain Rust.
    pub(crate) fn strip(&mut self, helper: &str) {
        for item in &mut self.items {
            if let Item::Method(method) = item {
                method.strip(helper);
            }
        }
    }
}

impl Parse for HandlersImpl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let ahead = input.fork();
        ahead.parse::<Visibility>()?;
        if !ahead.peek(Token![impl]) {
            return Err(
                ahead.error("`#[handlers]` goes on the impl: `#[handlers] impl Orders { .. }`")
            );
        }
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let self_ty = input.parse()?;
        if let Some(for_token) = input.parse::<Option<Token![for]>>()? {
            let message = "`#[handlers]` goes on an inherent impl, not on the impl of a trait";
            return Err(syn::Error::new_spanned(for_token, message));
        }
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self { attributes, impl_token, generics, self_ty, items })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let ahead = input.fork();
        let is_method = ahead.parse::<Visibility>().is_ok()
            && ahead.parse::<Signature>().is_ok()
            && matches!(ahead.parse::<TokenTree>(), Ok(TokenTree::Group(_)));
        if is_method {
            let (visibility, signature) = (input.parse()?, input.parse()?);
            let body = input.parse()?;
            return Ok(Self::Method(Box::new(Method { attributes, visibility, signature, body })));
        }
        let item: syn::ImplItem = input.parse()?;
        Ok(Self::Other(quote!(#(#attributes)* #item)))
    }
}

impl ToTokens for HandlersImpl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, impl_token, generics, self_ty, items } = self;
        let where_clause = &generics.where_clause;
        tokens.append_all(quote! {
            #(#attributes)*
            #impl_token #generics #self_ty #where_clause { #(#items)* }
        });
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => method.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}
