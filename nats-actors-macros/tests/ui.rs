//! What the compiler says to misuse, and what it accepts. `TRYBUILD=overwrite` rewrites the texts.
#![allow(missing_docs, reason = "a test crate")]

#[test]
fn misuse_is_explained_and_use_compiles() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/*/pass/*.rs");
    cases.compile_fail("tests/ui/*/fail/*.rs");
}
