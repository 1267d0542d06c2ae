//! The NATS wire as values: what the server says, what a client says, and the words both use.
//!
//! Bytes go in and borrowed frames come out ([`decode()`]); values go in and bytes come out
//! ([`client_op`]). Nothing here opens a socket, reads a clock, starts a task or asks the system
//! for randomness, and nothing that a peer sends can make it panic.
//!
//! Reading order: [`Subject`] and [`Pattern`], [`Headers`], [`Message`], [`decode()`], [`client_op`].

pub mod client_op;
pub mod header_name;

mod client_frame;
mod connect;
mod cursor;
mod decimal;
mod decode;
mod error;
mod excerpt;
mod frame_span;
mod header_decode;
mod header_error;
mod headers;
mod headers_any_case;
mod info;
mod limits;
mod message;
mod message_equality;
mod message_head;
mod message_layout;
mod nuid;
mod one_line;
mod pattern;
mod payload;
mod queue_group;
mod server_error;
mod server_error_text;
mod server_frame;
mod server_version;
mod service_error;
mod static_subject;
mod status;
mod subject;
mod subject_transform;
mod swar;
mod trace_context;
mod trace_report;
mod trace_state;

pub use self::client_frame::{ClientFrame, PublishFrame, next_client_frame};
pub use self::connect::ConnectInfo;
pub use self::decode::{Decoded, decode};
pub use self::error::{ProtocolError, ProtocolErrorKind};
pub use self::frame_span::FrameSpan;
pub use self::header_error::{HeaderError, HeaderErrorKind};
pub use self::headers::{HeaderIter, Headers};
pub use self::info::ServerInfo;
pub use self::limits::DecodeLimits;
pub use self::message::Message;
pub use self::message_layout::MessageLayout;
pub use self::nuid::Nuid;
pub use self::pattern::{Pattern, PatternError, check_pattern};
pub use self::payload::Payload;
pub use self::queue_group::{QueueGroup, QueueGroupError};
pub use self::server_error::ServerError;
pub use self::server_frame::{MsgFrame, ServerFrame};
pub use self::server_version::ServerVersion;
pub use self::service_error::ReplyError;
pub use self::static_subject::{static_pattern, static_subject};
pub use self::status::Status;
pub use self::subject::{MAX_CONTROL_LINE, MAX_SUBJECT_LEN, Subject, SubjectError, check_subject};
pub use self::subject_transform::{SubjectTransform, TransformError};
pub use self::trace_context::TraceContext;
pub use self::trace_report::{TraceEvent, TraceReport};

#[cfg(feature = "client")]
#[cfg(feature = "service")]
pub(crate) use self::one_line::one_line;
