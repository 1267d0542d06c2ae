//! Who may name whom.

use crate::code;
use crate::repository::Source;

/// Every layer, and the layers below it that it may name. Lowest first.
#[rustfmt::skip]
const LAYERS: [(&str, &str); 24] = [
    ("protocol", ""),
    ("supervisor", ""),
    ("session", "protocol"),
    ("error", "protocol"),
    ("codec", "protocol"),
    ("auth", "protocol error"),
    ("propagation", "protocol"),
    ("options", "protocol session error auth propagation"),
    ("connection", "protocol supervisor session error auth options"),
    ("subscription", "protocol propagation supervisor session error auth options connection"),
    ("client", "protocol codec propagation supervisor session error auth options connection subscription"),
    ("actor", "protocol codec error subscription client"),
    ("jetstream", "protocol supervisor session error options connection subscription client"),
    ("advisory", "protocol error subscription client jetstream"),
    ("kv", "protocol error options subscription client jetstream"),
    ("object_store", "protocol error options subscription client jetstream"),
    ("context", "error auth options client jetstream"),
    ("handler", "protocol codec error client"),
    ("service", "protocol propagation supervisor error options subscription client handler"),
    ("worker", "protocol propagation supervisor error options subscription client jetstream kv object_store handler"),
    ("app", "protocol supervisor error auth options connection subscription client actor jetstream kv object_store context handler service worker"),
    ("testing", ""),
    ("macros", ""),
    ("macro_support", "protocol supervisor error options subscription client actor jetstream kv object_store handler service worker app"),
];

/// The layers that do no I/O and read no clock: time is an argument.
const SANS_IO: [&str; 2] = ["protocol", "session"];

/// What a sans-io layer must not mention.
const IO: [&str; 4] = ["tokio", "ractor", "async fn", "std::net"];

/// What it must not mention outside its tests, which need a time to begin with.
const CLOCKS: [&str; 2] = ["Instant::now", "SystemTime::now"];

/// Code names other layers as `crate::layer::…`, and only layers below its own.
pub(crate) fn names_only_below(source: &Source) -> Vec<String> {
    let Some((layer, below)) = layer_of(&source.path) else { return Vec::new() };
    let mut found = Vec::new();
    if source.code.contains("crate::{") {
        found.push("`use crate::{…}` hides layers: write one `use` per module".to_owned());
    }
    for name in code::names_after(&source.code, "crate::") {
        let known = LAYERS.iter().any(|(other, _)| *other == name);
        let fixture = name == "testing" && source.path.ends_with("tests.rs");
        if known && name != layer && !fixture && !below.split(' ').any(|lower| lower == name) {
            found.push(format!("layer `{layer}` must not name `crate::{name}`"));
        } else if !known && name != "{" {
            found.push(format!("name the layer, not the re-export `crate::{name}`"));
        }
    }
    if is_layer_root(&source.path) {
        for name in code::names_after(&source.code, "super::") {
            if LAYERS.iter().any(|(other, _)| *other == name && *other != layer) {
                found.push(format!("write `crate::{name}`, not `super::{name}`"));
            }
        }
    }
    if source.code.contains("super::super::") {
        found.push("`super::super::` hides what is named: write `crate::…`".to_owned());
    }
    found
}

/// A module that is in no layer is a module that nothing checks.
pub(crate) fn belongs_to_a_layer(source: &Source) -> Vec<String> {
    if source.path == "lib.rs" || layer_of(&source.path).is_some() {
        return Vec::new();
    }
    vec!["this module is no layer: add it to the table in tests/architecture/layers.rs".to_owned()]
}

