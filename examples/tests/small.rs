//! Every small example prints what its first comment promises.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// The lines between the fences of the first comment.
fn promise(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin").join(format!("{name}.rs"));
    let source = std::fs::read_to_string(file).unwrap();
    let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
    let inside = comment.skip_while(|line| line.trim() != "```text").skip(1);
    let lines = inside.take_while(|line| line.trim() != "```");
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}

async fn keeps_its_promise(name: &str, binary: &str) {
    let promised = promise(name);
    assert!(!promised.is_empty(), "{name} promises nothing");
    let run = Command::new(binary).env_remove("NATS_URL").kill_on_drop(true).output();
    let output = timeout(Duration::from_secs(60), run).await.expect("it ends in time").unwrap();
    let log = String::from_utf8_lossy(&output.stderr);

    assert_eq!(String::from_utf8_lossy(&output.stdout), promised, "{log}");
    assert!(output.status.success(), "{log}");
}

macro_rules! examples {
    ($($name:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            let binary = env!(concat!("CARGO_BIN_EXE_", stringify!($name)));
            keeps_its_promise(stringify!($name), binary).await;
        }
    )*};
}

examples! {
    actor_call,
    actor_subscriber,
    jetstream_worker,
    publish_subscribe,
    queue_group,
    request_reply,
    service_by_macro,
    supervision,
    traces,
}
