//! What holds for every input of the protocol layer, tried on many.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use nats_actors::protocol::client_op::{encode_hpub, encode_pub, encode_sub, encode_unsub};
use nats_actors::protocol::{
    ClientFrame, DecodeLimits, Decoded, Headers, Pattern, ServerFrame, Subject, check_subject,
    decode, next_client_frame,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn subject() -> impl Strategy<Value = String> {
    vec("[a-zA-Z0-9_$é-]{1,9}", 1..5).prop_map(|tokens| tokens.join("."))
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), Just(b"\r\nMSG x 1 0\r\n\r\nPING\r\n".to_vec())]
}

fn headers() -> impl Strategy<Value = Headers> {
    vec(("[!-9;-~]{1,9}", "[^\r\n]{0,12}"), 0..4).prop_map(|lines| {
        let mut headers = Headers::new();
        lines.iter().for_each(|(name, value)| headers.append(name, value).unwrap());
        headers
    })
}

/// A frame of a server, in one of the forms that are legal.
fn server_frame() -> impl Strategy<Value = Vec<u8>> {
    let reply = option::of(subject());
    let parts = (any::<bool>(), "[ \t]{1,3}", subject(), any::<u64>(), reply, headers(), payload());
    let message = parts.prop_map(|(plain, blank, subject, sid, reply, headers, payload)| {
        let mut block = Vec::new();
        headers.encode(&mut block);
        let (name, blank) = if plain { ("HMSG", " ") } else { ("hMsg", blank.as_str()) };
        let reply = reply.map_or(String::new(), |reply| blank.to_owned() + &reply);
        let (header_len, total_len) = (block.len(), block.len() + payload.len());
        let lengths = format!("{header_len}{blank}{total_len}");
        let line = format!("{name}{blank}{subject}{blank}{sid}{reply}{blank}{lengths}\r\n");
        [line.as_bytes(), &block, &payload, b"\r\n"].concat()
    });
    let bare = (subject(), payload()).prop_map(|(subject, payload)| {
        let line = format!("MSG {subject} 7 {}\r\n", payload.len());
        [line.as_bytes(), &payload, b"\r\n"].concat()
    });
    let lines = ["PING\r\n", "PONG\r\n", "+OK\r\n", "INFO {}\r\n", "-ERR 'Stale Connection'\r\n"];
    let line = prop::sample::select(lines.to_vec()).prop_map(|line| line.as_bytes().to_vec());
    prop_oneof![message, bare, line]
}

/// Reads all frames of `stream`, of which `step` more bytes are there at every look.
fn frames(stream: &[u8], step: usize) -> Vec<String> {
    let (mut at, mut there, mut found) = (0, 0, Vec::new());
    while at < stream.len() {
        match decode(stream.get(at..there).unwrap(), &DecodeLimits::default()).unwrap() {
            Decoded::Frame { frame, len } => {
                found.push(format!("{frame:?}"));
                at += len;
            }
            Decoded::Incomplete { .. } => {
                assert!(there < stream.len(), "the stream ends with a frame");
                there = stream.len().min(there + step);
            }
            other => panic!("{other:?}"),
        }
    }
    found
}

fn tokens(text: &str) -> Vec<&str> {
    text.split('.').collect()
}

/// Matching in the words of the specification.
fn oracle(pattern: &[&str], subject: &[&str]) -> bool {
    match (pattern, subject) {
        ([], []) => true,
        ([">"], [_, ..]) => true,
        (["*", pattern @ ..], [_, subject @ ..]) => oracle(pattern, subject),
        ([one, pattern @ ..], [other, subject @ ..]) => one == other && oracle(pattern, subject),
        _ => false,
    }
}

/// All subjects of up to four tokens that are `a` or `b`.
fn all_subjects() -> Vec<String> {
    let mut all = vec!["a".to_owned(), "b".to_owned()];
    for _ in 0..3 {
        let longer =
            all.iter().flat_map(|subject| ["a", "b"].map(|end| format!("{subject}.{end}")));
        all = longer.chain(all.iter().cloned()).collect();
    }
    all
}

