//! How long a file and a function may be, and what a module root may hold.

use crate::code;
use crate::repository::Source;

/// Lines of a file, comments and tests included.
const MAX_FILE: usize = 400;

/// Lines of a function's body that are neither blank nor comment: what clippy counts.
const MAX_FUNCTION: usize = 60;

pub(crate) fn file_is_short(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= MAX_FILE {
        return Vec::new();
    }
    vec![format!("{lines} lines, and {MAX_FILE} is the most: split it by idea")]
}

pub(crate) fn functions_are_short(source: &Source) -> Vec<String> {
    code::functions(&source.code)
        .into_iter()
        .filter(|function| function.lines > MAX_FUNCTION)
        .map(|function| {
            let code::Function { name, line, lines } = function;
            format!("line {line}: `{name}` has {lines} lines, and {MAX_FUNCTION} is the most")
        })
        .collect()
}

/// `lib.rs` and `mod.rs` hold docs, `mod` and `use`: no function bodies. The one exception is
/// the root of a macro crate, where entry points must stand; each is one expression.
pub(crate) fn root_holds_no_logic(source: &Source) -> Vec<String> {
    let file = source.path.rsplit('/').next().unwrap_or(&source.path);
    if file != "lib.rs" && file != "mod.rs" {
        return Vec::new();
    }
    let allowed = usize::from(source.code.contains("#[proc_macro"));
    code::functions(&source.code)
        .into_iter()
        .filter(|function| allowed == 0 || function.lines > allowed)
        .map(|function| {
            let code::Function { name, line, .. } = function;
            format!("line {line}: `{name}` has a body; a module root is a table of contents")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    a();\n".repeat(lines))
    }

    #[test]
    fn a_long_file_is_caught() {
        let found = |lines: usize| file_is_short(&Source::new("a.rs", "\n".repeat(lines))).len();

        assert_eq!((found(400), found(401)), (0, 1));
    }

    #[test]
    fn a_long_function_is_caught() {
        let found = |lines| functions_are_short(&Source::new("a.rs", function(lines)));

        assert!(found(60).is_empty());
        let found = found(61);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`f` has 61 lines"), "{}", found[0]);
    }

    #[test]
    fn logic_in_a_module_root_is_caught() {
        let found = |path: &str, text: &str| root_holds_no_logic(&Source::new(path, text)).len();

        assert_eq!(found("a/mod.rs", "mod b;\npub fn f() { b::g() }"), 1);
        assert_eq!(found("a/lib.rs", "impl A { fn f() {} }"), 1);
        assert_eq!(
            found("a/mod.rs", "//! ```\n//! fn main() {}\n//! ```\nmod b;\npub use b::B;"),
            0
        );
        assert_eq!(found("a/b.rs", "fn f() {}"), 0);
    }

    #[test]
    fn an_entry_point_of_a_macro_is_one_expression() {
        let found = |body: &str| {
            let text = format!("#[proc_macro_attribute]\npub fn a(i: T) -> T {{\n{body}}}\n");
            root_holds_no_logic(&Source::new("m/src/lib.rs", text)).len()
        };

        assert_eq!(found("    a::expand(i)\n"), 0);
        assert_eq!(found("    let a = 1;\n    a::expand(i)\n"), 1);
    }
}
