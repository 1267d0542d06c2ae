//! Rust as text: enough to see names, braces and functions, and no more.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Where `fn` stands, counted from 1.
    pub(crate) line: usize,
    /// Lines of the body that are neither blank nor comment.
    pub(crate) lines: usize,
}

/// The text with comments, strings and characters replaced by spaces, line for line.
/// A blanked literal keeps its first quote, so that its line does not look empty.
pub(crate) fn blank(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (taken, keep) = match literal_or_comment(rest, before) {
            Some(length) => (length, first == '"' || first == '\''),
            None => (first.len_utf8(), true),
        };
        let (token, remaining) = rest.split_at(taken);
        let plain = taken == first.len_utf8();
        for (place, c) in token.char_indices() {
            let stays = c == '\n' || (keep && (plain || place == 0));
            code.push(if stays { c } else { ' ' });
        }
        before = if plain { first } else { ' ' };
        rest = remaining;
    }
    code
}

/// How many bytes at the start of `text` are one comment or one literal.
fn literal_or_comment(text: &str, before: char) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    if text.starts_with('"') {
        return Some(quoted(text, '"'));
    }
    if text.starts_with('\'') {
        let mut chars = text.chars().skip(1);
        let (second, third) = (chars.next()?, chars.next()?);
        // A lifetime has no closing quote.
        return (second == '\\' || third == '\'').then(|| quoted(text, '\''));
    }
    if text.starts_with('r') && (!is_word(before) || before == 'b') {
        let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
        if text[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            return Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()));
        }
    }
    None
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let (step, open) = match rest {
            [b'/', b'*', ..] => (2, depth + 1),
            [b'*', b'/', ..] => (2, depth - 1),
            _ => (1, depth),
        };
        at += step;
        depth = open;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// Whether `code` holds `name` as whole words.
pub(crate) fn mentions(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// The word after each `path` (which ends in `::`), or `{` for a group.
pub(crate) fn names_after<'a>(code: &'a str, path: &str) -> Vec<&'a str> {
    let head = path.trim_end_matches(':');
    code.match_indices(head)
        .filter(|(at, _)| !code[..*at].chars().next_back().is_some_and(|c| is_word(c) || c == '$'))
        .filter_map(|(at, _)| {
            let rest = code[at + head.len()..].trim_start().strip_prefix("::")?.trim_start();
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            Some(if rest.starts_with('{') { "{" } else { &rest[..end] })
        })
        .filter(|name| !name.is_empty() && *name != "super" && *name != "self")
        .collect()
}

/// Every function with a body, nested ones too, in blanked code.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let starts = code
        .match_indices("fn ")
        .filter(|(at, _)| !code[..*at].chars().next_back().is_some_and(|c| is_word(c) || c == '#'));
    starts.filter_map(|(at, _)| function(code, at)).collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let rest = code[at..].strip_prefix("fn ")?.trim_start();
    let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return None;
    }
    let open = at + body_start(&code[at..])?;
    let close = open + body_length(&code[open..])?;
    let body = &code[open + 1..close];
    let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
    Some(Function { name, line: code[..at].matches('\n').count() + 1, lines })
}

/// Where the body opens, or nothing for a declaration that ends in `;`.
fn body_start(code: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn body_length(code: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_line_for_line() {
        let text = "a /* x /* y */ z */ b // c\nr#\"d \" }\"# e \"f\\\" {\" '{' '\\'' 'g";
        let code = blank(text);

        assert_eq!(code.lines().count(), 2);
        assert_eq!(code.split_whitespace().collect::<String>(), "abe\"'''g");
    }

    #[test]
    fn a_literal_alone_on_a_line_still_counts_as_code() {
        let found = functions(&blank("fn f() {\n    \"text\"\n    // comment\n\n}"));

        assert_eq!(found, [Function { name: "f".to_owned(), line: 1, lines: 1 }]);
    }

    #[test]
    fn functions_are_found_in_impls_traits_and_functions() {
        let code = "trait T { fn a(&self, b: [u8; 4]); }\nimpl T for U {\n  fn a(&self) {\n    fn b() {}\n  }\n}";
        let names: Vec<String> = functions(code).into_iter().map(|found| found.name).collect();

        assert_eq!(names, ["a", "b"]);
        assert_eq!(functions("let f: fn (u8) = g; type G = fn(u8);"), []);
    }

    #[test]
    fn names_after_a_path_are_words() {
        let code = "crate::a::b; mycrate::c; crate::{d}; $crate::e; crate ::f";

        assert_eq!(names_after(code, "crate::"), ["a", "{", "f"]);
    }
}
