//! What the documentation of a public item has to say, as far as a machine can see it.

use crate::repository::Source;

const CANCEL: &str = "/// # Cancel safety";
const ERRORS: &str = "/// # Errors";

/// Who awaits may stop to wait: an `async fn`, and a type that is awaited, say what that does, and how it can fail.
pub(crate) fn what_is_awaited_says_what_it_does(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix("pub async fn ") {
            if !docs_above(&lines, at).contains(CANCEL) {
                found.push(format!("line {}: `{}` has no `{CANCEL}`", at + 1, name_of(rest)));
            }
        } else if let Some(name) = awaited(line) {
            let fails =
                lines.iter().skip(at).take(12).any(|line| line.contains("Output = Result<"));
            found.extend(lacks(&lines, name, fails));
        }
    }
    found
}

/// What the docs of the awaited type `name` lack; its `.await` may fail if `fails`.
fn lacks(lines: &[&str], name: &str, fails: bool) -> Vec<String> {
    let head = format!("pub struct {name}");
    let is_it = |line: &&str| {
        let rest = line.strip_prefix(&head);
        rest.is_some_and(|rest| name_of(rest).is_empty())
    };
    let Some(at) = lines.iter().position(is_it) else { return Vec::new() };
    let docs = docs_above(lines, at);
    let wanted = [(CANCEL, true), (ERRORS, fails)];
    let missing = wanted.iter().filter(|(section, is_due)| *is_due && !docs.contains(section));
    missing.map(|(section, _)| format!("line {}: `{name}` has no `{section}`", at + 1)).collect()
}

/// The type that this line makes one to await.
fn awaited(line: &str) -> Option<&str> {
    let (head, rest) = line.split_once("IntoFuture for ")?;
    head.starts_with("impl").then(|| name_of(rest))
}

fn name_of(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The docs and attributes of the item in line `at`.
fn docs_above(lines: &[&str], at: usize) -> String {
    let is_doc = |line: &str| line.trim_start().starts_with("///");
    let belongs = |line: &&&str| is_doc(line) || !(line.is_empty() || line.ends_with(['{', '}']));
    let above: Vec<&str> = lines.iter().take(at).rev().take_while(belongs).copied().collect();
    above.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        what_is_awaited_says_what_it_does(&Source::new("a.rs", text))
    }

    #[test]
    fn an_async_fn_without_cancel_safety_is_caught() {
        let silent =
            "impl A {\n    /// Waits.\n    #[must_use]\n    pub async fn wait(&self) {}\n}\n";
        assert_eq!(found(silent), ["line 4: `wait` has no `/// # Cancel safety`"]);

        let told = silent.replace("Waits.", "Waits.\n    ///\n    /// # Cancel safety");
        assert!(found(&told).is_empty());
        assert!(found(&silent.replace("pub async", "async")).is_empty());
    }

    #[test]
    fn a_type_that_is_awaited_and_silent_is_caught() {
        let silent = "/// A wait.\npub struct Wait<'a> {}\n\nimpl<'a> IntoFuture for Wait<'a> {\n    \
                      type Output = Result<(), Error>;\n}\n";
        assert_eq!(found(silent).len(), 2, "{:?}", found(silent));

        let told = silent.replace("A wait.", "A wait.\n/// # Errors\n/// # Cancel safety");
        assert!(found(&told).is_empty());
        let endless = silent.replace("A wait.", "A wait.\n/// # Cancel safety");
        assert!(found(&endless.replace("Result<(), Error>", "()")).is_empty());
    }
}
