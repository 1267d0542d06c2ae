//! The outgoing stream over writes, fences and lost connections.

use super::stream::{BY_REFERENCE, FENCE_EVERY, Outgoing};
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Payload};
use crate::session::loss::{Loss, LossPolicy};
use bytes::Bytes;

fn publish(out: &mut Outgoing<&'static str>, subject: &str, payload: &[u8]) {
    out.publish(subject, None, None, &Payload::from(payload));
}

/// Takes everything, as a writer would, and says how many bytes it was.
fn take_all(out: &mut Outgoing<&'static str>) -> Vec<u8> {
    let mut runs = Vec::new();
    out.take(usize::MAX, &mut runs);
    runs.concat()
}

fn disconnect(out: &mut Outgoing<&'static str>, policy: LossPolicy) -> Loss {
    out.disconnect(policy, |_| false).0
}

#[test]
fn what_the_kernel_never_took_goes_out_again_whole_and_in_order() {
    let mut out = Outgoing::new();
    for subject in ["a", "b", "c"] {
        publish(&mut out, subject, b"12345");
    }
    out.ping(Some("flush"));
    let sent = take_all(&mut out);
    out.wrote(sent.len() / 2);

    let (loss, waiting) = out.disconnect(LossPolicy::Report, |_| false);

    assert_eq!((loss.count, loss.first, loss.last), (1, 1, 1));
    assert_eq!(loss.first_subject, "a");
    assert_eq!(waiting, ["flush"]);
    assert_eq!(take_all(&mut out), b"PUB b 5\r\n12345\r\nPUB c 5\r\n12345\r\n");
    assert_eq!(out.unconfirmed(), 2);
}

#[test]
fn a_pong_confirms_what_was_sent_before_its_ping() {
    let mut out = Outgoing::new();
    publish(&mut out, "a", b"");
    out.ping(Some("flush"));
    let first = take_all(&mut out);
    out.wrote(first.len());
    publish(&mut out, "b", b"");
    let second = take_all(&mut out);
    out.wrote(second.len());
    let mut done = Vec::new();
    out.pong(&mut done);

    assert_eq!(done, ["flush"]);
    assert_eq!(out.unconfirmed(), 1);
    let loss = disconnect(&mut out, LossPolicy::Report);
    assert_eq!((loss.count, loss.first, loss.last), (1, 2, 2));
    assert_eq!(out.retained(), 0);
}

#[test]
fn by_option_everything_in_doubt_is_sent_again() {
    let mut out = Outgoing::new();
    publish(&mut out, "a", b"1");
    out.control(|out| client_op::encode_sub(out, "x", None, 1));
    publish(&mut out, "b", b"2");
    let sent = take_all(&mut out);
    out.wrote(sent.len());

    assert!(disconnect(&mut out, LossPolicy::Resend).is_empty());
    assert_eq!(take_all(&mut out), b"PUB a 1\r\n1\r\nPUB b 1\r\n2\r\n");
}

#[test]
fn large_payloads_are_runs_of_their_own_and_survive_a_disconnect() {
    let mut out = Outgoing::new();
    let large = Bytes::from(vec![7_u8; BY_REFERENCE]);
    publish(&mut out, "a", b"1");
    out.publish("b", Some("r"), None, &Payload::from(large.clone()));
    publish(&mut out, "c", b"3");
    let mut runs = Vec::new();
    out.take(usize::MAX, &mut runs);
    assert!(runs.iter().any(|run| run.as_ptr() == large.as_ptr()), "the payload was copied");
    let sent = runs.concat();
    out.wrote(sent.len() - 1);

    let loss = disconnect(&mut out, LossPolicy::Report);

    assert_eq!((loss.count, loss.last_subject.as_str()), (2, "b"));
    assert_eq!(take_all(&mut out), b"PUB c 1\r\n3\r\n");
}

