//! The list of all that can be awaited, and the test that drops it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything public that is awaited or polled, by layer, and the test of this folder that drops it at each of its polls.
const DROPPED: &[(&str, &[&str])] = &[
    ("connect_dropped_at_each_poll", &["client::Connect"]),
    ("connect_by_each_way_dropped_at_each_poll", &["client::Connect"]),
    (
        "contexts_dropped_at_each_poll",
        &[
            "auth::Credentials::read_creds",
            "context::Context::connect",
            "context::Context::load",
            "context::Context::resolve",
            "context::connect",
        ],
    ),
    ("publish_dropped_while_it_waits_for_room", &["client::Publish", "client::PublishFuture"]),
    ("a_confirmed_publish_dropped_at_each_poll", &["client::ConfirmedPublish"]),
    (
        "advisories_dropped_at_each_poll",
        &["advisory::Advisories", "advisory::Advisories::next", "advisory::SubscribeAdvisories"],
    ),
    ("a_sink_dropped_at_each_poll", &["client::PublishSink"]),
    ("request_dropped_at_each_poll", &["client::Request", "client::RequestFuture"]),
    (
        "request_many_dropped_at_each_poll",
        &["client::RequestMany", "client::Responses", "client::Responses::next"],
    ),
    ("asking_again_dropped_at_each_poll", &["client::RequestAgain"]),
    ("all_replies_dropped_at_each_poll", &["client::Responses::all"]),
    ("trace_dropped_at_each_poll", &["client::Trace"]),
    ("call_dropped_at_each_poll", &["actor::RemoteCall"]),
    ("flush_and_rtt_dropped_at_each_poll", &["client::Client::rtt", "client::Flush"]),
    ("subscribe_dropped_at_each_poll", &["client::Subscribe", "client::Subscribe::for_each"]),
    (
        "delivery_to_an_actor_dropped_at_each_poll",
        &["actor::Subscribe::answer_from", "actor::Subscribe::deliver_to"],
    ),
    (
        "next_dropped_at_each_poll_loses_nothing",
        &[
            "subscription::Subscription",
            "subscription::Subscription::next",
            "subscription::Subscription::next_batch",
        ],
    ),
    (
        "waits_of_a_subscription_dropped_at_each_poll",
        &["subscription::Subscription::next_within", "subscription::SubscriptionHandle::ended"],
    ),
    ("drain_of_a_subscription_dropped_at_each_poll", &["subscription::SubscriptionHandle::drain"]),
    (
        "events_and_states_dropped_at_each_poll",
        &[
            "client::Client::closed",
            "connection::Events",
            "connection::Events::next",
            "connection::StateWatch::changed",
            "connection::StateWatch::closed",
            "connection::StateWatch::connected",
        ],
    ),
    ("close_dropped_at_each_poll", &["client::Close"]),
    ("drain_dropped_at_each_poll", &["client::Drain"]),
    (
        "operations_on_streams_dropped_at_each_poll",
        &[
            "jetstream::JetStream::account",
            "jetstream::JetStream::create_or_update_stream",
            "jetstream::JetStream::create_stream",
            "jetstream::JetStream::delete_stream",
            "jetstream::JetStream::stream",
            "jetstream::JetStream::stream_by_subject",
            "jetstream::JetStream::update_stream",
            "jetstream::Publish",
            "jetstream::Purge",
            "jetstream::Stream::delete",
            "jetstream::Stream::delete_message",
            "jetstream::Stream::erase_message",
            "jetstream::Stream::info",
            "jetstream::Stream::last_message",
            "jetstream::Stream::message",
        ],
    ),
    (
        "operations_on_consumers_dropped_at_each_poll",
        &[
            "jetstream::Consumer::delete",
            "jetstream::Consumer::info",
            "jetstream::Stream::consumer",
            "jetstream::Stream::create_consumer",
            "jetstream::Stream::create_or_update_consumer",
            "jetstream::Stream::delete_consumer",
            "jetstream::Stream::update_consumer",
        ],
    ),
    ("messages_dropped_while_they_begin", &["jetstream::StartMessages"]),
    (
        "waits_for_deliveries_dropped_at_each_poll",
        &[
            "jetstream::Messages",
            "jetstream::Messages::next",
            "jetstream::Messages::next_batch",
            "jetstream::MessagesControl::wait_for",
            "jetstream::MessagesEvents",
            "jetstream::MessagesEvents::next",
        ],
    ),
    (
        "settlements_dropped_at_each_poll",
        &["jetstream::DoubleAck", "jetstream::Nak", "jetstream::Settle", "jetstream::Term"],
    ),
    (
        "ends_of_messages_dropped_at_each_poll",
        &["jetstream::MessagesControl::drain", "jetstream::MessagesControl::stop"],
    ),
    ("start_of_a_service_dropped_at_each_poll", &["service::start"]),
    (
        "calls_and_waits_of_a_service_dropped_at_each_poll",
        &["service::Call", "service::RunningService::ended"],
    ),
    ("drain_of_a_service_dropped_at_each_poll", &["service::RunningService::drain"]),
    (
        "waits_and_ends_of_a_consumer_dropped_at_each_poll",
        &[
            "worker::ConsumerHandle::wait_up",
            "worker::RunningConsumer::abort",
            "worker::RunningConsumer::drain",
        ],
    ),
    ("start_of_an_application_dropped_at_each_poll", &["app::App::start"]),
    (
        "waits_and_ends_of_an_application_dropped_at_each_poll",
        &[
            "app::Running::abort",
            "app::Running::drain",
            "app::Running::drain_within",
            "app::Running::ready",
            "app::Running::wait",
        ],
    ),
    (
        "a_supervisor_dropped_at_each_poll",
        &[
            "supervisor::Events::next",
            "supervisor::Slot::wait_up",
            "supervisor::SupervisorHandle::abort",
            "supervisor::SupervisorHandle::drain",
            "supervisor::SupervisorHandle::ended",
        ],
    ),
];

