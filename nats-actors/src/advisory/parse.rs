//! From JSON to an advisory.

use std::time::SystemTime;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::event::{Advisory, AdvisoryEvent};
use crate::jetstream::time;
use crate::protocol::Message;

/// What all of them have.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(rename = "type")]
    schema: String,
    id: String,
    #[serde(with = "time::option")]
    timestamp: Option<SystemTime>,
    account: Option<String>,
    domain: Option<String>,
}

impl Advisory {
    /// Reads a message of a server. One that is none, or that this version does not know, is
    /// [`Unknown`](AdvisoryEvent::Unknown): nothing is an error, and nothing is lost.
    #[must_use]
    pub fn parse(message: &Message) -> Self {
        let (subject, json) = (message.subject(), message.payload());
        let head: Head = serde_json::from_slice(json).unwrap_or_default();
        let event = event(&head.schema, subject, json);
        Self {
            subject: subject.to_owned(),
            event: event.unwrap_or_else(|| AdvisoryEvent::Unknown(message.payload_bytes())),
            schema: head.schema,
            id: head.id,
            time: head.timestamp,
            account: head.account,
            domain: head.domain,
        }
    }
}

fn event(schema: &str, subject: &str, json: &[u8]) -> Option<AdvisoryEvent> {
    if let Some(kind) = schema.strip_prefix("io.nats.jetstream.") {
        jetstream(kind, json)
    } else if let Some(kind) = schema.strip_prefix("io.nats.server.") {
        server(kind, subject, json)
    } else if subject.starts_with("$SYS.SERVER.") {
        match subject.rsplit('.').next()? {
            "LAMEDUCK" => read(json, AdvisoryEvent::LameDuck),
            "SHUTDOWN" => read(json, AdvisoryEvent::Shutdown),
            _ => None,
        }
    } else {
        None
    }
}

fn jetstream(kind: &str, json: &[u8]) -> Option<AdvisoryEvent> {
    use AdvisoryEvent as Event;
    match kind {
        "advisory.v1.api_audit" => read(json, Event::ApiAudit),
        "advisory.v1.api_limit_reached" => read(json, Event::ApiLimitReached),
        "advisory.v1.stream_action" => read(json, Event::StreamAction),
        "advisory.v1.stream_leader_elected" => read(json, Event::StreamLeaderElected),
        "advisory.v1.stream_quorum_lost" => read(json, Event::StreamQuorumLost),
        "advisory.v1.stream_batch_abandoned" => read(json, Event::BatchAbandoned),
        "advisory.v1.snapshot_create" => read(json, Event::SnapshotCreate),
        "advisory.v1.snapshot_complete" => read(json, Event::SnapshotComplete),
        "advisory.v1.restore_create" => read(json, Event::RestoreCreate),
        "advisory.v1.restore_complete" => read(json, Event::RestoreComplete),
        "advisory.v1.consumer_action" => read(json, Event::ConsumerAction),
        "advisory.v1.consumer_pause" => read(json, Event::ConsumerPause),
        "advisory.v1.consumer_leader_elected" => read(json, Event::ConsumerLeaderElected),
        "advisory.v1.consumer_quorum_lost" => read(json, Event::ConsumerQuorumLost),
        "advisory.v1.consumer_group_pinned" => read(json, Event::ConsumerPinned),
        "advisory.v1.consumer_group_unpinned" => read(json, Event::ConsumerUnpinned),
        "advisory.v1.max_deliver" => read(json, Event::MaxDeliveries),
        "advisory.v1.nak" => read(json, Event::MessageNaked),
        "advisory.v1.terminated" => read(json, Event::MessageTerminated),
        "advisory.v1.domain_leader_elected" => read(json, Event::DomainLeaderElected),
        "advisory.v1.server_out_of_space" => read(json, Event::ServerOutOfStorage),
        "advisory.v1.server_removed" => read(json, Event::ServerRemoved),
        "advisory.v1.meta_rescue" => read(json, Event::MetaRescue),
        "metric.v1.consumer_ack" => read(json, Event::ConsumerAck),
        _ => None,
    }
}

/// Who is not let in is told in the shape of a disconnect, on a subject of its own.
fn server(kind: &str, subject: &str, json: &[u8]) -> Option<AdvisoryEvent> {
    use AdvisoryEvent as Event;
    match kind {
        "advisory.v1.client_connect" => read(json, Event::ClientConnected),
        "advisory.v1.client_disconnect" if subject.ends_with(".CLIENT.AUTH.ERR") => {
            read(json, Event::AuthenticationFailed)
        }
        "advisory.v1.client_disconnect" => read(json, Event::ClientDisconnected),
        "advisory.v1.account_connections" => read(json, Event::AccountConnections),
        "metric.v1.service_latency" => read(json, Event::ServiceLatency),
        _ => None,
    }
}

