//! Subjects that are checked while the program is compiled.

/// `text`, if it is a legal [`Subject`](super::Subject): in a constant, anything else does not compile.
///
/// ```
/// use nats_actors::protocol::static_subject;
///
/// const ORDERS: &str = static_subject("orders.eu.created");
/// assert_eq!(ORDERS, "orders.eu.created");
/// ```
///
/// ```compile_fail
/// # use nats_actors::protocol::static_subject;
/// const ORDERS: &str = static_subject("orders.*");
/// # println!("{ORDERS}");
/// ```
///
/// # Panics
///
/// If it is not legal, with the rule that it breaks; in a constant, that is an error of the compiler.
#[must_use]
pub const fn static_subject(text: &'static str) -> &'static str {
    assert!(text.len() <= super::MAX_SUBJECT_LEN, "subject is too long");
    let seen = look(text);
    assert!(!seen.empty, "subject has an empty token");
    assert!(!seen.blank, "subject has whitespace");
    assert!(!seen.star && !seen.arrow, "subject has a wildcard");
    text
}

/// `text`, if it is a legal [`Pattern`](super::Pattern): in a constant, anything else does not compile.
///
/// ```
/// use nats_actors::protocol::static_pattern;
///
/// const ORDERS: &str = static_pattern("orders.*.>");
/// assert_eq!(ORDERS, "orders.*.>");
/// ```
///
/// ```compile_fail
/// # use nats_actors::protocol::static_pattern;
/// const ORDERS: &str = static_pattern("orders.>.eu");
/// # println!("{ORDERS}");
/// ```
///
/// # Panics
///
/// If it is not legal, with the rule that it breaks; in a constant, that is an error of the compiler.
#[must_use]
pub const fn static_pattern(text: &'static str) -> &'static str {
    assert!(text.len() <= super::MAX_SUBJECT_LEN, "subject is too long");
    let seen = look(text);
    assert!(!seen.empty, "subject has an empty token");
    assert!(!seen.blank, "subject has whitespace");
    assert!(!seen.behind_arrow, "subject goes on behind its `>`");
    text
}

/// What occurs in a subject; a star or an arrow counts if it is a whole token.
struct Seen {
    empty: bool,
    blank: bool,
    star: bool,
    arrow: bool,
    behind_arrow: bool,
}

const fn look(text: &str) -> Seen {
    let mut seen =
        Seen { empty: false, blank: false, star: false, arrow: false, behind_arrow: false };
    let mut rest = text.as_bytes();
    loop {
        seen.behind_arrow = seen.behind_arrow || seen.arrow;
        match rest {
            [] | [b'.', ..] => seen.empty = true,
            [b'*'] | [b'*', b'.', ..] => seen.star = true,
            [b'>'] | [b'>', b'.', ..] => seen.arrow = true,
            _ => {}
        }
        loop {
            match rest {
                [] => return seen,
                [b'.', behind @ ..] => {
                    rest = behind;
                    break;
                }
                [byte, behind @ ..] => {
                    seen.blank = seen.blank || byte.is_ascii_whitespace();
                    rest = behind;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{check_pattern, check_subject};

    // spec: UTL-08
    #[test]
    fn the_rules_are_those_of_subjects_and_patterns() {
        const TEXTS: [&str; 26] = [
            "",
            ".",
            "a",
            "a.",
            ".a",
            "a..b",
            "a.b",
            "*",
            ">",
            "a.*",
            "a.>",
            "a.>.b",
            "*.a.>",
            "a*",
            "a.b>",
            ">>.a",
            "a b",
            "a\tb",
            "a\r",
            "\n",
            "привет.мир",
            "$JS.API",
            "a.*.b",
            ">.",
            "*.",
            "a.\x0c",
        ];
        for text in TEXTS {
            let legal = |check: fn(&'static str) -> &'static str| {
                std::panic::catch_unwind(|| check(text)).is_ok()
            };
            assert_eq!(legal(static_subject), check_subject(text).is_ok(), "{text:?}");
            assert_eq!(legal(static_pattern), check_pattern(text).is_ok(), "{text:?}");
        }
    }
}
