//! Texts that may stand in a header.

/// Bytes of an error text that are sent; the rest is cut off.
const MAX_TEXT: usize = 512;

/// `text` on one line and bounded: what stands in a header cannot begin another one.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_TEXT));
    for c in text.trim_matches(|c: char| c.is_control() || c.is_whitespace()).chars() {
        if out.len() + c.len_utf8() > MAX_TEXT {
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_text_stays_on_its_line() {
        assert_eq!(one_line(" a\r\nNats-X: 1\u{85}\0 "), "a  Nats-X: 1");
        assert_eq!(one_line("größer"), "größer");
    }

    #[test]
    fn an_error_text_is_bounded_between_characters() {
        let text = one_line(&"é".repeat(1000));
        assert_eq!(text.len(), MAX_TEXT);
        assert!(text.chars().all(|c| c == 'é'));
    }
}