fn read<T: DeserializeOwned>(
    json: &[u8],
    event: impl FnOnce(T) -> AdvisoryEvent,
) -> Option<AdvisoryEvent> {
    serde_json::from_slice(json).ok().map(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::{Action, StreamAction};

    fn parse(subject: &str, json: &str) -> Advisory {
        Advisory::parse(&Message::new(subject, None, None, json.as_bytes()))
    }

    const SCHEMAS: [&str; 28] = [
        "io.nats.jetstream.advisory.v1.api_audit",
        "io.nats.jetstream.advisory.v1.api_limit_reached",
        "io.nats.jetstream.advisory.v1.stream_action",
        "io.nats.jetstream.advisory.v1.stream_leader_elected",
        "io.nats.jetstream.advisory.v1.stream_quorum_lost",
        "io.nats.jetstream.advisory.v1.stream_batch_abandoned",
        "io.nats.jetstream.advisory.v1.snapshot_create",
        "io.nats.jetstream.advisory.v1.snapshot_complete",
        "io.nats.jetstream.advisory.v1.restore_create",
        "io.nats.jetstream.advisory.v1.restore_complete",
        "io.nats.jetstream.advisory.v1.consumer_action",
        "io.nats.jetstream.advisory.v1.consumer_pause",
        "io.nats.jetstream.advisory.v1.consumer_leader_elected",
        "io.nats.jetstream.advisory.v1.consumer_quorum_lost",
        "io.nats.jetstream.advisory.v1.consumer_group_pinned",
        "io.nats.jetstream.advisory.v1.consumer_group_unpinned",
        "io.nats.jetstream.advisory.v1.max_deliver",
        "io.nats.jetstream.advisory.v1.nak",
        "io.nats.jetstream.advisory.v1.terminated",
        "io.nats.jetstream.advisory.v1.domain_leader_elected",
        "io.nats.jetstream.advisory.v1.server_out_of_space",
        "io.nats.jetstream.advisory.v1.server_removed",
        "io.nats.jetstream.advisory.v1.meta_rescue",
        "io.nats.jetstream.metric.v1.consumer_ack",
        "io.nats.server.advisory.v1.client_connect",
        "io.nats.server.advisory.v1.client_disconnect",
        "io.nats.server.advisory.v1.account_connections",
        "io.nats.server.metric.v1.service_latency",
    ];

    // spec: UTL-16, A02-01
    #[test]
    fn every_type_is_known_with_few_fields_and_with_new_ones() {
        for schema in SCHEMAS {
            for more in
                ["", r#","unheard":{"of":[1]},"timestamp":"2026-01-02T03:04:05Z","domain":"hub""#]
            {
                let advisory = parse("a", &format!(r#"{{"type":"{schema}","id":"7"{more}}}"#));
                let is_known = !matches!(advisory.event, AdvisoryEvent::Unknown(_));
                assert!(is_known, "{advisory:?}");
                assert_eq!((&*advisory.schema, &*advisory.id), (schema, "7"));
                assert_eq!(advisory.time.is_some(), !more.is_empty());
                assert_eq!(advisory.domain.is_some(), !more.is_empty());
            }
        }
    }

    // spec: UTL-16, A02-01
    #[test]
    fn what_is_not_understood_is_unknown_and_kept() {
        for json in [
            "",
            "{",
            "[1]",
            "{}",
            r#"{"type":7}"#,
            r#"{"type":"io.nats.unheard.of"}"#,
            r#"{"type":"io.nats.jetstream.advisory.v1.nak","stream":7}"#,
            r#"{"type":"io.nats.jetstream.advisory.v1.nak","stream_seq":-1}"#,
        ] {
            let advisory = parse("$JS.EVENT.ADVISORY.X", json);
            assert_eq!(advisory.event, AdvisoryEvent::Unknown(json.as_bytes().to_vec().into()));
        }
    }

    // spec: UTL-16
    #[test]
    fn the_subject_tells_what_has_no_type_and_who_is_not_let_in() {
        let server = r#"{"name":"n1","host":"h","id":"NX","ver":"2.15.1","seq":7,"flags":3}"#;
        let AdvisoryEvent::LameDuck(event) = parse("$SYS.SERVER.NX.LAMEDUCK", server).event else {
            panic!("not a lame duck");
        };
        assert_eq!((&*event.name, &*event.id, &*event.version), ("n1", "NX", "2.15.1"));
        let event = parse("$SYS.SERVER.NX.SHUTDOWN", server).event;
        assert!(matches!(event, AdvisoryEvent::Shutdown(_)));
        let event = parse("$SYS.SERVER.NX.STATSZ", server).event;
        assert!(matches!(event, AdvisoryEvent::Unknown(_)));

        let json =
            r#"{"type":"io.nats.server.advisory.v1.client_disconnect","client":{"jwt":"x"}}"#;
        for (subject, fails) in [
            ("$SYS.SERVER.NX.CLIENT.AUTH.ERR", true),
            ("$SYS.ACCOUNT.CLIENT.AUTH.ERR", true),
            ("$SYS.ACCOUNT.A.DISCONNECT", false),
        ] {
            let event = parse(subject, json).event;
            assert_eq!(matches!(event, AdvisoryEvent::AuthenticationFailed(_)), fails);
            assert_eq!(matches!(event, AdvisoryEvent::ClientDisconnected(_)), !fails);
        }
    }

    #[test]
    fn an_action_may_be_one_of_later() {
        let json = r#"{"type":"io.nats.jetstream.advisory.v1.stream_action","stream":"S","action":"moved"}"#;
        let expected = StreamAction { stream: "S".to_owned(), action: Action::Unknown };
        assert_eq!(parse("a", json).event, AdvisoryEvent::StreamAction(expected));
    }
}
