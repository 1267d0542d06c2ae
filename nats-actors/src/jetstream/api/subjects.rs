//! Every `$JS.API` subject, once.

use std::fmt;
use std::sync::Arc;

use crate::jetstream::{Error, ErrorKind};

/// What every API subject of one JetStream begins with; never ends with a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiPrefix(Arc<str>);

impl Default for ApiPrefix {
    fn default() -> Self {
        Self("$JS.API".into())
    }
}

impl ApiPrefix {
    /// The prefix under which a domain is reached from outside of it.
    pub(crate) fn domain(domain: &str) -> Result<Self, Error> {
        check_name(domain)?;
        Ok(Self(format!("$JS.{domain}.API").into()))
    }

    /// A prefix that an account import gave; a dot at its end is dropped.
    pub(crate) fn custom(prefix: &str) -> Result<Self, Error> {
        let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
        let legal = prefix.split('.').all(|token| check_name(token).is_ok());
        if legal { Ok(Self(prefix.into())) } else { Err(Error::new(ErrorKind::BadName).on(prefix)) }
    }

    pub(crate) fn account_info(&self) -> String {
        self.with("INFO")
    }

    pub(crate) fn stream_create(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.CREATE.{stream}"))
    }

    pub(crate) fn stream_update(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.UPDATE.{stream}"))
    }

    pub(crate) fn stream_info(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.INFO.{stream}"))
    }

    pub(crate) fn stream_names(&self) -> String {
        self.with("STREAM.NAMES")
    }

    pub(crate) fn stream_delete(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.DELETE.{stream}"))
    }

    pub(crate) fn stream_purge(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.PURGE.{stream}"))
    }

    pub(crate) fn message_get(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.MSG.GET.{stream}"))
    }

    pub(crate) fn message_delete(&self, stream: &str) -> String {
        self.with(format_args!("STREAM.MSG.DELETE.{stream}"))
    }

    /// `filter` is the consumer's only filter subject; with none, or several, it is left out.
    pub(crate) fn consumer_create(
        &self,
        stream: &str,
        consumer: &str,
        filter: Option<&str>,
    ) -> String {
        match filter {
            Some(filter) => self.with(format_args!("CONSUMER.CREATE.{stream}.{consumer}.{filter}")),
            None => self.with(format_args!("CONSUMER.CREATE.{stream}.{consumer}")),
        }
    }

    pub(crate) fn consumer_info(&self, stream: &str, consumer: &str) -> String {
        self.with(format_args!("CONSUMER.INFO.{stream}.{consumer}"))
    }

    pub(crate) fn consumer_delete(&self, stream: &str, consumer: &str) -> String {
        self.with(format_args!("CONSUMER.DELETE.{stream}.{consumer}"))
    }

    pub(crate) fn consumer_next(&self, stream: &str, consumer: &str) -> String {
        self.with(format_args!("CONSUMER.MSG.NEXT.{stream}.{consumer}"))
    }

    fn with(&self, rest: impl fmt::Display) -> String {
        format!("{}.{rest}", self.0)
    }
}

/// Stream and consumer names are one subject token and one file name on the server.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let forbidden = |c: char| matches!(c, '.' | '*' | '>' | '/' | '\\') || c.is_whitespace();
    let legal = !name.is_empty() && name.len() <= 255 && !name.contains(forbidden);
    if legal && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::BadName).on(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A19-01, JSP-02, JSP-03
    #[test]
    fn a_prefix_is_the_default_a_domain_or_custom() {
        let info = |prefix: ApiPrefix| prefix.account_info();

        assert_eq!(info(ApiPrefix::default()), "$JS.API.INFO");
        assert_eq!(info(ApiPrefix::domain("hub").unwrap()), "$JS.hub.API.INFO");
        assert_eq!(info(ApiPrefix::custom("imported.js.").unwrap()), "imported.js.INFO");
        assert!(ApiPrefix::domain("a.b").is_err());
        assert!(ApiPrefix::custom("a..b").is_err());
        assert!(ApiPrefix::custom("a.>").is_err());
    }

    // spec: A01-15, CNS-31
    #[test]
    fn a_single_filter_is_part_of_the_create_subject() {
        let prefix = ApiPrefix::default();

        assert_eq!(prefix.consumer_create("S", "c", None), "$JS.API.CONSUMER.CREATE.S.c");
        assert_eq!(
            prefix.consumer_create("S", "c", Some("a.*")),
            "$JS.API.CONSUMER.CREATE.S.c.a.*"
        );
    }

    // spec: JSM-44, SCF-01
    #[test]
    fn a_name_is_one_token_and_one_file_name() {
        for bad in ["", "a.b", "a*", ">", "a/b", "a\\b", "a b", "a\tb", "a\r\nb", "a\u{7f}"] {
            assert_eq!(check_name(bad).unwrap_err().kind(), ErrorKind::BadName, "{bad:?}");
        }
        assert!(check_name(&"x".repeat(256)).is_err());
        assert!(check_name(&"x".repeat(255)).is_ok());
        assert!(check_name("ORDERS_é-1").is_ok());
    }
}