/// What is not dropped by a test, and why.
const NOT_DROPPED: &[(&str, &[&str])] = &[
    (
        "it is start, wait and drain, and the signals of the process",
        &["app::App::main", "app::App::run"],
    ),
    (
        "it looks at a flag and has nothing to leave behind",
        &[
            "app::TaskContext::pause",
            "app::TaskContext::shutdown",
            "app::TaskContext::unless_shutdown",
            "supervisor::StopSignal::stopped",
            "worker::Lease::lost",
        ],
    ),
    ("it runs a handler, without a server", &["service::TestService::reply_to"]),
    ("it belongs to a supervisor's child that starts", &["supervisor::Life::spawn"]),
    ("it is a message to an actor of the user's own", &["supervisor::Slot::call"]),
];

/// What can be awaited and is in neither list fails here: drop it in a test, and name it above.
// spec: G-03
#[test]
fn everything_that_can_be_awaited_is_dropped_by_a_test() {
    let listed = DROPPED.iter().chain(NOT_DROPPED).flat_map(|(_, names)| *names);
    let listed: BTreeSet<String> = listed.map(|name| (*name).to_owned()).collect();
    let found = all_that_can_be_awaited();
    assert!(found.len() > 80, "the search is broken: {found:?}");
    let missing: Vec<_> = found.difference(&listed).collect();
    assert!(missing.is_empty(), "no test drops {missing:?}");
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(gone.is_empty(), "these are no more: {gone:?}");

    let here =
        sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/reliability/cancel"));
    let tests: String = here.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for (test, _) in DROPPED {
        assert!(tests.contains(&format!("async fn {test}()")), "there is no test `{test}`");
    }
}

/// Public async functions, and public types that are futures, become one, or are streams or sinks.
fn all_that_can_be_awaited() -> BTreeSet<String> {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nats-actors/src");
    let mut found = BTreeSet::new();
    for path in sources(library.clone()) {
        let layer = path.strip_prefix(&library).unwrap().iter().next().unwrap();
        let layer = layer.to_str().unwrap();
        // Its futures are the fixture's, which a test that fails drops.
        if layer != "testing" {
            found.extend(awaited_in(&fs::read_to_string(&path).unwrap(), layer));
        }
    }
    found
}

fn awaited_in(text: &str, layer: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let (mut found, mut owner) = (Vec::new(), None);
    for line in code.lines() {
        if line.starts_with("impl") {
            let name = implementor(line);
            let is_awaited =
                ["Future for ", "Stream for ", "Sink<"].iter().any(|of| line.contains(of));
            if is_awaited && code.contains(&format!("pub struct {name}")) {
                found.push(format!("{layer}::{name}"));
            }
            owner = Some(name);
        } else if line.starts_with('}') {
            owner = None;
        } else if let Some(rest) = line.trim_start().strip_prefix("pub async fn ") {
            let function = identifier(rest);
            let of = owner.map_or_else(String::new, |owner| format!("{owner}::"));
            found.push(format!("{layer}::{of}{function}"));
        }
    }
    found
}

/// The type that the head of an `impl` block names.
fn implementor(head: &str) -> &str {
    if let Some((_, implementor)) = head.split_once(" for ") {
        return identifier(implementor);
    }
    let mut depth = 0_usize;
    let rest = head.trim_start_matches("impl");
    let end = rest.find(|letter| {
        depth = match letter {
            '<' => depth + 1,
            '>' => depth - 1,
            _ => depth,
        };
        depth == 0 && letter == ' '
    });
    identifier(&rest[end.unwrap() + 1..])
}

fn identifier(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let (mut folders, mut sources) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}
