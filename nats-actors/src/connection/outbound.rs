//! A message on its way out, and why it may not go.

use crate::protocol::client_op;
use crate::protocol::{Headers, MAX_CONTROL_LINE, Payload};

/// A message to be sent, borrowed from who sends it.
#[derive(Debug)]
pub(crate) struct Outbound<'a> {
    pub(crate) subject: &'a str,
    pub(crate) reply: Option<&'a str>,
    pub(crate) headers: Option<&'a Headers>,
    pub(crate) payload: &'a Payload<'a>,
}

impl Outbound<'_> {
    pub(super) fn size(&self) -> usize {
        self.payload.as_slice().len() + self.headers.map_or(0, Headers::encoded_len)
    }

    /// Whether the server takes the control line; if it does not, it closes the connection.
    pub(crate) fn fits_control_line(&self) -> bool {
        let headers = self.headers.map(Headers::encoded_len);
        let line = client_op::pub_head_len(self.subject, self.reply, headers, self.size());
        line <= "PUB ".len() + MAX_CONTROL_LINE + "\r\n".len()
    }
}

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Too much is kept already.
    Full,
    /// It is larger than the server takes; the bound is given.
    TooLarge(usize),
    /// The writer is far behind and should get a chance to run first.
    Ahead,
    /// It has headers, and the server takes none.
    NoHeaders,
    /// Too much is kept already, and it is not to wait for room.
    NoRoom,
    /// There is no server, and nothing may be kept for the next.
    Disconnected,
    /// The client ends: nothing new is accepted.
    Draining,
    /// The client is closed.
    Closed,
}
