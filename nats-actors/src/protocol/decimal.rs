//! Decimal numbers as the protocol writes them: ASCII digits, no sign.

/// How many digits always fit a `u64`, whatever they are.
const SAFE_DIGITS: usize = 19;

/// Reads digits that fill `text` entirely; `None` if it holds anything else or the value overflows.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<u64> {
    let (value, digits) = parse_prefix(text)?;
    (digits == text.len()).then_some(value)
}

/// Reads the digits that `text` begins with, and says how many they are.
///
/// `None` if there is no digit or the value overflows.
#[inline(always)]
pub(super) fn parse_prefix(text: &[u8]) -> Option<(u64, usize)> {
    let mut value: u64 = 0;
    let mut digits = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        if digits == SAFE_DIGITS {
            return parse_long_prefix(text);
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        digits += 1;
    }
    (digits > 0).then_some((value, digits))
}

/// As [`parse_prefix`], for more digits than are safe.
#[cold]
fn parse_long_prefix(text: &[u8]) -> Option<(u64, usize)> {
    let mut value: u64 = 0;
    let mut digits = 0;
    for byte in text.iter().take_while(|byte| byte.is_ascii_digit()) {
        value = value.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')))?;
        digits += 1;
    }
    Some((value, digits))
}

/// Appends `value` in digits.
#[inline]
pub(super) fn push(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        out.push(digit(value));
        return;
    }
    let mut digits = [0_u8; 20];
    let mut rest = value;
    let mut start = digits.len();
    for slot in digits.iter_mut().rev() {
        *slot = digit(rest % 10);
        rest /= 10;
        start -= 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// How many digits [`push`] writes.
#[inline]
pub(super) fn len(value: u64) -> usize {
    value.checked_ilog10().map_or(1, |log| log as usize + 1)
}

#[expect(clippy::cast_possible_truncation, reason = "the value is a single digit")]
fn digit(value: u64) -> u8 {
    b'0' + value as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(value: u64) -> String {
        let mut out = Vec::new();
        push(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_length_of_number_is_printed_and_read_back() {
        let powers = (0..20).map(|exponent| 10_u64.pow(exponent));
        for value in powers.flat_map(|power| [power - 1, power, power + 1]).chain([u64::MAX]) {
            assert_eq!(pushed(value), value.to_string());
            assert_eq!(len(value), pushed(value).len());
            assert_eq!(parse(pushed(value).as_bytes()), Some(value));
        }
    }

    #[test]
    fn what_overflows_is_refused() {
        assert_eq!(parse(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse(b"18446744073709551616"), None);
        assert_eq!(parse(b"99999999999999999999"), None);
        assert_eq!(parse(b"100000000000000000000000000000"), None);
    }

    #[test]
    fn what_is_not_all_digits_is_refused() {
        for text in ["", "-1", "+1", "1 ", " 1", "1x", "x", "0x10", "1.0"] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }
}
