//! Numbers for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub(crate) struct Cents(pub(crate) u64);

impl Cents {
    /// The price of several; the largest amount there is, should the true one not fit.
    pub(crate) fn times(self, quantity: u32) -> Self {
        Self(self.0.saturating_mul(quantity.into()))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EUR {}.{:02}", grouped(self.0 / 100), self.0 % 100)
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let groups = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(groups, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn an_amount_has_two_decimals() {
        assert_eq!(Cents(7).to_string(), "EUR 0.07");
        assert_eq!(Cents(1_250).times(1_000).to_string(), "EUR 12,500.00");
        assert_eq!(Cents(u64::MAX).times(2), Cents(u64::MAX));
    }
}
