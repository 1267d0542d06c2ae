//! The choices that say what restarts, when, and what happens when restarting does not help.

/// Which siblings share the fate of a child that has to be restarted.
///
/// "Later" and "earlier" are the order in which children were added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strategy {
    /// None: every child starts, fails and restarts alone. Children start side by side.
    #[default]
    OneForOne,
    /// The later ones: they are stopped in reverse order, then all start again in order, each after the one before it
    /// is up.
    RestForOne,
    /// All: the others are stopped in reverse order, then all start again in order, each after the one before it is up.
    OneForAll,
}

/// Which ends of a child call for another life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Restart {
    /// Every end that the supervisor did not ask for, a normal one too.
    #[default]
    Permanent,
    /// A failure; after a normal end the child stays stopped and keeps its place in the table.
    Transient,
    /// None: whatever the end, the child is forgotten and its slot says stopped.
    Temporary,
}

/// What happens to a failure that the restart budget does not cover any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exhausted {
    /// The supervisor stops its children in reverse order and ends as failed; its own supervisor decides what is next.
    #[default]
    Escalate,
    /// The child stays down, and with it the siblings that the strategy ties to it, until it is retried by hand.
    Park,
    /// As `Escalate`, but no supervisor above restarts it: each ends too, up to the root, whose
    /// [`ended`](super::SupervisorHandle::ended) tells the application to leave the process.
    Exit,
}

/// The order in which a supervisor stops its children when it drains or gives up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopOrder {
    /// The last one first, each after the one before it is gone.
    #[default]
    Reverse,
    /// All at once: for many children that do not need each other.
    Together,
}
