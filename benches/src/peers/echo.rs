//! The responder: answers each request with its own payload.

use std::io::{self, Write};

use crate::Failure;
use crate::peers::READY;
use crate::plan::ECHO;
use crate::wire::Socket;

/// Answers until the connection ends.
pub(crate) fn echo(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::connect(url)?;
    socket.subscribe(ECHO, 1)?;
    socket.fence()?;
    writeln!(io::stdout(), "{READY}")?;

    let (mut pending, mut replies) = (Vec::new(), Vec::new());
    loop {
        pending.extend_from_slice(socket.read()?);
        let used = answer(&pending, &mut replies)?;
        pending.drain(..used);
        socket.write(&replies)?;
        replies.clear();
    }
}

/// Appends the answer to every whole frame and returns how many bytes those took.
fn answer(pending: &[u8], replies: &mut Vec<u8>) -> Result<usize, Failure> {
    let mut used = 0;
    while let Some(rest) = pending.get(used..) {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
        let line = std::str::from_utf8(rest.get(..end).unwrap_or_default())?.trim_end();
        let mut words = line.split(' ');
        let body = end + 1;
        match (words.next(), words.nth(2), words.next()) {
            (Some("MSG"), Some(reply), Some(size)) => {
                let next = body + size.parse::<usize>()? + 2;
                let Some(payload) = rest.get(body..next) else { break };
                write!(replies, "PUB {reply} {size}\r\n")?;
                replies.extend_from_slice(payload);
                used += next;
            }
            (Some("PING"), ..) => {
                replies.extend_from_slice(b"PONG\r\n");
                used += body;
            }
            _ => return Err(format!("unexpected: {line}").into()),
        }
    }
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_requests_are_answered_and_the_rest_is_kept() {
        let text =
            b"MSG bench.echo 1 _INBOX.a 2\r\nhi\r\nPING\r\nMSG bench.echo 1 _INBOX.b 3\r\nyo";
        let mut replies = Vec::new();
        let used = answer(text, &mut replies).unwrap();

        assert_eq!(replies, b"PUB _INBOX.a 2\r\nhi\r\nPONG\r\n");
        assert!(text[used..].starts_with(b"MSG bench.echo 1 _INBOX.b"));
    }

    #[test]
    fn a_message_without_a_reply_subject_fails() {
        assert!(answer(b"MSG bench.echo 1 2\r\nhi\r\n", &mut Vec::new()).is_err());
    }
}
