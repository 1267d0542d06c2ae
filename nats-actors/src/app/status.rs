//! How an application is at one moment.

use std::fmt;

use super::builder::GROUPS;
use crate::connection::ConnectionState;
use crate::supervisor::{ChildStatus, SlotState};

/// How far an application is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// It runs.
    Running,
    /// It finishes what it has begun.
    Draining,
    /// It is over.
    Ended,
}

/// Whether an application does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Health {
    /// It is connected, and every child is up or has finished.
    Ready,
    /// As `Ready`, but for children that were up and are restarting, or that are parked.
    Degraded,
    /// It is not connected, or a child has not been up yet, or it is ending.
    NotReady,
}

/// The state of an application, its connection and its children.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// How far it is in its life.
    pub phase: Phase,
    /// Where the connection stands.
    pub connection: ConnectionState,
    /// The three children of the root.
    pub(super) root: Vec<ChildStatus>,
}

impl Status {
    /// Services, consumers, tasks and groups, each with its children; empty before the first has begun to start.
    #[must_use]
    pub fn children(&self) -> &[ChildStatus] {
        let groups = self.root.iter().find(|child| &*child.name == GROUPS);
        groups.map(|groups| groups.children.as_slice()).unwrap_or_default()
    }

    /// Whether it does its work.
    #[must_use]
    pub fn health(&self) -> Health {
        if self.phase != Phase::Running || !self.connection.is_connected() {
            return Health::NotReady;
        }
        self.root.iter().map(of_child).max_by_key(|health| *health as u8).unwrap_or(Health::Ready)
    }

    /// Whether it does its work, if perhaps not all of it.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.health() != Health::NotReady
    }
}

/// The worst of a child and its children.
fn of_child(child: &ChildStatus) -> Health {
    let own = match &child.state {
        SlotState::Up { .. } | SlotState::Stopped => Health::Ready,
        SlotState::Parked(_) => Health::Degraded,
        _ if child.restarts > 0 => Health::Degraded,
        _ => Health::NotReady,
    };
    let below = child.children.iter().map(of_child);
    below.chain([own]).max_by_key(|health| *health as u8).unwrap_or(own)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {:?}, {:?}", self.phase, self.connection, self.health())?;
        self.children().iter().try_for_each(|child| write_child(f, child, 1))
    }
}

fn write_child(f: &mut fmt::Formatter<'_>, child: &ChildStatus, depth: usize) -> fmt::Result {
    write!(f, "\n{:indent$}{}: {}", "", child.name, child.state, indent = 2 * depth)?;
    if child.restarts > 0 {
        write!(f, ", {} restarts", child.restarts)?;
    }
    if let Some(error) = &child.last_error {
        write!(f, ", last error: {error}")?;
    }
    child.children.iter().try_for_each(|child| write_child(f, child, depth + 1))
}
