//! What each variant says, checked.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Member};

use super::place;
use crate::attr::{self, Args};
use crate::diagnostics::Diagnostics;
use crate::duration;

/// A variant whose every part is legal.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: Ident,
    /// The fields that the delay reads, and the names they are bound to.
    pub(super) bound: Vec<(Member, Ident)>,
    /// A `Disposition`, for a scope where `__s` is `macro_support`.
    pub(super) disposition: TokenStream,
}

/// The attributes of a variant; exactly one of them stands on each.
const DISPOSITIONS: [&str; 3] = ["retry", "terminal", "fatal"];

/// Checks every variant; those that are wrong are reported and left out.
pub(super) fn check(item: &DeriveInput, diagnostics: &mut Diagnostics) -> Vec<Variant> {
    let Data::Enum(data) = &item.data else {
        diagnostics.error(&item.ident, "derive `HandlerError` on an enum, one variant per error");
        return Vec::new();
    };
    data.variants.iter().filter_map(|written| variant(written, diagnostics)).collect()
}

fn variant(written: &syn::Variant, diagnostics: &mut Diagnostics) -> Option<Variant> {
    let name = &written.ident;
    let said =
        |attribute: &&Attribute| DISPOSITIONS.iter().any(|word| attribute.path().is_ident(word));
    let mut attributes = written.attrs.iter().filter(said);
    let Some(attribute) = attributes.next() else {
        let message = format!(
            "`{name}` does not say what happens to its message: put `#[retry]`, `#[retry(after = ..)]`, \
             `#[terminal]` or `#[fatal]` on it"
        );
        diagnostics.error(name, message);
        return None;
    };
    for second in attributes {
        diagnostics.error(second, format!("`{name}` says twice what happens to its message"));
    }
    let (bound, disposition) = disposition(attribute, &written.fields, diagnostics)?;
    Some(Variant { name: name.clone(), bound, disposition })
}

fn disposition(
    attribute: &Attribute,
    fields: &Fields,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<(Member, Ident)>, TokenStream)> {
    let is = |word| attribute.path().is_ident(word);
    let name = if is("retry") {
        "#[retry]"
    } else if is("fatal") {
        "#[fatal]"
    } else {
        "#[terminal]"
    };
    let mut args = Args::of(name, attribute, diagnostics);
    let given = is("retry") && args.has("after");
    let after = if is("retry") { args.tokens("after", diagnostics) } else { None };
    args.finish(diagnostics);
    match after {
        Some(after) => delay(after, fields, diagnostics),
        None if given => None,
        None if is("retry") => Some((Vec::new(), quote!(__s::Disposition::Retry))),
        None if is("fatal") => Some((Vec::new(), quote!(__s::Disposition::Fatal))),
        None => Some((Vec::new(), quote!(__s::Disposition::Terminal))),
    }
}

/// `"5s"`, or an expression in which `self.0` and `self.name` are the fields of the variant.
fn delay(
    after: TokenStream,
    fields: &Fields,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<(Member, Ident)>, TokenStream)> {
    if let Ok(literal) = syn::parse2::<LitStr>(after.clone()) {
        let Some(delay) = duration::parse(&literal.value()) else {
            diagnostics.error(&literal, "a duration with a unit: \"1500ms\", \"2s\", \"1m\"");
            return None;
        };
        let delay = attr::duration_tokens(delay);
        return Some((Vec::new(), quote!(__s::Disposition::RetryAfter(#delay))));
    }
    let members: Vec<Member> = fields.members().collect();
    let (after, bound) = place::bind(after, &members);
    if syn::parse2::<syn::Expr>(after.clone()).is_err() {
        diagnostics.error(after, "`after` is a duration: after = \"2s\", after = self.0");
        return None;
    }
    Some((bound, quote!(__s::Disposition::RetryAfter(#after))))
}