#[test]
fn requests_report_their_own_fate() {
    let mut out: Outgoing<()> = Outgoing::new();
    let end = out.request("service", Some("_INBOX.1"), None, &Payload::from("?"));
    out.publish("a", None, None, &Payload::from("1"));
    let mut runs = Vec::new();
    out.take(usize::MAX, &mut runs);
    out.wrote(runs.concat().len());

    assert!(out.has_written(end));
    let (loss, _) = out.disconnect(
        LossPolicy::Report,
        |frame| matches!(frame, ClientFrame::Publish(sent) if sent.subject == b"service"),
    );
    assert_eq!((loss.count, loss.first), (1, 1));
}

#[test]
fn fences_follow_by_themselves_and_buffers_are_used_again() {
    let mut out = Outgoing::new();
    let payload = [1_u8; 1000];
    for _ in 0..1000 {
        publish(&mut out, "a", &payload);
        let sent = take_all(&mut out);
        out.wrote(sent.len());
        let pongs = sent.windows(6).filter(|window| *window == client_op::PING).count();
        (0..pongs).for_each(|_| out.pong(&mut Vec::new()));
        assert!(out.retained() <= 2 * FENCE_EVERY);
    }
}

#[test]
fn a_small_bound_has_more_fences() {
    for limit in [1, 64 * 1024, 1024 * 1024] {
        let mut out = Outgoing::keeping(limit);
        while out.retained() < limit {
            publish(&mut out, "a", &[1_u8; 1000]);
            let sent = take_all(&mut out);
            out.wrote(sent.len());
        }
        let mut confirmed = 0;
        while out.retained() > limit / 4 && confirmed < 8 {
            out.pong(&mut Vec::new());
            confirmed += 1;
        }
        assert!(out.retained() <= limit.max(8 * 1024) / 4, "{limit}: {}", out.retained());
    }
}

#[test]
fn at_rest_no_buffer_is_kept() {
    let mut out = Outgoing::new();
    for _ in 0..1000 {
        publish(&mut out, "a", &[1_u8; 1000]);
    }
    publish(&mut out, "a", b"1");
    out.rest();
    let sent = take_all(&mut out);
    assert!(sent.len() > 1_000_000, "nothing that is kept was given back");
    out.wrote(sent.len());
    out.ping(None);
    let sent = take_all(&mut out);
    out.wrote(sent.len());
    while out.retained() > 0 {
        out.pong(&mut Vec::new());
    }
    assert!(out.buffers() > 0);
    out.rest();
    assert_eq!(out.buffers(), 0);
}

#[test]
fn numbers_go_on_over_several_connections() {
    let mut out = Outgoing::new();
    for round in 0..3_u64 {
        publish(&mut out, "a", b"x");
        publish(&mut out, "b", b"y");
        let sent = take_all(&mut out);
        out.wrote(sent.len());
        let loss = disconnect(&mut out, LossPolicy::Report);
        assert_eq!((loss.first, loss.last), (2 * round + 1, 2 * round + 2));
    }
}

#[test]
fn the_oldest_publishes_make_room_and_requests_stay() {
    let mut out: Outgoing<&'static str> = Outgoing::new();
    publish(&mut out, "a", b"1");
    out.request("ask", Some("_INBOX.1"), None, &Payload::from("?"));
    publish(&mut out, "b", &vec![7; BY_REFERENCE]);
    publish(&mut out, "c", b"3");
    let is_request = |frame: &ClientFrame<'_>| matches!(frame, ClientFrame::Publish(sent) if sent.reply.is_some());
    let before = out.retained();

    let loss = out.make_room(100, is_request);
    assert_eq!((loss.count, loss.first, loss.last), (2, 1, 2));
    assert_eq!((loss.first_subject.as_str(), loss.last_subject.as_str()), ("a", "b"));
    assert_eq!(before - out.retained(), loss.bytes);
    assert_eq!(take_all(&mut out), b"PUB ask _INBOX.1 1\r\n?\r\nPUB c 1\r\n3\r\n");
    assert_eq!(out.unconfirmed(), 1);
}
