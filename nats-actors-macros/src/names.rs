//! Names made from other names.

/// `payment_down` becomes `PaymentDown`.
pub(crate) fn pascal(snake: &str) -> String {
    let words = snake.trim_start_matches("r#").split('_').filter(|word| !word.is_empty());
    words.map(capitalised).collect()
}

/// `PaymentDown` becomes `payment_down`.
pub(crate) fn snake(pascal: &str) -> String {
    let mut out = String::new();
    let mut previous_is_upper = true;
    for c in pascal.chars() {
        if c.is_uppercase() && !previous_is_upper {
            out.push('_');
        }
        previous_is_upper = c.is_uppercase();
        out.extend(c.to_lowercase());
    }
    out
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(pascal("cancel_all"), "CancelAll");
        assert_eq!(pascal("r#type"), "Type");
        assert_eq!(snake("PaymentDown"), "payment_down");
        assert_eq!(snake("NotFound2"), "not_found2");
    }
}
