//! Fields of a variant in an expression: `self.0` and `self.delay` become what a pattern binds.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Member};

/// The expression with bindings in the place of fields, and those bindings.
pub(super) fn bind(
    expression: TokenStream,
    members: &[Member],
) -> (TokenStream, Vec<(Member, Ident)>) {
    let mut bound = Vec::new();
    let expression = rewrite(expression, members, &mut bound);
    (expression, bound)
}

fn rewrite(
    tokens: TokenStream,
    members: &[Member],
    bound: &mut Vec<(Member, Ident)>,
) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut out, mut rest) = (TokenStream::new(), tokens.as_slice());
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (TokenTree::Ident(this), [TokenTree::Punct(dot), field, after @ ..])
                if this == "self" && dot.as_char() == '.' && member(field, members).is_some() =>
            {
                let binding = member(field, members).map(|member| binding(member, bound));
                out.extend(quote!((*#binding)));
                rest = after;
            }
            (TokenTree::Group(group), _) => {
                let mut inner =
                    Group::new(group.delimiter(), rewrite(group.stream(), members, bound));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
                rest = tail;
            }
            _ => {
                out.extend([first.clone()]);
                rest = tail;
            }
        }
    }
    out
}

fn member<'m>(field: &TokenTree, members: &'m [Member]) -> Option<&'m Member> {
    let text = field.to_string();
    members.iter().find(|member| member.to_token_stream().to_string() == text)
}

fn binding(member: &Member, bound: &mut Vec<(Member, Ident)>) -> Ident {
    let name = format_ident!("__f_{}", member);
    if bound.iter().all(|(_, other)| *other != name) {
        bound.push((member.clone(), name.clone()));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_bindings_at_any_depth() {
        let members: Vec<Member> = vec![syn::parse_quote!(0), syn::parse_quote!(delay)];

        let (tokens, bound) =
            bind(quote!(f(self.0) + self.delay * self.delay + self.other), &members);

        assert_eq!(
            tokens.to_string(),
            quote!(f((*__f_0)) + (*__f_delay) * (*__f_delay) + self.other).to_string()
        );
        assert_eq!(bound.len(), 2);
    }
}
