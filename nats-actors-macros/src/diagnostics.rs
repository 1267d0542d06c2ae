//! Every error of one macro call, reported together.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The errors found so far; a macro reports all of them at once and still emits what it can.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    found: Option<syn::Error>,
}

impl Diagnostics {
    /// Records an error whose caret covers `place`.
    pub(crate) fn error(&mut self, place: impl ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(place, message));
    }

    /// Records an error made elsewhere, such as by a `syn` parser.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(found) => found.combine(error),
            None => self.found = Some(error),
        }
    }

    /// The value, or nothing and the error recorded.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// How many errors there are so far.
    pub(crate) fn count(&self) -> usize {
        self.found.iter().flatten().count()
    }

    /// One `compile_error!` per recorded error; nothing if there was none.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found.map(|found| found.into_compile_error()).unwrap_or_default()
    }
}

/// `; did you mean `x`?` for the known word nearest to `word`, or nothing if none is near.
pub(crate) fn did_you_mean(word: &str, known: &[impl AsRef<str>]) -> String {
    nearest(word, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// The known word that is a slip of the pen away: few edits, or one contains the other's last part.
pub(crate) fn nearest<'a>(word: &str, known: &'a [impl AsRef<str>]) -> Option<&'a str> {
    let limit = 1 + word.len() / 4;
    known
        .iter()
        .map(AsRef::as_ref)
        .map(|candidate| (rank(word, candidate), candidate))
        .filter(|(rank, _)| *rank <= limit)
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

fn rank(word: &str, candidate: &str) -> usize {
    let tail = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|head| head.ends_with('_') && !short.is_empty())
    };
    if tail(word, candidate) || tail(candidate, word) { 1 } else { edits(word, candidate) }
}

/// Levenshtein distance, one row at a time.
fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (above, b) in row.iter().skip(1).zip(to.chars()) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("concurency", &["timeout", "concurrency"]), Some("concurrency"));
        assert_eq!(nearest("id", &["headers", "order_id"]), Some("order_id"));
        assert_eq!(nearest("retries", &["timeout", "concurrency"]), None);
    }

    #[test]
    fn edits_count_insertions_deletions_and_replacements() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "ab"), 2);
        assert_eq!(edits("ab", "ab"), 0);
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.error(quote::quote!(a), "first");
        diagnostics.error(quote::quote!(b), "second");

        let tokens = diagnostics.into_tokens().to_string();
        assert!(tokens.contains("first") && tokens.contains("second"), "{tokens}");
    }
}
