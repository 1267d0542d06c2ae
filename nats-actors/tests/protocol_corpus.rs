//! Replays what fuzzing has found, so that it stays found without a fuzzer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]
#![allow(unreachable_pub, reason = "the checks are a public module of the fuzz package")]

#[path = "../../fuzz/src/checks.rs"]
mod checks;
#[path = "../../fuzz/src/text_checks.rs"]
mod text_checks;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn replay(target: &str, check: impl Fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let inputs = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path());
    let checked = inputs.inspect(|path| check(&fs::read(path).unwrap())).count();
    assert!(checked > 0, "there is no corpus for {target}");
}

#[test]
fn each_fuzz_target_has_a_corpus_that_is_replayed() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let targets = names("fuzz_targets");
    assert_eq!(targets, names("corpus"));
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for target in targets {
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target} is not built");
        let replayed = include_str!("protocol_corpus.rs").contains(&format!("replay(\"{target}\""));
        assert!(replayed, "{target} is not replayed");
    }
}

// spec: W-20, TRN-15, TRN-19, TRN-20
#[test]
fn any_bytes_of_a_server_are_read_alike_however_they_arrive() {
    replay("server_ops", checks::server_ops);
}

// spec: W-20, HDR-02
#[test]
fn any_header_block_is_read_or_refused() {
    replay("headers", checks::headers);
}

// spec: W-01, W-28
#[test]
fn any_server_information_and_any_error_text_is_read_or_refused() {
    replay("info", checks::info);
}

// spec: W-06, TRN-17
#[test]
fn any_bytes_of_a_client_are_read_or_not() {
    replay("client_frames", text_checks::client_frames);
}

// spec: W-14, W-15, A07-06
#[test]
fn any_name_is_one_or_not() {
    replay("subjects", text_checks::subjects);
}

// spec: A40-01, A07-06
#[test]
fn any_address_is_read_or_refused_and_shows_no_login() {
    replay("addresses", text_checks::addresses);
}

// spec: SEC-10, SEC-13, A07-06
#[test]
fn any_creds_file_is_read_or_refused_and_shows_no_seed() {
    replay("creds", text_checks::creds);
}

// spec: W-28, A07-06
#[test]
fn any_complaint_is_one_line() {
    replay("errors", text_checks::errors);
}
