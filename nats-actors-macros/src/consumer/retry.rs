//! `retry(max_attempts = 8, backoff = exponential("1s", "2m"), jitter = 0.2)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprLit, Lit, Token};

use crate::attr::{self, Args};
use crate::diagnostics::Diagnostics;
use crate::duration;

/// The setter call on a `ConsumerSpec`; nothing if `retry` was not given.
pub(super) fn setter(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let tokens = args.list("retry", diagnostics)?;
    let mut args = Args::parse("retry", tokens, diagnostics);
    let attempts = count("max_attempts", &mut args, diagnostics);
    let snoozes = count("max_snoozes", &mut args, diagnostics);
    let backoff =
        args.tokens("backoff", diagnostics).and_then(|tokens| backoff(&tokens, diagnostics));
    let jitter = jitter(&mut args, diagnostics);
    args.finish(diagnostics);
    Some(quote!(.retry(__s::RetryPolicy::new() #attempts #snoozes #backoff #jitter)))
}

fn count(key: &'static str, args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let count = args.integer(key, diagnostics)?;
    let legal = u32::try_from(count.value).ok().filter(|count| *count > 0);
    if legal.is_none() {
        diagnostics.error(&count, format!("`{key}` is at least 1 and at most {}", u32::MAX));
    }
    let setter = syn::Ident::new(key, proc_macro2::Span::call_site());
    legal.map(|count| quote!(.#setter(#count)))
}

fn jitter(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let help = "`jitter` is a fraction from 0.0 to 1.0: jitter = 0.2";
    let literal = args.value::<syn::LitFloat>("jitter", help, diagnostics)?;
    let legal = literal.base10_parse::<f64>().is_ok_and(|fraction| (0.0..=1.0).contains(&fraction));
    if !legal {
        diagnostics.error(&literal, help);
    }
    legal.then(|| quote!(.jitter(#literal)))
}

fn backoff(tokens: &TokenStream, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let Some((name, rests)) = curve(tokens) else {
        diagnostics.error(tokens, BACKOFF);
        return None;
    };
    let rests = rests.into_iter().map(attr::duration_tokens).collect::<Vec<_>>();
    let curve = match (name.as_str(), rests.as_slice()) {
        ("fixed", [rest]) => quote!(fixed(#rest)),
        ("linear", [first, max]) => quote!(linear(#first, #max)),
        ("exponential", [first, max]) => quote!(exponential(#first, #max)),
        ("steps", [_, ..]) => quote!(steps(&[#(#rests),*])),
        _ => {
            diagnostics.error(tokens, BACKOFF);
            return None;
        }
    };
    Some(quote!(.backoff(__s::Backoff::#curve)))
}

/// `name("1s", "2m")`: the name and the durations.
fn curve(tokens: &TokenStream) -> Option<(String, Vec<std::time::Duration>)> {
    let ExprCall { func, args, .. } = syn::parse2(tokens.clone()).ok()?;
    let Expr::Path(path) = *func else { return None };
    let durations: Option<Vec<_>> = durations(&args).collect();
    Some((path.path.get_ident()?.to_string(), durations?))
}

fn durations(
    expressions: &Punctuated<Expr, Token![,]>,
) -> impl Iterator<Item = Option<std::time::Duration>> {
    expressions.iter().map(|expression| match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => duration::parse(&text.value()),
        _ => None,
    })
}

const BACKOFF: &str = "`backoff` is one of fixed(\"1s\"), linear(\"1s\", \"1m\"), exponential(\"1s\", \"2m\"), \
                       steps(\"1s\", \"5s\", \"1m\")";
