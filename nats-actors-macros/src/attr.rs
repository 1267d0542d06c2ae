//! The arguments of an attribute: one leading literal, then `key = value`, `key(..)` or `key`.

use std::time::Duration;

use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Ident, LitInt, LitStr};

use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::duration;

/// The arguments of one attribute. Take every key that the attribute knows, then [`finish`](Self::finish).
#[derive(Debug)]
pub(crate) struct Args {
    /// What the user calls the attribute, such as `#[endpoint]`.
    attribute: &'static str,
    positional: Option<TokenStream>,
    entries: Vec<Entry>,
    known: Vec<&'static str>,
}

#[derive(Debug)]
struct Entry {
    key: Ident,
    value: Value,
}

#[derive(Debug)]
enum Value {
    /// `key`
    Flag,
    /// `key = tokens`
    Tokens(TokenStream),
    /// `key(tokens)`
    List(TokenStream),
}

/// A value together with where it was written.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: TokenStream,
}

impl Args {
    /// Splits `tokens` at their commas; a malformed argument is reported and left out.
    pub(crate) fn parse(
        attribute: &'static str,
        tokens: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut args = Self { attribute, positional: None, entries: Vec::new(), known: Vec::new() };
        for (index, argument) in split_at_commas(tokens).into_iter().enumerate() {
            args.push(index, argument, diagnostics);
        }
        args
    }

    /// The arguments of `attribute`, whether written `#[a]`, `#[a(..)]`; `#[a = ..]` is reported.
    pub(crate) fn of(
        name: &'static str,
        attribute: &syn::Attribute,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let tokens = match &attribute.meta {
            syn::Meta::Path(_) => TokenStream::new(),
            syn::Meta::List(list) => list.tokens.clone(),
            syn::Meta::NameValue(pair) => {
                diagnostics.error(&pair.value, format!("write {name} with parentheses: `(..)`"));
                TokenStream::new()
            }
        };
        Self::parse(name, tokens, diagnostics)
    }

    /// Whether `key` was written, in whatever form.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The tokens of `key = tokens`, left in place.
    pub(crate) fn peek(&self, key: &str) -> Option<&TokenStream> {
        self.entries.iter().find(|entry| entry.key == key).and_then(|entry| match &entry.value {
            Value::Tokens(tokens) => Some(tokens),
            Value::Flag | Value::List(_) => None,
        })
    }

    /// The leading literal: the subject of an endpoint.
    pub(crate) fn positional(&mut self, diagnostics: &mut Diagnostics) -> Option<LitStr> {
        let tokens = self.positional.take()?;
        parse_as(tokens, "expected a string", diagnostics)
    }

