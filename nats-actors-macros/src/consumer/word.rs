//! Options whose value is one word of a few.

use proc_macro2::TokenStream;
use syn::Ident;

use crate::attr::Args;
use crate::diagnostics::{Diagnostics, did_you_mean};

/// `key = word`: the index of the word among `words`, and where it was written.
pub(super) fn choice(
    key: &'static str,
    words: &[&str],
    args: &mut Args,
    diagnostics: &mut Diagnostics,
) -> Option<(usize, TokenStream)> {
    let place = args.tokens(key, diagnostics)?;
    let word = syn::parse2::<Ident>(place.clone()).map(|word| word.to_string()).unwrap_or_default();
    let found = words.iter().position(|known| **known == word);
    if found.is_none() {
        let guess = did_you_mean(&word, words);
        diagnostics.error(&place, format!("`{key}` is one of {}{guess}", words.join(", ")));
    }
    found.map(|index| (index, place))
}
