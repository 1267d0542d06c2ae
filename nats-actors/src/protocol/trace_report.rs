//! What servers report about a traced message (ADR-41).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;

/// What one server did with a traced message.
///
/// Reports are ordered by [`hop`](Self::hop): each server stands behind the one that sent the message to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceReport {
    /// The name of the server.
    pub server: String,
    /// Which way the message took to it: empty for the first server, then `1`, `1.1`, `2`, ….
    pub hop: String,
    /// To how many servers it sent the message on: each of these sends a report of its own.
    pub hops: usize,
    /// The size of headers and payload.
    pub message_size: usize,
    /// What happened, in order; the first is a [`TraceEvent::Ingress`].
    pub events: Vec<TraceEvent>,
}

/// One step of a traced message through a server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum TraceEvent {
    /// The message came in.
    #[serde(rename = "in")]
    #[non_exhaustive]
    Ingress {
        /// The number of the connection, at this server.
        #[serde(default)]
        cid: u64,
        /// The name of the connection.
        #[serde(default)]
        name: String,
        /// The account that it belongs to.
        #[serde(default, rename = "acc")]
        account: String,
        /// The subject as it came.
        #[serde(default, rename = "subj")]
        subject: String,
        /// Why the message went no further, if it did not.
        error: Option<String>,
    },
    /// The subject was mapped to another.
    #[serde(rename = "sm")]
    #[non_exhaustive]
    SubjectMapping {
        /// The new subject.
        to: String,
    },
    /// The message passed a stream export.
    #[serde(rename = "se")]
    #[non_exhaustive]
    StreamExport {
        /// The account that exports.
        #[serde(default, rename = "acc")]
        account: String,
        /// The subject behind it.
        #[serde(default)]
        to: String,
    },
    /// The message passed a service import.
    #[serde(rename = "si")]
    #[non_exhaustive]
    ServiceImport {
        /// The account that serves.
        #[serde(default, rename = "acc")]
        account: String,
        /// The subject before it.
        #[serde(default)]
        from: String,
        /// The subject behind it.
        #[serde(default)]
        to: String,
    },
    /// A stream was to store the message.
    #[serde(rename = "js")]
    #[non_exhaustive]
    JetStream {
        /// The name of the stream.
        #[serde(default)]
        stream: String,
        /// Why it was not stored, if it was not.
        error: Option<String>,
    },
    /// The message went out: to a subscription, or to another server.
    #[serde(rename = "eg")]
    #[non_exhaustive]
    Egress {
        /// The number of the connection, at this server.
        #[serde(default)]
        cid: u64,
        /// The name of the connection, or of the other server.
        #[serde(default)]
        name: String,
        /// The hop of the other server.
        hop: Option<String>,
        /// The subject of the subscription.
        #[serde(rename = "sub")]
        subscription: Option<String>,
        /// Its queue group.
        queue: Option<String>,
        /// Why the message was not delivered, if it was not.
        error: Option<String>,
    },
    /// Something that is not known here.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Wire {
    server: Server,
    #[serde(default)]
    request: Request,
    #[serde(default)]
    hops: usize,
    #[serde(default)]
    events: Vec<TraceEvent>,
}

#[derive(Deserialize)]
struct Server {
    #[serde(default)]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    header: BTreeMap<String, Vec<String>>,
    msgsize: usize,
}

impl TraceReport {
    /// Reads the payload of a report; `None` if it is not one.
    #[must_use]
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let Wire { server, request, hops, events } = serde_json::from_slice(payload).ok()?;
        let hop = request.header.get(super::header_name::TRACE_HOP).and_then(|all| all.first());
        Some(Self {
            server: server.name,
            hop: hop.cloned().unwrap_or_default(),
            hops,
            message_size: request.msgsize,
            events,
        })
    }

    /// Which of two reports comes first on the way of the message.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.way().cmp(other.way())
    }

    /// The hop of the server that sent the message on to this one; `None` for the first.
    #[cfg(feature = "client")]
    pub(crate) fn sender(&self) -> Option<&str> {
        match self.hop.rsplit_once('.') {
            Some((sender, _)) => Some(sender),
            None if self.hop.is_empty() => None,
            None => Some(""),
        }
    }

    fn way(&self) -> impl Iterator<Item = u64> {
        self.hop.split('.').filter_map(|part| part.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(hop: &str) -> TraceReport {
        let json = format!(
            r#"{{"server":{{"name":"s{hop}"}},"request":{{"header":{{"Nats-Trace-Hop":["{hop}"]}},"msgsize":7}},
                "hops":2,"events":[{{"type":"in","cid":4,"acc":"$G","subj":"a","ts":"x"}},{{"type":"new"}},
                {{"type":"eg","cid":5,"sub":"a.>","error":"closed"}}]}}"#
        );
        TraceReport::parse(json.as_bytes()).unwrap()
    }

    // spec: UTL-05
    #[test]
    fn a_report_is_read_with_what_it_does_not_know() {
        let report = report("1.2");
        assert_eq!((&*report.hop, report.hops, report.message_size), ("1.2", 2, 7));
        assert!(
            matches!(&report.events[0], TraceEvent::Ingress { cid: 4, subject, .. } if subject == "a")
        );
        assert_eq!(report.events[1], TraceEvent::Other);
        let refused = |event: &TraceEvent| matches!(event, TraceEvent::Egress { subscription: Some(sub), error: Some(_), .. } if sub == "a.>");
        assert!(refused(&report.events[2]));
        for text in [&b""[..], b"{}", b"[]", br#"{"server":1}"#, b"\xff"] {
            assert_eq!(TraceReport::parse(text), None, "{}", text.escape_ascii());
        }
    }

    // spec: UTL-05
    #[test]
    fn reports_are_ordered_by_their_hops_as_numbers() {
        let mut reports: Vec<_> = ["10", "2.1", "", "2", "1.10", "1.9", "1"].map(report).into();
        reports.sort_by(TraceReport::order);
        let hops: Vec<_> = reports.iter().map(|report| &*report.hop).collect();
        assert_eq!(hops, ["", "1", "1.9", "1.10", "2", "2.1", "10"]);
    }
}
