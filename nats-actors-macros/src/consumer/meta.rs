//! What `#[consumer(..)]` says, checked.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Type};

use super::{order, retry, word};
use crate::attr::{self, Args, At};
use crate::diagnostics::Diagnostics;

/// A consumer as its struct declares it.
#[derive(Debug)]
pub(super) struct Meta {
    pub(super) stream: String,
    pub(super) durable: String,
    pub(super) codec: TokenStream,
    /// Setter calls on `ConsumerSpec`, for a scope where `__s` is `macro_support`.
    pub(super) setters: Vec<TokenStream>,
}

/// Takes every option; what is missing or wrong is reported and replaced by something harmless.
pub(super) fn check(mut args: Args, diagnostics: &mut Diagnostics) -> Meta {
    let stream = required("stream", "\"ORDERS\"", &mut args, diagnostics);
    let durable = required("durable", "\"billing\"", &mut args, diagnostics);
    let codec = args.value::<Type>("codec", "`codec` is a type: codec = Json", diagnostics);
    let setters = [
        in_flight(&mut args, diagnostics),
        lease(&mut args, diagnostics),
        retry::setter(&mut args, diagnostics),
        dead_letter(&mut args, diagnostics),
        order::setter(&mut args, diagnostics),
        panics(&mut args, diagnostics),
        provision(&mut args, diagnostics),
        deliver(&mut args, diagnostics),
        drain(&mut args, diagnostics),
    ];
    args.finish(diagnostics);
    Meta {
        stream: stream.map(|name| name.value()).unwrap_or_default(),
        durable: durable.map(|name| name.value()).unwrap_or_default(),
        codec: codec.map_or_else(|| quote!(__s::Json), |codec| quote!(#codec)),
        setters: setters.into_iter().flatten().collect(),
    }
}

fn required(
    key: &'static str,
    example: &str,
    args: &mut Args,
    diagnostics: &mut Diagnostics,
) -> Option<LitStr> {
    let written = args.has(key);
    let value = args.string(key, diagnostics);
    if !written {
        diagnostics.error(attr::call_site(), format!("a consumer has a {key}: {key} = {example}"));
    }
    let bad =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '.' | '*' | '>' | '/' | '\\');
    let legal =
        value.as_ref().is_none_or(|name| !name.value().is_empty() && !name.value().contains(bad));
    if !legal {
        let message = format!("`{key}` is a name: no spaces, dots, slashes or wildcards");
        diagnostics.error(&value, message);
    }
    value
}

fn in_flight(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let limit = args.integer("max_in_flight", diagnostics)?;
    let legal = u32::try_from(limit.value).ok().filter(|limit| *limit > 0);
    if legal.is_none() {
        diagnostics.error(&limit, "`max_in_flight` is at least 1");
    }
    legal.map(|limit| quote!(.max_in_flight(#limit)))
}

/// `ack_wait`, `heartbeat` and `timeout`, and the one way in which they do not fit.
fn lease(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let wait = args.duration("ack_wait", diagnostics);
    let heartbeat = word::choice("heartbeat", &["auto", "off"], args, diagnostics);
    let timeout = args.duration("timeout", diagnostics);
    let held = wait.as_ref().map_or(ACK_WAIT, |wait| wait.value);
    if let (Some((1, off)), Some(timeout)) = (&heartbeat, &timeout)
        && timeout.value > held
    {
        let wait =
            wait.as_ref().map_or_else(|| "\"30s\" (the default)".into(), |at| at.place.to_string());
        let message = format!(
            "timeout = {} is longer than ack_wait = {wait} and heartbeat = off: the server would redeliver \
             while the handler runs. Use heartbeat = auto",
            timeout.place
        );
        diagnostics.error(off, message);
    }
    let zero = |at: &At<Duration>| at.value.is_zero();
    for at in [&wait, &timeout].into_iter().flatten().filter(|at| zero(at)) {
        diagnostics.error(at, "a duration of zero leaves no time at all");
    }
    let setter = |name: TokenStream, at: Option<At<Duration>>| {
        at.map(|at| attr::duration_tokens(at.value)).map(|value| quote!(.#name(#value)))
    };
    let (wait, timeout) = (setter(quote!(ack_wait), wait), setter(quote!(timeout), timeout));
    let heartbeat = heartbeat.map(|(index, _)| {
        let kept = index == 0;
        quote!(.heartbeat(#kept))
    });
    Some(quote!(#wait #timeout #heartbeat))
}

fn dead_letter(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let subject = args.string("dead_letter", diagnostics)?;
    let text = subject.value();
    let bad = |token: &str| {
        token.is_empty()
            || token.contains(|c: char| c.is_whitespace() || matches!(c, '*' | '>' | '{' | '}'))
    };
    if text.split('.').any(bad) {
        let message = format!(
            "dead_letter `{text}`: a subject to publish to, without wildcards or placeholders"
        );
        diagnostics.error(&subject, message);
    }
    Some(quote!(.dead_letter(#subject)))
}

fn panics(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let (index, _) = word::choice("on_panic", &["retry", "dead_letter"], args, diagnostics)?;
    let variant = [quote!(Retry), quote!(DeadLetter)].into_iter().nth(index);
    Some(quote!(.on_panic(__s::OnPanic::#variant)))
}

fn provision(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let words = ["verify", "create", "reconcile"];
    let (index, _) = word::choice("provision", &words, args, diagnostics)?;
    let variant = [quote!(Verify), quote!(Create), quote!(Reconcile)].into_iter().nth(index);
    Some(quote!(.provision(__s::Provision::#variant)))
}

fn deliver(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let (index, _) = word::choice("deliver", &["all", "new", "last"], args, diagnostics)?;
    let variant = [quote!(All), quote!(New), quote!(Last)].into_iter().nth(index);
    Some(quote!(.deliver(__s::DeliverFrom::#variant)))
}

fn drain(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let limit = args.duration("drain_timeout", diagnostics)?;
    let limit = attr::duration_tokens(limit.value);
    Some(quote!(.drain_timeout(#limit)))
}

/// What the server takes when nothing is said.
const ACK_WAIT: Duration = Duration::from_secs(30);
