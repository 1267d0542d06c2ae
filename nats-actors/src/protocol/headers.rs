//! Headers: an ordered multi-map of names and values.

use std::fmt;

use super::header_error::{HeaderError, HeaderErrorKind};

/// The line that begins a header block.
pub(super) const VERSION: &str = "NATS/1.0";
const LINE_END: &str = "\r\n";
const SEPARATOR: &str = ": ";

/// Names and values that travel with a message (ADR-4).
///
/// A name may have several values. Order is kept, also between names. Names are printable ASCII
/// without a colon, and their case matters: `foo` and `Foo` are two names. Values are UTF-8 without
/// line breaks; blanks at their ends are dropped, since a receiver cannot tell them from padding.
///
/// All headers live in one buffer in the form that goes on the wire: encoding is one copy, and
/// looking a name up reads the lines from the first on.
///
/// ```
/// # use nats_actors::protocol::{HeaderError, Headers};
/// let mut headers = Headers::new();
/// headers.insert("Trace", "a1")?;
/// headers.append("Trace", "b2")?;
///
/// assert_eq!(headers.get("Trace"), Some("a1"));
/// assert_eq!(headers.get_all("Trace").collect::<Vec<_>>(), ["a1", "b2"]);
/// assert_eq!(headers.get("trace"), None);
/// assert!(headers.insert("Trace", "a\r\nInjected: yes").is_err());
/// # Ok::<(), HeaderError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Headers {
    /// Lines of `name: value\r\n`. Names hold no colon and values no carriage return, so the first
    /// of each is where a part ends.
    lines: String,
}

impl Headers {
    /// No headers; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: String::new() }
    }

    /// Sets `name` to `value` alone: values that it had are removed.
    ///
    /// # Errors
    ///
    /// [`InvalidName`](HeaderErrorKind::InvalidName) or
    /// [`InvalidValue`](HeaderErrorKind::InvalidValue); the headers are then as they were.
    pub fn insert(
        &mut self,
        name: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<(), HeaderError> {
        let (name, value) = checked(name.as_ref(), value.as_ref())?;
        self.remove(name);
        self.push(name, value);
        Ok(())
    }

    /// Adds `value` behind the values that `name` has.
    ///
    /// # Errors
    ///
    /// [`InvalidName`](HeaderErrorKind::InvalidName) or
    /// [`InvalidValue`](HeaderErrorKind::InvalidValue); the headers are then as they were.
    pub fn append(
        &mut self,
        name: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<(), HeaderError> {
        let (name, value) = checked(name.as_ref(), value.as_ref())?;
        self.push(name, value);
        Ok(())
    }

    /// The first value of `name`, written exactly so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Every value of `name`, written exactly so, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Removes every value of `name`, written exactly so, and says how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        self.remove_if(|other| other == name)
    }

    /// Every name with one of its values, in order.
    #[must_use]
    pub fn iter(&self) -> HeaderIter<'_> {
        HeaderIter { rest: &self.lines }
    }

    /// How many values there are, of all names together. Reads all of them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Appends the whole block, from the version line to the blank line.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.encoded_len());
        for part in [VERSION, LINE_END, &self.lines, LINE_END] {
            out.extend_from_slice(part.as_bytes());
        }
    }

    /// How many bytes [`encode`](Self::encode) appends. Costs nothing.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        VERSION.len() + 2 * LINE_END.len() + self.lines.len()
    }

    /// Room for lines of `bytes` bytes altogether.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { lines: String::with_capacity(bytes) }
    }

    /// Removes every value of the names for which `goes` says so.
    pub(super) fn remove_if(&mut self, goes: impl Fn(&str) -> bool) -> usize {
        let removed = self.iter().filter(|(name, _)| goes(name)).count();
        if removed > 0 {
            let mut kept = Self::with_capacity(self.lines.len());
            self.iter().filter(|(name, _)| !goes(name)).for_each(|(n, v)| kept.push(n, v));
            *self = kept;
        }
        removed
    }

    /// Adds a line. Both parts have to be legal.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.lines.reserve(name.len() + SEPARATOR.len() + value.len() + LINE_END.len());
        for part in [name, SEPARATOR, value, LINE_END] {
            self.lines.push_str(part);
        }
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = (&'a str, &'a str);
    type IntoIter = HeaderIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// Names with their values, in the order of the wire; made by [`Headers::iter`].
#[derive(Clone, Debug)]
pub struct HeaderIter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for HeaderIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        // Single characters are found faster than texts, and neither occurs in a name or value.
        let (line, rest) = self.rest.split_once('\r')?;
        self.rest = rest.strip_prefix('\n')?;
        let (name, value) = line.split_once(':')?;
        Some((name, value.strip_prefix(' ')?))
    }
}

