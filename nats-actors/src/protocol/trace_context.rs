//! The trace that a message belongs to (W3C Trace Context).

use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};

use super::header_name::{TRACEPARENT, TRACESTATE};
use super::headers::Headers;
use super::message::Message;
use super::trace_state;

/// Which trace a message belongs to, and which step of it sent the message: the headers `traceparent` and `tracestate` of
/// [W3C Trace Context](https://www.w3.org/TR/trace-context/).
///
/// `Display` is the value of `traceparent`. What is read from headers follows the rules of the standard: names in any case,
/// a malformed or repeated `traceparent` is none, of a later version what this one knows is taken, a `tracestate` that breaks
/// a rule is left out. Nothing that a peer sends is an error.
///
/// ```
/// use nats_actors::protocol::{Headers, TraceContext};
///
/// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let trace = TraceContext::parse(parent).expect("it is well formed");
/// assert!(trace.is_sampled());
/// assert_eq!(trace.span_id().get(), 0x00f0_67aa_0ba9_02b7);
///
/// let mut headers = Headers::new();
/// trace.write(&mut headers);
/// assert_eq!(headers.get("traceparent"), Some(parent));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: NonZeroU128,
    span_id: NonZeroU64,
    flags: u8,
    state: Option<Box<str>>,
}

/// Bytes of a `traceparent` of version 00.
const LEN: usize = 55;
const SAMPLED: u8 = 1;
/// The flags that the standard knows: sampled, and an id that is random.
const FLAGS: u8 = 3;

impl TraceContext {
    /// A step of a trace; `sampled` asks whoever gets it to record what it does.
    #[must_use]
    pub const fn new(trace_id: NonZeroU128, span_id: NonZeroU64, sampled: bool) -> Self {
        Self { trace_id, span_id, flags: if sampled { SAMPLED } else { 0 }, state: None }
    }

    /// Reads the value of a `traceparent`; none if it is malformed.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        let text = traceparent.as_bytes();
        let version = hex(text.get(..2)?)?;
        let is_whole = match (version, text.get(LEN)) {
            (0xff, _) => false,
            (0, rest) => rest.is_none(),
            (_, rest) => rest.is_none_or(|byte| *byte == b'-'),
        };
        let dashes = [2, 35, 52].into_iter().all(|at| text.get(at) == Some(&b'-'));
        if !is_whole || !dashes {
            return None;
        }
        Some(Self {
            trace_id: NonZeroU128::new(hex(text.get(3..35)?)?)?,
            span_id: NonZeroU64::new(u64::try_from(hex(text.get(36..52)?)?).ok()?)?,
            flags: u8::try_from(hex(text.get(53..LEN)?)?).ok()? & FLAGS,
            state: None,
        })
    }

    /// The trace of a received message; none if it names none, or not by the rules.
    ///
    /// A message without headers costs one look.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        if message.has_headers() { Self::from_headers(&message.headers_lossy()) } else { None }
    }

    /// The trace that headers name; none if they name none, or not by the rules.
    #[must_use]
    pub fn from_headers(headers: &Headers) -> Option<Self> {
        let mut parents = headers.get_all_ignore_case(TRACEPARENT);
        let (parent, None) = (parents.next()?, parents.next()) else { return None };
        let state = trace_state::combine(headers.get_all_ignore_case(TRACESTATE));
        Some(Self { state, ..Self::parse(parent)? })
    }

    /// Sets the headers to this trace, in place of one that they may name.
    pub fn write(&self, headers: &mut Headers) {
        headers.remove_ignore_case(TRACEPARENT);
        headers.remove_ignore_case(TRACESTATE);
        headers.push(TRACEPARENT, &self.to_string());
        if let Some(state) = &self.state {
            headers.push(TRACESTATE, state);
        }
    }

    /// The next step of the same trace.
    #[must_use]
    pub fn child(&self, span_id: NonZeroU64) -> Self {
        Self { span_id, ..self.clone() }
    }

    /// Which trace it is.
    #[must_use]
    pub const fn trace_id(&self) -> NonZeroU128 {
        self.trace_id
    }

    /// Which step of the trace it is: the parent of what is made of it.
    #[must_use]
    pub const fn span_id(&self) -> NonZeroU64 {
        self.span_id
    }

    /// Whether the one who sent it records the trace. Accounts may let servers report on such messages (ADR-41).
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// What tracing systems keep with the trace, as it goes on the wire.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