    /// `key = "text"`
    pub(crate) fn string(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<LitStr> {
        let tokens = self.tokens(key, diagnostics)?;
        parse_as(tokens, &format!("`{key}` is a string: {key} = \"..\""), diagnostics)
    }

    /// `key = 64`
    pub(crate) fn integer(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<At<u64>> {
        let place = self.tokens(key, diagnostics)?;
        let help = format!("`{key}` is a whole number: {key} = 64");
        let literal: LitInt = parse_as(place.clone(), &help, diagnostics)?;
        let value = diagnostics.keep(literal.base10_parse())?;
        Some(At { value, place })
    }

    /// `key = "2s"`
    pub(crate) fn duration(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<At<Duration>> {
        let place = self.tokens(key, diagnostics)?;
        let help = format!("`{key}` is a duration with a unit: {key} = \"1500ms\", \"2s\", \"1m\"");
        let literal: LitStr = parse_as(place.clone(), &help, diagnostics)?;
        let Some(value) = duration::parse(&literal.value()) else {
            diagnostics.error(&literal, help);
            return None;
        };
        Some(At { value, place })
    }

    /// `key = value` for any syntax that `T` parses; `help` says what would be right.
    pub(crate) fn value<T: syn::parse::Parse>(
        &mut self,
        key: &'static str,
        help: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        let tokens = self.tokens(key, diagnostics)?;
        parse_as(tokens, help, diagnostics)
    }

    /// `key(a = "x", "b-c" = "y")`
    pub(crate) fn pairs(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(String, LitStr)> {
        let Some(tokens) = self.list(key, diagnostics) else { return Vec::new() };
        let help = format!("`{key}` is a list of texts: {key}(team = \"checkout\")");
        let pairs = split_at_commas(tokens).into_iter().filter_map(|tokens| {
            let place = tokens.clone();
            let pair = Parser::parse2(parse_pair, tokens);
            pair.map_err(|_| diagnostics.error(place, &help)).ok()
        });
        pairs.collect()
    }

    /// `key(tokens)`
    pub(crate) fn list(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<TokenStream> {
        let entry = self.take(key)?;
        if let Value::List(tokens) = entry.value {
            return Some(tokens);
        }
        diagnostics.error(&entry.key, format!("`{key}` takes a list: {key}(..)"));
        None
    }

    /// Whether `key` was written, alone.
    pub(crate) fn flag(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> bool {
        let Some(entry) = self.take(key) else { return false };
        if !matches!(entry.value, Value::Flag) {
            diagnostics.error(&entry.key, format!("`{key}` stands alone: it takes no value"));
        }
        true
    }

    /// The tokens of `key = tokens`.
    pub(crate) fn tokens(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<TokenStream> {
        let entry = self.take(key)?;
        if let Value::Tokens(tokens) = entry.value {
            return Some(tokens);
        }
        diagnostics.error(&entry.key, format!("`{key}` takes a value: {key} = .."));
        None
    }

    /// Reports what was not taken: unknown keys, and second mentions of known ones.
    pub(crate) fn finish(self, diagnostics: &mut Diagnostics) {
        if let Some(literal) = self.positional {
            diagnostics.error(literal, format!("{} takes only `key = value`", self.attribute));
        }
        for Entry { key, .. } in self.entries {
            let text = key.to_string();
            if self.known.contains(&text.as_str()) {
                diagnostics.error(&key, format!("`{text}` is given twice"));
            } else {
                let guess = did_you_mean(&text, &self.known);
                let options = self.known.join(", ");
                let message = format!("unknown option `{text}`{guess}\noptions: {options}");
                diagnostics.error(&key, message);
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Entry> {
        self.known.push(key);
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index))
    }

    fn push(&mut self, index: usize, argument: TokenStream, diagnostics: &mut Diagnostics) {
        let place = argument.clone();
        let mut tokens = argument.into_iter();
        match tokens.next() {
            Some(TokenTree::Literal(_)) if index == 0 => self.positional = Some(place),
            Some(TokenTree::Ident(key)) => match value_of(&tokens.collect::<Vec<_>>()) {
                Some(value) => self.entries.push(Entry { key, value }),
                None => diagnostics.error(place, "expected `key = value`, `key(..)` or `key`"),
            },
            _ => diagnostics.error(place, "expected `key = value`, `key(..)` or `key`"),
        }
    }
}

fn value_of(tokens: &[TokenTree]) -> Option<Value> {
    match tokens {
        [] => Some(Value::Flag),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Some(Value::List(group.stream()))
        }
        [TokenTree::Punct(equals), rest @ ..] if equals.as_char() == '=' && !rest.is_empty() => {
            Some(Value::Tokens(rest.iter().cloned().collect()))
        }
        _ => None,
    }
}

fn parse_pair(input: syn::parse::ParseStream<'_>) -> syn::Result<(String, LitStr)> {
    let key = if input.peek(LitStr) {
        input.parse::<LitStr>()?.value()
    } else {
        input.call(<Ident as syn::ext::IdentExt>::parse_any)?.to_string()
    };
    input.parse::<syn::Token![=]>()?;
    Ok((key, input.parse()?))
}

/// Parses `tokens`, and puts `help` in the place of what the parser would have said.
fn parse_as<T: syn::parse::Parse>(
    tokens: TokenStream,
    help: &str,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    match syn::parse2(tokens.clone()) {
        Ok(value) => Some(value),
        Err(_) => {
            diagnostics.error(tokens, help);
            None
        }
    }
}

/// The parts between top-level commas; a trailing comma adds none.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => parts.push(TokenStream::new()),
            token => parts.last_mut().into_iter().for_each(|part| part.extend([token.clone()])),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Takes the attributes called `name` out of `attributes`.
pub(crate) fn extract(attributes: &mut Vec<syn::Attribute>, name: &str) -> Vec<syn::Attribute> {
    attributes.extract_if(.., |attribute| attribute.path().is_ident(name)).collect()
}

/// The doc comment among `attributes`, as one text; lines of a paragraph are joined.
pub(crate) fn doc(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let text: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
    text.join("\n").trim().to_owned()
}

/// The doc comments among `attributes`, as they were written.
pub(crate) fn docs(attributes: &[syn::Attribute]) -> Vec<syn::Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect()
}

/// The attributes that decide whether an item exists, for everything that is made from it.
pub(crate) fn conditions(attributes: &[syn::Attribute]) -> Vec<syn::Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

impl<T> ToTokens for At<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.place.to_tokens(tokens);
    }
}

/// `Duration` as a constant expression.
pub(crate) fn duration_tokens(duration: Duration) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(duration.as_secs());
    let nanos = Literal::u32_unsuffixed(duration.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

/// A place for errors about something that was not written: the attribute itself.
pub(crate) fn call_site() -> TokenStream {
    Ident::new("attribute", Span::call_site()).into_token_stream()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(tokens: TokenStream) -> String {
        let mut diagnostics = Diagnostics::default();
        let mut args = Args::parse("#[endpoint]", tokens, &mut diagnostics);
        args.positional(&mut diagnostics);
        args.integer("concurrency", &mut diagnostics);
        args.duration("timeout", &mut diagnostics);
        args.flag("opaque", &mut diagnostics);
        args.pairs("metadata", &mut diagnostics);
        args.finish(&mut diagnostics);
        diagnostics.into_tokens().to_string()
    }

    #[test]
    fn well_formed_arguments_pass() {
        let tokens = quote!("a.{id}", concurrency = 64, timeout = "2s", opaque, metadata(a = "b"),);
        assert_eq!(problems(tokens), "");
    }

    #[test]
    fn unknown_keys_list_the_known_ones() {
        let text = problems(quote!(concurency = 1));
        assert!(text.contains("did you mean `concurrency`?"), "{text}");
        assert!(text.contains("options: concurrency, timeout, opaque, metadata"), "{text}");
    }

    #[test]
    fn a_key_counts_once() {
        assert!(problems(quote!(opaque, opaque)).contains("given twice"));
    }

    #[test]
    fn wrong_values_say_what_would_be_right() {
        assert!(problems(quote!(timeout = 2)).contains("duration with a unit"));
        assert!(problems(quote!(concurrency = "many")).contains("whole number"));
        assert!(problems(quote!(opaque = 1)).contains("stands alone"));
        assert!(problems(quote!(metadata(1))).contains("list of texts"));
    }
}
