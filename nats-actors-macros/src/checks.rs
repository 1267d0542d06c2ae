//! Texts that NATS or ADR-32 restrict.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitStr};

use crate::attr::Args;
use crate::diagnostics::Diagnostics;

/// A name of a service or endpoint.
pub(crate) fn name(what: &str, literal: &LitStr, diagnostics: &mut Diagnostics) {
    let name = literal.value();
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(legal) {
        let message = format!("{what} name `{name}`: only A-Z a-z 0-9 - _ (ADR-32)");
        diagnostics.error(literal, message);
    }
}

/// A SemVer version.
pub(crate) fn version(literal: &LitStr, diagnostics: &mut Diagnostics) {
    let version = literal.value();
    if !is_semver(&version) {
        diagnostics.error(literal, format!("version `{version}`: SemVer, e.g. `1.2.0`"));
    }
}

/// A prefix: literal tokens.
pub(crate) fn prefix(literal: &LitStr, diagnostics: &mut Diagnostics) {
    let prefix = literal.value();
    let bad = |token: &str| {
        token.is_empty()
            || token.contains(|c: char| c.is_whitespace() || c.is_control())
            || token.contains(['*', '>', '{', '}', '/'])
    };
    if prefix.split('.').any(bad) {
        let message = format!(
            "prefix `{prefix}`: tokens with dots between them, without wildcards, placeholders or spaces"
        );
        diagnostics.error(literal, message);
    }
}

/// `queue = "group"` or `queue = none`, as the setter call on a spec where `__s` is `macro_support`;
/// nothing if it was not given.
pub(crate) fn queue(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let place = args.tokens("queue", diagnostics)?;
    if syn::parse2::<Ident>(place.clone()).is_ok_and(|word| word == "none") {
        return Some(quote!(.queue(__s::Queue::None)));
    }
    let group = syn::parse2::<LitStr>(place.clone()).ok().filter(|group| is_queue(&group.value()));
    if group.is_none() {
        let help =
            "`queue` is a group or none: queue = \"q\", or queue = none for every subscriber";
        diagnostics.error(place, help);
    }
    group.map(|group| quote!(.queue(__s::Queue::Group(#group))))
}

/// `metadata(..)` as the setter call on a spec; nothing if it was not given.
pub(crate) fn metadata(args: &mut Args, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let pairs = args.pairs("metadata", diagnostics);
    let (keys, values): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    (!keys.is_empty()).then(|| quote!(.metadata(&[#((#keys, #values)),*])))
}

fn is_queue(group: &str) -> bool {
    !group.is_empty() && !group.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn is_semver(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(a, b)| (a, Some(b)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(a, b)| (a, Some(b)));
    let word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let number =
        |part: &str| part.parse::<u64>().is_ok() && (part == "0" || !part.starts_with(['0', '+']));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| pre.split('.').all(|p| word(p) && (!digits(p) || number(p))))
        && build.is_none_or(|build| build.split('.').all(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A32-01
    #[test]
    fn versions_are_semver() {
        for good in ["0.1.0", "1.2.0-rc.1", "1.2.0+build.7", "1.0.0-alpha-1+x", "10.20.30"] {
            assert!(is_semver(good), "{good}");
        }
        for bad in ["", "1", "1.2", "1.2.0.0", "v1.2.0", "01.2.0", "1.2.0-", "1.2.0-01", "1.2.+3"] {
            assert!(!is_semver(bad), "{bad}");
        }
    }
}