/// Both parts, the value without blanks at its ends, if they are legal.
fn checked<'a>(name: &'a str, value: &'a str) -> Result<(&'a str, &'a str), HeaderError> {
    if !is_name(name.as_bytes()) {
        return Err(HeaderError::new(HeaderErrorKind::InvalidName, name.as_bytes()));
    }
    if !is_value(value.as_bytes()) {
        return Err(HeaderError::new(HeaderErrorKind::InvalidValue, value.as_bytes()));
    }
    Ok((name, value.trim_matches([' ', '\t'])))
}

/// Whether `name` is printable ASCII without a colon.
pub(super) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && *byte != b':')
}

/// Whether `value` stays on its line.
pub(super) fn is_value(value: &[u8]) -> bool {
    memchr::memchr2(b'\r', b'\n', value).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(headers: &Headers) -> String {
        let mut out = Vec::new();
        headers.encode(&mut out);
        assert_eq!(out.len(), headers.encoded_len());
        String::from_utf8(out).unwrap()
    }

    fn three() -> Headers {
        let mut headers = Headers::new();
        for (name, value) in [("B", "1"), ("A", "2"), ("B", "3")] {
            headers.append(name, value).unwrap();
        }
        headers
    }

    // spec: A04-01, A04-07, HDR-01, HDR-03
    #[test]
    fn every_value_is_a_line_of_its_own_in_order() {
        assert_eq!(encoded(&three()), "NATS/1.0\r\nB: 1\r\nA: 2\r\nB: 3\r\n\r\n");
        assert_eq!(encoded(&Headers::new()), "NATS/1.0\r\n\r\n");
    }

    // spec: A04-02, HDR-04
    #[test]
    fn names_differ_by_case() {
        let mut headers = Headers::new();
        headers.insert("foo", "1").unwrap();
        headers.insert("Foo", "2").unwrap();

        assert_eq!((headers.get("foo"), headers.get("Foo")), (Some("1"), Some("2")));
        assert_eq!(headers.get("FOO"), None);
    }

    // spec: A04-03
    #[test]
    fn get_is_the_first_value_and_get_all_is_all_of_them() {
        assert_eq!(three().get("B"), Some("1"));
        assert_eq!(three().get_all("B").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(three().get_all("C").next(), None);
    }

    // spec: A04-04, HDR-05
    #[test]
    fn insert_replaces_and_remove_counts() {
        let mut headers = three();
        headers.insert("B", "4").unwrap();
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("A", "2"), ("B", "4")]);
        assert_eq!((headers.remove("b"), headers.remove("B"), headers.remove("B")), (0, 1, 0));
        assert_eq!((headers.len(), headers.is_empty()), (1, false));
        assert_eq!(three().remove("B"), 2);
    }

    // spec: A04-05, HDR-06
    #[test]
    fn an_illegal_name_is_an_error_and_changes_nothing() {
        for name in ["", "a b", "a:b", "a\r\nb", "naïve", "a\tb", "\u{7f}", "a\0"] {
            let mut headers = three();
            let error = headers.insert(name, "x").unwrap_err();
            assert_eq!(error.kind(), HeaderErrorKind::InvalidName, "{name:?}");
            assert!(headers.append(name, "x").is_err());
            assert_eq!(headers, three());
        }
    }

    // spec: A04-05, HDR-07
    #[test]
    fn a_line_break_in_a_value_is_an_error_and_changes_nothing() {
        for value in ["a\r\nX: y", "a\nb", "a\r", "\n"] {
            let mut headers = three();
            let error = headers.insert("B", value).unwrap_err();
            assert_eq!(error.kind(), HeaderErrorKind::InvalidValue, "{value:?}");
            assert!(headers.append("B", value).is_err());
            assert_eq!(headers, three());
        }
        let error = Headers::new().insert("A", "a\r\nb").unwrap_err();
        assert_eq!(error.to_string(), "line break in header value in `a\\r\\nb`");
    }

    #[test]
    fn values_may_be_empty_and_may_hold_separators() {
        let mut headers = Headers::new();
        headers.insert("Empty", "").unwrap();
        headers.insert("Url", "nats://a: b").unwrap();
        headers.insert("Padded", " \tx y\t ").unwrap();

        let expected = [("Empty", ""), ("Url", "nats://a: b"), ("Padded", "x y")];
        assert_eq!(headers.iter().collect::<Vec<_>>(), expected);
        assert_eq!(
            format!("{headers:?}"),
            r#"{"Empty": "", "Url": "nats://a: b", "Padded": "x y"}"#
        );
    }
}
