//! The monitor of a service: PING, INFO and STATS (ADR-32).

mod actor;
mod verb;

pub(super) use self::actor::{Arguments, MonitorActor, MonitorMsg};
