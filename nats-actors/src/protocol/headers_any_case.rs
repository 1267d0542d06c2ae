//! Headers whose names are looked up in any case, which ADR-4 leaves to who asks for it.

use super::header_error::HeaderError;
use super::headers::Headers;

impl Headers {
    /// The first value of `name` in any case.
    #[must_use]
    pub fn get_ignore_case(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of `name` in any case, in order.
    pub fn get_all_ignore_case<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Adds `value` behind the values that `name` has, under the first spelling of it that is there.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append).
    pub fn append_ignore_case(
        &mut self,
        name: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<(), HeaderError> {
        let name = name.as_ref();
        let known = self.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        match known.map(|(spelling, _)| spelling.to_owned()) {
            Some(spelling) => self.append(spelling, value),
            None => self.append(name, value),
        }
    }

    /// Removes every value of `name` in any case, and says how many there were.
    pub fn remove_ignore_case(&mut self, name: &str) -> usize {
        self.remove_if(|other| other.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings() -> Headers {
        let mut headers = Headers::new();
        for (name, value) in [("foo", "1"), ("Bar", "2"), ("FOO", "3")] {
            headers.append(name, value).unwrap();
        }
        headers
    }

    // spec: A04-08, HDR-04
    #[test]
    fn a_name_is_found_in_any_case() {
        let headers = spellings();

        assert_eq!(headers.get_ignore_case("Foo"), Some("1"));
        assert_eq!(headers.get_all_ignore_case("Foo").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(headers.get_ignore_case("baz"), None);
    }

    // spec: A04-08
    #[test]
    fn a_value_joins_the_first_spelling_and_all_of_them_are_removed() {
        let mut headers = spellings();
        headers.append_ignore_case("Foo", "4").unwrap();
        headers.append_ignore_case("Baz", "5").unwrap();

        assert_eq!(headers.get_all("foo").collect::<Vec<_>>(), ["1", "4"]);
        assert_eq!(headers.get("Baz"), Some("5"));
        assert!(headers.append_ignore_case("foo", "a\r\nb").is_err());
        assert_eq!(headers.remove_ignore_case("fOO"), 3);
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("Bar", "2"), ("Baz", "5")]);
    }
}
