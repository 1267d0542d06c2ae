//! One endpoint: an actor for control, and a pump with the requests.
//!
//! ```text
//! subscription ─► intake ─► work (the backlog) ─► lane × concurrency ─► desk
//! ```
//!
//! All of it runs in one task, the pump. A lane takes a request, calls the handler and sends the reply; the first lane
//! is polled directly, so that handlers which never wait cost no scheduling, and others are added as the earlier ones
//! wait in their handlers. Lanes are kept, so that a request costs one allocation: the handler's future.

mod actor;
mod control;
mod guarded;
mod intake;
mod lane;
mod post;
mod pump;
mod within;
mod work;

pub(super) use self::actor::{EndpointActor, EndpointMsg};
pub(super) use self::guarded::panic_text;
pub(super) use self::post::Post;
