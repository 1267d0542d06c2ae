//! The handle that users hold: cheap to clone, one builder per operation, each awaited.

mod check;
mod close;
mod confirmed;
mod connect;
mod draft;
mod end_reason;
mod flush;
mod handle;
mod inspect;
mod propagation;
mod publish;
mod question;
mod request;
mod request_again;
mod request_many;
mod responses;
mod sink;
mod subscribe;
mod trace;

pub use self::close::{Close, CloseReport, Drain, DrainReport};
pub use self::confirmed::ConfirmedPublish;
pub use self::connect::Connect;
pub use self::end_reason::EndReason;
pub use self::flush::Flush;
pub use self::handle::Client;
pub use self::publish::{Publish, PublishFuture};
pub use self::request::{Request, RequestFuture};
pub use self::request_again::RequestAgain;
pub use self::request_many::{RequestMany, RequestStrategy};
pub use self::responses::Responses;
pub use self::sink::PublishSink;
pub use self::subscribe::Subscribe;
pub use self::trace::Trace;
