//! Requests that wait for their reply.

/// Names one waiting request; a token is never valid again after its request ended.
///
/// The text of a token is the last part of a request's reply subject, so that a reply finds its request without a hash
/// lookup: the low bits are a slot, above them random bits, so that nobody can guess it, and then a count of how often that
/// slot was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(u64);

const SLOT_BITS: u32 = 20;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
const SECRET_BITS: u32 = 32;
const SECRET_MASK: u64 = (1 << SECRET_BITS) - 1;
/// What is left of 63 bits, which are at most 19 digits.
const COUNT_MASK: u64 = (1 << (63 - SLOT_BITS - SECRET_BITS)) - 1;

impl Token {
    /// The token that `text` (decimal digits) names, if it is one.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > 19 {
            return None;
        }
        text.iter()
            .try_fold(0_u64, |value, byte| {
                let digit = byte.wrapping_sub(b'0');
                (digit < 10).then(|| value * 10 + u64::from(digit))
            })
            .map(Self)
    }

    /// The number that [`parse`](Self::parse) reads.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    fn slot(self) -> usize {
        usize::try_from(self.0 & SLOT_MASK).unwrap_or(usize::MAX)
    }
}

/// The waiters of all requests in flight: at most about a million, in a slab with generations.
///
/// Insert, find and remove cost an index each; a removed waiter leaves nothing behind but its slot, which is used again.
#[derive(Debug)]
pub struct Replies<W> {
    slots: Vec<Slot<W>>,
    free: Vec<usize>,
    /// How many there were, ever.
    inserted: u64,
    /// What is left of the last secret bits.
    bits: u64,
    /// The reply subject made last.
    subject: String,
    /// Who asked to be told of, since the last time and before it.
    young: Vec<Token>,
    old: Vec<Token>,
}

#[derive(Debug)]
struct Slot<W> {
    /// The token without its slot: how often the slot was used, and the secret of the present use.
    generation: u64,
    waiter: Option<W>,
}

