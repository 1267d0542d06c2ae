//! Paths as a shell would read them.

use std::path::PathBuf;

use super::directory::home;
use crate::error::{Error, ErrorKind};

/// The path with `~` at its front and `$NAME` or `${NAME}` anywhere replaced.
pub(super) fn path(text: &str) -> Result<PathBuf, Error> {
    let variable = |name: &str| std::env::var(name).ok();
    expanded(text, home().as_ref().and_then(|home| home.to_str()), variable)
        .map(PathBuf::from)
        .map_err(|rule| Error::new(ErrorKind::BadOptions).on(text).detail(rule))
}

fn expanded(
    text: &str,
    home: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = text;
    if let Some(behind) = text.strip_prefix('~')
        && (behind.is_empty() || behind.starts_with(['/', '\\']))
    {
        path.push_str(home.ok_or("there is no home directory")?);
        rest = behind;
    }
    while let Some((plain, behind)) = rest.split_once('$') {
        let (name, behind) = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}').ok_or("a brace is not closed")?,
            None => {
                let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                behind.split_at(end.unwrap_or(behind.len()))
            }
        };
        let value = variable(name);
        path.push_str(plain);
        path.push_str(&value.ok_or_else(|| format!("the variable {name:?} is not set"))?);
        rest = behind;
    }
    path.push_str(rest);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(text: &str) -> Result<String, String> {
        expanded(text, Some("/home/ann"), |name| (name == "DIR").then(|| "keys".to_owned()))
    }

    // spec: UTL-03
    #[test]
    fn home_and_variables_are_replaced() {
        for (text, expected) in [
            ("~/a.creds", "/home/ann/a.creds"),
            ("~", "/home/ann"),
            ("~bob/a", "~bob/a"),
            ("/x/~/a", "/x/~/a"),
            ("/x/$DIR/a", "/x/keys/a"),
            ("${DIR}s/$DIR", "keyss/keys"),
            ("plain", "plain"),
        ] {
            assert_eq!(tried(text).unwrap(), expected);
        }
    }

    #[test]
    fn what_cannot_be_replaced_is_told() {
        assert_eq!(tried("$NONE/a").unwrap_err(), "the variable \"NONE\" is not set");
        assert_eq!(tried("a$").unwrap_err(), "the variable \"\" is not set");
        assert_eq!(tried("${DIR").unwrap_err(), "a brace is not closed");
        assert!(expanded("~", None, |_| None).is_err());
    }
}
