//! The dependencies of a handler: the fields of its struct.

/// A struct that holds a `T` for its handlers.
///
/// `#[service]` and its kin implement it for every field whose type no other field has; a field
/// marked `#[state(skip)]` is left out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no state of type `{T}`",
    label = "no such state",
    note = "add a field of type `{T}`, or implement `HasState<{T}>` for `{Self}`",
    note = "types of several fields, and types with a generic parameter, are not provided by themselves"
)]
pub trait HasState<T> {
    /// The value, which [`State`] clones.
    fn state(&self) -> &T;
}

/// A clone of a dependency, as an argument of a handler.
///
/// The fields of `self` do as well; `State` shows in the signature what a handler uses, and lets a
/// test hand in another value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers take it apart: `State(db): State<Db>`")]
pub struct State<T>(pub T);
