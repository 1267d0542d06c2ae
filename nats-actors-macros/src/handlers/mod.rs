//! `#[handlers]`: one inherent impl whose methods answer requests or handle messages.
//!
//! The helper attributes of the methods say what the impl is for; that decides which module expands it.

mod arguments;
mod expand;
mod item;
mod method;

pub(crate) use arguments::{Argument, Role, classify};
pub(crate) use expand::{expand, misplaced};
pub(crate) use item::HandlersImpl;
pub(crate) use method::{Method, Receiver, check_signature};
