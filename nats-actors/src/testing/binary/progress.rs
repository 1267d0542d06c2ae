//! What the search tells whoever waits for the tests.

#[expect(clippy::print_stderr, reason = "one line of progress, before minutes of silence")]
pub(super) fn say(line: &str) {
    eprintln!("nats-actors testing: {line}");
}
