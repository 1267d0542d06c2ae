//! What holds for any bytes at all. The fuzz targets look for bytes where it does not; a test of
//! the library replays the corpus.

use bytes::Bytes;
use nats_actors::protocol::{
    DecodeLimits, Decoded, Headers, Message, MsgFrame, ServerError, ServerFrame, ServerInfo,
    decode, next_client_frame,
};

/// Reads `data` as a stream of a server's operations.
pub fn server_ops(data: &[u8]) {
    let mut limits = DecodeLimits::default();
    limits.max_control_line = 1 << 10;
    limits.max_info = 2 << 10;
    limits.max_payload = 64 << 10;

    let mut rest = data;
    loop {
        check_case(rest, &limits);
        match decode(rest, &limits) {
            Ok(Decoded::Frame { frame, len }) => {
                check_prefixes(&rest[..len], &limits);
                check_frame(frame, rest);
                rest = &rest[len..];
            }
            Ok(Decoded::Incomplete { need }) => {
                assert!(need > rest.len());
                break;
            }
            Ok(_) => unreachable!("there are two outcomes"),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                break;
            }
        }
    }
    check_client_frames(data);
}

/// Reads `data` as a header block.
pub fn headers(data: &[u8]) {
    let (lossy, lossy_status) = Headers::decode_lossy(data);
    check_round_trip(&lossy);
    let message = Message::from_frame(
        Bytes::copy_from_slice(data),
        nats_actors::protocol::MessageLayout::packed(0, 0, data.len()),
    )
    .expect("the layout covers the frame");
    match Headers::decode(data) {
        Ok((headers, status)) => {
            check_round_trip(&headers);
            assert_eq!((headers, status.clone()), (lossy, lossy_status));
            assert_eq!(message.status(), status);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    assert_eq!(message.status_code(), message.status().map(|status| status.code()));
}

/// Reads `data` as the argument of `INFO`, and of `-ERR`.
pub fn info(data: &[u8]) {
    match ServerInfo::parse(data) {
        Ok(info) => assert!(info.max_payload > 0),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let error = ServerError::parse(data);
    let again = ServerError::parse(error.to_string().as_bytes());
    assert_eq!(again.closes_connection(), error.closes_connection());
}

/// The plain form and every other form are read alike.
fn check_case(buf: &[u8], limits: &DecodeLimits) {
    let name = buf.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(buf.len());
    let mut lower = buf.to_vec();
    lower[..name].make_ascii_lowercase();
    match (decode(buf, limits), decode(&lower, limits)) {
        (Ok(one), Ok(other)) => check_alike(&one, &other),
        (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind()),
        (one, other) => panic!("{one:?} is not {other:?}"),
    }
}

/// What is known beforehand about a message may differ; what it says may not.
fn check_alike(one: &Decoded<'_>, other: &Decoded<'_>) {
    match (message(one), message(other)) {
        (Some((one, len)), Some((other, other_len))) => {
            assert_eq!((one.sid, one.subject, one.reply), (other.sid, other.subject, other.reply));
            assert_eq!((one.headers(), one.payload()), (other.headers(), other.payload()));
            assert_eq!((one.subject_offset, len), (other.subject_offset, other_len));
        }
        _ => assert_eq!(one, other),
    }
}

fn message<'a>(decoded: &Decoded<'a>) -> Option<(MsgFrame<'a>, usize)> {
    match decoded {
        Decoded::Frame { frame: ServerFrame::Msg(frame), len } => Some((*frame, *len)),
        _ => None,
    }
}

/// No beginning of a frame is a frame, or an error, or asks for more than the frame.
fn check_prefixes(frame: &[u8], limits: &DecodeLimits) {
    let ends = (0..frame.len().min(128)).chain(frame.len().saturating_sub(4)..frame.len());
    for end in ends {
        match decode(&frame[..end], limits) {
            Ok(Decoded::Incomplete { need }) => assert!(need > end && need <= frame.len()),
            other => panic!("{end} bytes of {frame:?} give {other:?}"),
        }
    }
}

fn check_frame(frame: ServerFrame<'_>, buf: &[u8]) {
    match frame {
        ServerFrame::Msg(frame) => check_message(&frame, buf),
        ServerFrame::Info(json) => info(json),
        ServerFrame::Err(text) => drop(ServerError::parse(text)),
        _ => {}
    }
}

fn check_message(frame: &MsgFrame<'_>, buf: &[u8]) {
    assert!(!frame.subject.is_empty());
    let shared = Bytes::copy_from_slice(&buf[frame.subject_offset..frame.end_offset()]);
    let shared = Message::from_frame(shared, frame.layout()).expect("the frame holds its parts");
    let mut packed = Vec::new();
    let layout = frame.pack_into(&mut packed);
    let packed = Message::from_frame(packed.into(), layout).expect("the frame holds its parts");

    for message in [shared.detach(), shared, packed] {
        assert_eq!(message.subject(), String::from_utf8_lossy(frame.subject));
        assert_eq!(message.reply().is_some(), frame.reply.is_some());
        assert_eq!(message.header_block(), frame.headers());
        assert_eq!(message.payload(), frame.payload());
    }
    headers(frame.headers());
}

fn check_client_frames(mut rest: &[u8]) {
    while let Some((_, len)) = next_client_frame(rest) {
        assert!(len > 0);
        rest = &rest[len..];
    }
}

fn check_round_trip(headers: &Headers) {
    let mut block = Vec::new();
    headers.encode(&mut block);
    assert_eq!(block.len(), headers.encoded_len());
    assert_eq!(Headers::decode(&block), Ok((headers.clone(), None)));
}
