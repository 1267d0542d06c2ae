//! What the mailbox of a connection accepts.

use tokio::sync::oneshot;

use super::dial::Dialed;
use super::handover::{Goal, Step};
use super::intake::Control;
use crate::error::Error;
use crate::options::ServerAddr;

/// A control message for the connection actor; the data path does not pass here.
#[derive(Debug)]
pub(crate) enum ConnectionMsg {
    /// Try the next server now.
    Dial,
    /// An attempt ended.
    Dialed(ServerAddr, Result<Box<Dialed>, Error>),
    /// The socket of this epoch is gone.
    Lost(u64, String),
    /// The tasks of this epoch are gone.
    Stopped(u64, String),
    /// The server of this epoch said something that is not a message.
    Control(u64, Control),
    /// Time has passed.
    Tick,
    /// Leave the present server and connect again.
    Reconnect,
    /// Move to another server while this one still serves.
    Move(Goal),
    /// The move has come so far.
    Moving(Step),
    /// Every handle is gone: flush what was accepted, then close.
    Release,
    /// Close now; tells how many publishes are unconfirmed.
    Close(Option<oneshot::Sender<u64>>),
}
