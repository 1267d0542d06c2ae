//! One method of the impl, and the rules that hold for every kind of handler.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{Attribute, FnArg, Signature, Visibility};

use crate::attr;
use crate::diagnostics::Diagnostics;

/// A method with its body as it was written.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenTree,
}

/// How a handler takes its struct, which decides how many of it run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// `&self`: up to `concurrency` at once.
    Shared,
    /// `&mut self`: one at a time.
    Exclusive,
}

impl Method {
    /// The helper attribute called `name`, if the method has it.
    pub(crate) fn helper(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.path().is_ident(name))
    }

    pub(crate) fn strip(&mut self, helper: &str) {
        attr::extract(&mut self.attributes, helper);
        for argument in &mut self.signature.inputs {
            if let FnArg::Typed(argument) = argument {
                attr::extract(&mut argument.attrs, "extract");
            }
        }
    }
}

/// Reports what no handler may be: not async, generic, without a receiver. `what` and `accepted` say what to
/// write instead, as `endpoint` and `async fn cancel(&self, ..) -> Result<T, E>`.
pub(crate) fn check_signature(
    signature: &Signature,
    what: &str,
    accepted: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Receiver> {
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        let message = format!(
            "{what} handlers are async: write `async fn {name}(..)`\nsignature: {accepted}"
        );
        diagnostics.error(signature.fn_token, message);
    }
    if let Some(generic) = signature.generics.params.first() {
        let message = "a handler has no generic parameters: its types are known when it is mounted";
        diagnostics.error(generic, message);
    }
    let receiver = receiver(signature);
    if receiver.is_none() {
        let message = format!(
            "handlers take `&self` (up to `concurrency` at once) or `&mut self` (one at a time)\n\
             signature: {accepted}"
        );
        diagnostics.error(
            signature.receiver().map_or_else(|| name.to_token_stream(), ToTokens::to_token_stream),
            message,
        );
    }
    receiver.filter(|_| signature.asyncness.is_some() && signature.generics.params.is_empty())
}

fn receiver(signature: &Signature) -> Option<Receiver> {
    let receiver = signature.receiver()?;
    let reference = receiver.reference.as_ref().filter(|_| receiver.colon_token.is_none());
    reference.map(|_| match receiver.mutability {
        Some(_) => Receiver::Exclusive,
        None => Receiver::Shared,
    })
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, visibility, signature, body } = self;
        tokens.append_all(quote!(#(#attributes)* #visibility #signature #body));
    }
}
