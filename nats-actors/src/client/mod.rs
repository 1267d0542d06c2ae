//! The handle that users hold: cheap to clone, one builder per operation, each awaited.

mod close;
mod connect;
mod flush;
mod handle;
mod inspect;
mod publish;
mod request;
mod subscribe;

pub use self::close::{Close, CloseReport, Drain, DrainReport};
pub use self::connect::Connect;
pub use self::flush::Flush;
pub use self::handle::Client;
pub use self::publish::{Publish, PublishFuture};
pub use self::request::{Request, RequestFuture};
pub use self::subscribe::Subscribe;