/// Sans-io layers compile without a runtime; this also keeps sockets and clocks of `std` out.
pub(crate) fn does_no_io(source: &Source) -> Vec<String> {
    let Some((layer, _)) = layer_of(&source.path) else { return Vec::new() };
    if !SANS_IO.contains(&layer) {
        return Vec::new();
    }
    let tests = if source.path.contains("/tests") { 0 } else { source.code.len() };
    let tests = source.code.find("#[cfg(test)]").unwrap_or(tests);
    let io = IO.iter().filter(|name| code::mentions(&source.code, name));
    let clocks = CLOCKS.iter().filter(|name| code::mentions(&source.code[..tests], name));
    io.chain(clocks)
        .map(|name| format!("sans-io layer `{layer}` must not mention `{name}`"))
        .collect()
}

fn layer_of(path: &str) -> Option<(&'static str, &'static str)> {
    let first = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    LAYERS.iter().find(|(layer, _)| *layer == first).copied()
}

/// Whether `super` is the crate itself: `error.rs` or `client/mod.rs`.
fn is_layer_root(path: &str) -> bool {
    match path.split_once('/') {
        None => true,
        Some((_, file)) => file == "mod.rs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(path: &str, text: &str) -> usize {
        names_only_below(&Source::new(path, text)).len()
    }

    #[test]
    fn a_layer_may_name_itself_and_what_is_below() {
        let text = "use crate::protocol::Subject;\nuse crate::session::Session;\nuse super::state;";
        assert_eq!(violations("session/flush.rs", text), 0);
    }

    #[test]
    fn naming_upward_is_caught_however_it_is_written() {
        assert_eq!(violations("protocol/subject.rs", "use crate::client::Client;"), 1);
        assert_eq!(violations("session/mod.rs", "let c = crate :: client::Client::new();"), 1);
        assert_eq!(violations("session/mod.rs", "use super::connection::Handle;"), 1);
        assert_eq!(violations("session/flush.rs", "use super::super::connection;"), 1);
        assert_eq!(violations("error.rs", "use super::client::Client;"), 1);
        assert_eq!(violations("testing/mod.rs", "pub(in crate::client) fn f() {}"), 1);
    }

    #[test]
    fn grouped_and_root_imports_are_caught() {
        assert_eq!(violations("client/mod.rs", "use crate::{error, options};"), 1);
        assert_eq!(violations("client/mod.rs", "use crate::Error;"), 1);
    }

    #[test]
    fn comments_strings_and_macro_paths_are_not_names() {
        let text =
            "/// See [`crate::client`].\nconst A: &str = \"crate::client\"; $crate::app::run()";
        assert_eq!(violations("protocol/mod.rs", text), 0);
    }

    #[test]
    fn io_in_a_sans_io_layer_is_caught() {
        let io = |path: &str, text: &str| does_no_io(&Source::new(path, text)).len();

        assert_eq!(io("protocol/decode.rs", "use tokio::io;"), 1);
        assert_eq!(io("session/mod.rs", "let now = std::time::Instant::now();"), 1);
        assert_eq!(io("session/mod.rs", "pub async fn wait() {}"), 1);
        assert_eq!(io("session/a.rs", "#[cfg(test)]\nmod tests { Instant::now(); tokio(); }"), 1);
        assert_eq!(io("session/tests/a.rs", "fn start() { Instant::now(); }"), 0);
        assert_eq!(io("session/mod.rs", "// tokio is not here\nlet detokio = 1;"), 0);
        assert_eq!(io("connection/mod.rs", "use tokio::io;"), 0);
    }

    #[test]
    fn a_module_outside_the_table_is_caught() {
        let outside = |path: &str| belongs_to_a_layer(&Source::new(path, "")).len();

        assert_eq!(outside("util/mod.rs"), 1);
        assert_eq!(outside("helpers.rs"), 1);
        assert_eq!(outside("lib.rs") + outside("error.rs") + outside("client/mod.rs"), 0);
    }

    #[test]
    fn the_table_is_in_order() {
        for (place, (layer, below)) in LAYERS.iter().enumerate() {
            for name in below.split_whitespace() {
                let lower = LAYERS.iter().position(|(other, _)| *other == name);
                assert!(lower.is_some_and(|lower| lower < place), "{layer} names {name}");
            }
        }
    }
}
