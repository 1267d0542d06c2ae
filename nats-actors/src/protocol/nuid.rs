//! Names that no one else makes up.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 62;
const PREFIX_LEN: usize = 12;
const SEQUENCE_LEN: usize = 10;
const LEN: usize = PREFIX_LEN + SEQUENCE_LEN;
/// How many sequences there are: 62 to the power of 10.
const SEQUENCES: u64 = 839_299_365_868_340_224;
const MIN_STEP: u64 = 33;
const MAX_STEP: u64 = 333;

/// A source of unique names of 22 letters and digits.
///
/// Twelve characters are random, the other ten count up from a random start by a random step, so
/// that a name costs no randomness. When the count is at its end, both start anew. Names are as
/// unpredictable as `entropy`, the source of random numbers given to [`new`](Self::new), makes
/// their first part.
///
/// ```
/// # use nats_actors::protocol::Nuid;
/// # let mut state: u64 = 7;
/// # let entropy = move || { state = state.wrapping_mul(6364136223846793005).wrapping_add(1); state };
/// let mut names = Nuid::new(entropy);
/// let first = names.next_name().to_owned();
///
/// assert_eq!(first.len(), 22);
/// assert_ne!(first, names.next_name());
/// ```
#[derive(Clone, Debug)]
pub struct Nuid<E = fn() -> u64> {
    entropy: E,
    name: [u8; LEN],
    sequence: u64,
    step: u64,
}

impl<E: FnMut() -> u64> Nuid<E> {
    /// How many characters a name has.
    pub const LEN: usize = LEN;

    /// Starts from `entropy`, which returns 64 random bits per call and is called some dozen times.
    pub fn new(entropy: E) -> Self {
        let mut nuid = Self { entropy, name: [b'0'; LEN], sequence: 0, step: 0 };
        nuid.restart();
        nuid
    }

    /// The next name, borrowed until the one after it.
    pub fn next_name(&mut self) -> &str {
        self.sequence += self.step;
        if self.sequence >= SEQUENCES {
            self.restart();
        }
        let mut rest = self.sequence;
        for slot in self.name.iter_mut().rev().take(SEQUENCE_LEN) {
            *slot = character(rest);
            rest /= BASE;
        }
        str::from_utf8(&self.name).unwrap_or_default()
    }

    fn restart(&mut self) {
        for slot in self.name.iter_mut().take(PREFIX_LEN) {
            *slot = character((self.entropy)());
        }
        self.sequence = (self.entropy)() % SEQUENCES;
        self.step = MIN_STEP + (self.entropy)() % (MAX_STEP - MIN_STEP);
    }
}

/// The character for the last digit of `value` to base 62.
fn character(value: u64) -> u8 {
    let digit = usize::try_from(value % BASE).unwrap_or_default();
    ALPHABET.get(digit).copied().unwrap_or(b'0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Numbers that look random and are the same in every run.
    fn entropy() -> impl FnMut() -> u64 {
        let mut state: u64 = 1;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            state >> 8
        }
    }

    // spec: UTL-01, R-07
    #[test]
    fn names_are_of_one_form_and_none_comes_twice() {
        let mut names = Nuid::new(entropy());
        let mut seen = HashSet::new();
        for _ in 0..100_000 {
            let name = names.next_name();
            assert!(name.len() == 22 && name.bytes().all(|byte| ALPHABET.contains(&byte)));
            assert!(seen.insert(name.to_owned()), "{name} came twice");
        }
    }

    #[test]
    fn the_count_goes_on_in_steps() {
        let mut names = Nuid::new(|| 0);
        assert_eq!(names.next_name(), "000000000000000000000X");
        assert_eq!(names.next_name(), "0000000000000000000014");
    }

    #[test]
    fn at_the_end_of_the_count_both_parts_start_anew() {
        let mut names = Nuid::new(entropy());
        let first = names.next_name().to_owned();
        names.sequence = SEQUENCES - 1;
        let second = names.next_name().to_owned();

        assert_ne!(first.get(..PREFIX_LEN), second.get(..PREFIX_LEN));
        assert!(names.sequence < SEQUENCES);
    }

    #[test]
    fn a_plain_function_needs_no_type_arguments() {
        fn zero() -> u64 {
            0
        }
        let mut names: Nuid = Nuid::new(zero);
        assert_eq!(names.next_name().len(), Nuid::<fn() -> u64>::LEN);
    }
}