impl<W> Replies<W> {
    /// Nobody waits.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            inserted: 0,
            bits: 0,
            subject: String::new(),
            young: Vec::new(),
            old: Vec::new(),
        }
    }

    /// Adds a waiter; gives it back when a million already wait.
    ///
    /// `secret` makes 64 bits that nobody can guess out of a number that it is never given twice; they do for two.
    ///
    /// # Errors
    ///
    /// The waiter itself, when no slot is left.
    pub fn insert(&mut self, waiter: W, secret: impl FnOnce(u64) -> u64) -> Result<Token, W> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None if self.slots.len() as u64 > SLOT_MASK => return Err(waiter),
            None => {
                self.slots.push(Slot { generation: 0, waiter: None });
                self.slots.len() - 1
            }
        };
        let Some(place) = self.slots.get_mut(slot) else { return Err(waiter) };
        place.waiter = Some(waiter);
        self.bits = match self.inserted % 2 {
            0 => secret(self.inserted),
            _ => self.bits >> SECRET_BITS,
        };
        self.inserted += 1;
        let count = place.generation >> SECRET_BITS;
        place.generation = (count << SECRET_BITS) | (self.bits & SECRET_MASK);
        Ok(Token((place.generation << SLOT_BITS) | slot as u64))
    }

    /// The reply subject of a request, of which `prefix` is the first part. Not allocated anew.
    pub fn subject(&mut self, prefix: &str, token: Token) -> &str {
        self.subject.clear();
        self.subject.push_str(prefix);
        self.subject.push_str(itoa::Buffer::new().format(token.number()));
        &self.subject
    }

    /// The waiter that `token` names, while it waits.
    pub fn get_mut(&mut self, token: Token) -> Option<&mut W> {
        let slot = self.slots.get_mut(token.slot())?;
        if slot.generation != token.0 >> SLOT_BITS {
            return None;
        }
        slot.waiter.as_mut()
    }

    /// Whether `token` names a waiter.
    #[must_use]
    pub fn contains(&self, token: Token) -> bool {
        let slot = self.slots.get(token.slot());
        slot.is_some_and(|slot| slot.generation == token.0 >> SLOT_BITS && slot.waiter.is_some())
    }

    /// Takes the waiter out; its token is dead from now on.
    pub fn remove(&mut self, token: Token) -> Option<W> {
        let slot = self.slots.get_mut(token.slot())?;
        if slot.generation != token.0 >> SLOT_BITS {
            return None;
        }
        let waiter = slot.waiter.take()?;
        let count = slot.generation >> SECRET_BITS;
        slot.generation = ((count + 1) & COUNT_MASK) << SECRET_BITS;
        self.free.push(token.slot());
        Some(waiter)
    }

    /// Has [`lingering`](Self::lingering) told of a request, if it still waits then.
    #[inline]
    pub fn watch(&mut self, token: Token) {
        self.young.push(token);
    }

    /// Tells once of each watched request that already waited at the call before this one; returns whether there is
    /// one left to be told of by the next call.
    pub fn lingering(&mut self, mut tell: impl FnMut(&mut W)) -> bool {
        let young = std::mem::take(&mut self.young);
        let mut old = std::mem::replace(&mut self.old, young);
        for token in old.drain(..) {
            if let Some(waiter) = self.get_mut(token) {
                tell(waiter);
            }
        }
        self.young = old;
        !self.old.is_empty()
    }

    /// Every waiter, in no particular order.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut W> {
        self.slots.iter_mut().filter_map(|slot| slot.waiter.as_mut())
    }

    /// How many wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether nobody waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<W> Default for Replies<W> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(number: u64) -> u64 {
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn a_token_dies_with_its_request() {
        let mut replies = Replies::new();
        let first = replies.insert("first", secret).unwrap();
        assert_eq!(replies.remove(first), Some("first"));
        let second = replies.insert("second", secret).unwrap();

        assert_eq!(replies.get_mut(first), None);
        assert_eq!(replies.remove(first), None);
        assert_eq!(replies.get_mut(second), Some(&mut "second"));
    }

    #[test]
    fn slots_are_used_again() {
        let mut replies = Replies::new();
        for n in 0..10_000 {
            let token = replies.insert(n, secret).unwrap();
            assert_eq!(replies.remove(token), Some(n));
        }
        assert!(replies.is_empty());
        assert_eq!(replies.slots.len(), 1);
    }

    #[test]
    fn a_token_survives_its_text() {
        let mut replies = Replies::new();
        for _ in 0..3 {
            let token = replies.insert((), secret).unwrap();
            replies.remove(token);
        }
        let token = replies.insert((), secret).unwrap();

        let subject = replies.subject("_INBOX.x.", token);
        assert_eq!(
            Token::parse(subject.strip_prefix("_INBOX.x.").unwrap().as_bytes()),
            Some(token)
        );
        assert_eq!(replies.subject("y.", Token(7)), "y.7");
    }

    #[test]
    fn who_lingers_is_told_of_once() {
        let mut replies = Replies::new();
        let told = |replies: &mut Replies<u8>| {
            let mut told = Vec::new();
            let more = replies.lingering(|waiter| told.push(*waiter));
            (told, more)
        };
        let [quick, slow, unwatched] =
            [1, 2, 3].map(|waiter| replies.insert(waiter, secret).unwrap());
        replies.watch(quick);
        replies.watch(slow);

        assert_eq!(told(&mut replies), (vec![], true));
        replies.remove(quick);
        let late = replies.insert(4, secret).unwrap();
        replies.watch(late);
        assert_eq!(told(&mut replies), (vec![2], true));
        assert_eq!(told(&mut replies), (vec![4], false));
        assert_eq!(told(&mut replies), (vec![], false));
        assert!(replies.contains(slow) && replies.contains(unwatched) && replies.contains(late));
    }

    // spec: R-07
    #[test]
    fn a_token_holds_its_secret_and_no_more_than_nineteen_digits() {
        let mut replies = Replies::new();
        for n in 0..5000 {
            let token = replies.insert((), secret).unwrap();
            assert!(token.number().to_string().len() <= 19, "{token:?}");
            let half = secret(n / 2 * 2) >> (n % 2 * u64::from(SECRET_BITS));
            assert_eq!((token.number() >> SLOT_BITS) & SECRET_MASK, half & SECRET_MASK);
            assert_eq!(replies.get_mut(Token(token.0 ^ (1 << SLOT_BITS))), None);
            assert_eq!(replies.remove(token), Some(()));
            assert_eq!(replies.get_mut(token), None);
        }
    }

    #[test]
    fn what_is_no_number_is_no_token() {
        for text in ["", "x", "1x", "-1", "99999999999999999999", "1.2"] {
            assert_eq!(Token::parse(text.as_bytes()), None, "{text}");
        }
    }
}
