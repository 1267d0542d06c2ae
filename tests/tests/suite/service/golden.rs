//! What PING, INFO and STATS answer, to the letter.

use serde_json::{Value, json};

const IDENTITY: [(&str, &str); 2] = [("name", "demo"), ("version", "1.2.3")];

pub(crate) fn ping(id: &str) -> Value {
    let mut answer = json!({
        "type": "io.nats.micro.v1.ping_response",
        "id": id,
        "metadata": { "team": "tests" },
    });
    for (key, value) in IDENTITY {
        answer[key] = value.into();
    }
    answer
}

pub(crate) fn info(id: &str) -> Value {
    let mut answer = ping(id);
    answer["type"] = "io.nats.micro.v1.info_response".into();
    answer["description"] = "Shows what a service can do.".into();
    answer["endpoints"] = endpoints()
        .map(|(name, subject, queue_group)| {
            let metadata = if name == "echo" { json!({ "kind": "mirror" }) } else { json!({}) };
            json!({
                "name": name,
                "subject": subject,
                "queue_group": queue_group,
                "metadata": metadata,
            })
        })
        .collect();
    answer
}

/// Of an instance that has answered nothing.
pub(crate) fn stats(id: &str, started: &str) -> Value {
    let mut answer = ping(id);
    answer["type"] = "io.nats.micro.v1.stats_response".into();
    answer["started"] = started.into();
    answer["endpoints"] = endpoints()
        .map(|(name, subject, queue_group)| {
            json!({
                "name": name,
                "subject": subject,
                "queue_group": queue_group,
                "num_requests": 0,
                "num_errors": 0,
                "last_error": "",
                "processing_time": 0,
                "average_processing_time": 0,
            })
        })
        .collect();
    answer
}

fn endpoints() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    [
        ("echo", "demo.v1.echo", "q"),
        ("add", "demo.v1.*.*.add", "q"),
        ("find", "demo.v1.*.find", "q"),
        ("panics", "demo.v1.panics", "q"),
        ("two_lines", "demo.v1.two_lines", "q"),
        ("gated", "demo.v1.gated", "q"),
        ("forever", "demo.v1.forever", "q"),
        ("bomb", "demo.v1.bomb", "q"),
        ("milliseconds_left", "demo.v1.milliseconds_left", "q"),
        ("zeros", "demo.v1.zeros", "q"),
        ("everybody", "demo.v1.everybody", ""),
    ]
    .into_iter()
}