/// The number that lower case digits make; at most 32 of them fit.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0_u128, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(lines: &[(&str, &str)]) -> Option<TraceContext> {
        let mut headers = Headers::new();
        lines.iter().for_each(|(name, value)| headers.append(name, value).unwrap());
        TraceContext::from_headers(&headers)
    }

    // spec: UTL-06, EVT-18
    #[test]
    fn a_parent_is_read_and_written_as_it_was() {
        let trace = TraceContext::parse(PARENT).unwrap();

        assert_eq!(trace.to_string(), PARENT);
        assert_eq!(trace.trace_id().get(), 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert!(trace.is_sampled());
        let next = trace.child(NonZeroU64::MIN);
        assert_eq!(next.to_string(), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01");
    }

    #[test]
    fn what_breaks_a_rule_is_no_parent() {
        for bad in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        ] {
            assert_eq!(TraceContext::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn of_a_later_version_is_taken_what_this_one_knows() {
        for later in [
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-f9-what-is-to-come",
        ] {
            assert_eq!(TraceContext::parse(later).unwrap().to_string(), PARENT);
        }
    }

    #[test]
    fn headers_are_found_in_any_case_and_a_second_parent_makes_none() {
        let found = of(&[("Traceparent", PARENT), ("Tracestate", "a=1"), ("TraceState", "b=2")]);
        assert_eq!(found.unwrap().state(), Some("a=1,b=2"));

        assert_eq!(of(&[("traceparent", PARENT), ("TraceParent", PARENT)]), None);
        assert_eq!(of(&[("tracestate", "a=1")]), None);
        let bare = of(&[("traceparent", PARENT), ("tracestate", "not a member")]);
        assert_eq!(bare.unwrap().state(), None);
    }

    #[test]
    fn writing_replaces_whatever_trace_there_was() {
        let trace = of(&[("traceparent", PARENT), ("tracestate", "a=1")]).unwrap();
        let mut headers = Headers::new();
        for name in ["Traceparent", "traceparent", "TRACESTATE", "Other"] {
            headers.append(name, "old").unwrap();
        }
        trace.write(&mut headers);

        let expected = [("Other", "old"), ("traceparent", PARENT), ("tracestate", "a=1")];
        assert_eq!(headers.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_message_tells_its_trace_even_beside_malformed_headers() {
        let block = format!("NATS/1.0\r\nbad line\r\ntraceparent: {PARENT}\r\n\r\n");
        let frame = bytes::Bytes::from(format!("a{block}x"));
        let layout = crate::protocol::MessageLayout::packed(1, 0, block.len());
        let message = Message::from_frame(frame, layout).unwrap();

        assert!(message.headers().is_err());
        assert_eq!(TraceContext::of(&message).unwrap().to_string(), PARENT);
        assert_eq!(TraceContext::of(&Message::new("a", None, None, b"")), None);
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_so_that_it_reads_the_same(text in ".{0,80}") {
            if let Some(trace) = TraceContext::parse(&text) {
                prop_assert_eq!(TraceContext::parse(&trace.to_string()), Some(trace));
            }
        }

        #[test]
        fn every_context_goes_both_ways(trace in 1_u128.., span in 1_u64.., sampled: bool) {
            let (trace, span) = (trace.try_into().unwrap(), span.try_into().unwrap());
            let context = TraceContext::new(trace, span, sampled);
            prop_assert_eq!(TraceContext::parse(&context.to_string()), Some(context));
        }
    }
}