proptest! {
    // spec: W-07, TRN-15
    #[test]
    fn any_split_gives_the_same_frames(
        stream in vec(server_frame(), 1..6),
        step in 1_usize..40,
    ) {
        let all = stream.concat();
        let whole = frames(&all, all.len());

        prop_assert_eq!(whole.len(), stream.len());
        prop_assert_eq!(frames(&all, step), whole.clone());
        prop_assert_eq!(frames(&all, 1), whole);
    }

    // spec: TRN-19
    #[test]
    fn arbitrary_bytes_give_an_answer(
        name in prop::sample::select(vec!["", "MSG ", "HMSG ", "INFO ", "-ERR ", "PUB ", "HPUB "]),
        bytes in vec(prop_oneof![any::<u8>(), prop::sample::select(b" \t\r\n0123".to_vec())], 0..60),
    ) {
        let bytes = [name.as_bytes(), &bytes].concat();
        if let Ok(Decoded::Frame { len, .. }) = decode(&bytes, &DecodeLimits::default()) {
            prop_assert!(len > 0 && len <= bytes.len());
        }
        if let Some((_, len)) = next_client_frame(&bytes) {
            prop_assert!(len > 0 && len <= bytes.len());
        }
    }

    // spec: W-06, TRN-17
    #[test]
    fn what_is_published_is_found_again(
        subject in subject(),
        reply in option::of(subject()),
        headers in option::of(headers()),
        payload in payload(),
    ) {
        let mut out = Vec::new();
        match &headers {
            Some(headers) => encode_hpub(&mut out, &subject, reply.as_deref(), headers, &payload),
            None => encode_pub(&mut out, &subject, reply.as_deref(), &payload),
        }
        let (frame, len) = next_client_frame(&out).unwrap();
        let ClientFrame::Publish(frame) = frame else { panic!("{frame:?}") };

        prop_assert_eq!(len, out.len());
        prop_assert_eq!(frame.subject, subject.as_bytes());
        prop_assert_eq!(frame.reply, reply.as_deref().map(str::as_bytes));
        prop_assert_eq!(frame.payload, payload);
        let decoded = headers.is_some().then(|| Headers::decode(frame.headers).unwrap().0);
        prop_assert_eq!(decoded, headers);
    }

    // spec: W-06
    #[test]
    fn what_a_client_publishes_a_server_can_deliver(
        subject in subject(),
        headers in headers(),
        payload in payload(),
    ) {
        let mut out = Vec::new();
        encode_hpub(&mut out, &subject, None, &headers, &payload);
        let lengths = out.get("HPUB ".len() + subject.len()..).unwrap();
        let delivered = [b"HMSG ", subject.as_bytes(), b" 1", lengths].concat();

        let decoded = decode(&delivered, &DecodeLimits::default()).unwrap();
        let Decoded::Frame { frame: ServerFrame::Msg(frame), len } = decoded else {
            panic!("{decoded:?}");
        };
        prop_assert_eq!(len, delivered.len());
        prop_assert_eq!(Headers::decode(frame.headers()).unwrap(), (headers, None));
        prop_assert_eq!(frame.payload(), payload);
    }

    // spec: W-13, W-17
    #[test]
    fn interest_is_found_again(
        subject in subject(),
        queue in option::of("[a-z0-9]{1,5}"),
        sid in any::<u64>(),
        max in option::of(any::<u64>()),
    ) {
        let mut out = Vec::new();
        encode_sub(&mut out, &subject, queue.as_deref(), sid);
        let queue = queue.as_deref().map(str::as_bytes);
        let expected = ClientFrame::Subscribe { subject: subject.as_bytes(), queue, sid };
        prop_assert_eq!(next_client_frame(&out), Some((expected, out.len())));

        out.clear();
        encode_unsub(&mut out, sid, max);
        let expected = ClientFrame::Unsubscribe { sid, max };
        prop_assert_eq!(next_client_frame(&out), Some((expected, out.len())));
    }

    // spec: W-15, W-16
    #[test]
    fn a_text_is_a_subject_if_its_tokens_are_legal(text in "[ab.*> \t\u{7f}\u{1}é]{0,20}") {
        let legal = tokens(&text).iter().all(|token| {
            !matches!(*token, "" | "*" | ">") && !token.contains([' ', '\t'])
        });
        prop_assert_eq!(check_subject(&text).is_ok(), legal);
        prop_assert_eq!(text.parse::<Subject>().is_ok(), legal);
    }

    // spec: UTL-07
    #[test]
    fn a_pattern_matches_what_its_tokens_match(
        pattern in "(a|b|\\*)(\\.(a|b|\\*)){0,2}(\\.>)?",
    ) {
        let parsed: Pattern = pattern.parse().unwrap();
        for subject in all_subjects() {
            prop_assert_eq!(parsed.matches(&subject), oracle(&tokens(&pattern), &tokens(&subject)));
        }
    }

    // spec: UTL-07
    #[test]
    fn patterns_overlap_if_and_only_if_a_subject_matches_both(
        one in "(a|b|\\*)(\\.(a|b|\\*)){0,2}(\\.>)?",
        other in "(a|b|\\*)(\\.(a|b|\\*)){0,2}(\\.>)?",
    ) {
        let (one, other): (Pattern, Pattern) = (one.parse().unwrap(), other.parse().unwrap());
        let both = |subject: &String| one.matches(subject) && other.matches(subject);
        prop_assert_eq!(one.overlaps(&other), all_subjects().iter().any(both));
        prop_assert_eq!(other.overlaps(&one), one.overlaps(&other));
    }

    // spec: A04-01, A04-05, A04-06
    #[test]
    fn headers_survive_the_wire(headers in headers()) {
        let mut block = Vec::new();
        headers.encode(&mut block);
        prop_assert_eq!(Headers::decode(&block).unwrap(), (headers, None));
    }
}
