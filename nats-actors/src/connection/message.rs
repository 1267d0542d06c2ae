//! What the mailbox of a connection accepts.

use super::dial::Dialed;
use super::handover::{Goal, Step};
use super::intake::Control;
use super::reason::Lost;
use crate::error::Error;
use crate::options::ServerAddr;

/// A control message for the connection actor; the data path does not pass here.
#[derive(Debug)]
pub(crate) enum ConnectionMsg {
    /// An attempt ended.
    Dialed(ServerAddr, Result<Box<Dialed>, Error>),
    /// There is no server to try.
    NoServers,
    /// The socket of this epoch is gone.
    Lost(u64, Lost),
    /// The tasks of this epoch are gone.
    Stopped(u64, Lost),
    /// The server of this epoch said something that is not a message.
    Control(u64, Control),
    /// Time has passed.
    Tick,
    /// Leave the present server and connect again.
    Reconnect,
    /// Move to another server while this one still serves.
    Move(Goal),
    /// The move of this number has come so far.
    Moving(u64, Step),
    /// Every handle is gone: flush what was accepted, then close.
    Release,
    /// The client has ended.
    Stop,
}
