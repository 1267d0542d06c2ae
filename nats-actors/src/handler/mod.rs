//! What services and workers share: how bytes become values, and what a handler may ask for.
//!
//! Nothing here receives or sends. Reading order: [`Decodes`] and [`Encodes`] with [`Json`] and
//! [`Raw`], [`SubjectParam`] with [`Route`] and [`SubjectWriter`], [`State`], [`Deadline`].

mod deadline;
mod route;
mod state;
mod subject_param;
mod subject_writer;
mod token;

pub use crate::codec::{CodecError, Decodes, Encodes, Json, Raw};

pub use self::deadline::{Deadline, TIMEOUT_MS};
pub use self::route::Route;
pub use self::state::{HasState, State};
pub use self::subject_param::{ParamError, SubjectParam};
pub use self::subject_writer::SubjectWriter;
pub use self::token::{BadToken, TokenProblem};
