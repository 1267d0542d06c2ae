//! Where servers tell what: patterns for [`Client::advisories`](crate::Client::advisories).

/// All advisories of JetStream.
pub const JETSTREAM: &str = "$JS.EVENT.ADVISORY.>";
/// All metrics of JetStream: how long acknowledgements took, for consumers with a sample frequency.
pub const METRICS: &str = "$JS.EVENT.METRIC.>";
/// Requests to the JetStream API.
pub const API: &str = "$JS.EVENT.ADVISORY.API";
/// Messages that were delivered as often as their consumer allows.
pub const MAX_DELIVERIES: &str = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>";
/// Messages that a consumer gave back.
pub const MESSAGE_NAKED: &str = "$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.>";
/// Messages that a consumer gave up.
pub const MESSAGE_TERMINATED: &str = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>";
/// Clients that connect, in all accounts. For the system account.
pub const CONNECT: &str = "$SYS.ACCOUNT.*.CONNECT";
/// Clients that disconnect, in all accounts. For the system account.
pub const DISCONNECT: &str = "$SYS.ACCOUNT.*.DISCONNECT";
/// How many connections accounts have, whenever that changes and now and then. For the system account.
pub const CONNECTIONS: &str = "$SYS.ACCOUNT.*.SERVER.CONNS";
/// Clients that may not log in, at all servers. For the system account.
pub const AUTHENTICATION_ERROR: &str = "$SYS.SERVER.*.CLIENT.AUTH.ERR";
/// Clients that may not log in to this account any more, because its credentials have ended or were revoked.
pub const ACCOUNT_AUTHENTICATION_ERROR: &str = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";
/// Servers that will shut down. For the system account.
pub const LAME_DUCK: &str = "$SYS.SERVER.*.LAMEDUCK";
/// Servers that shut down. For the system account.
pub const SHUTDOWN: &str = "$SYS.SERVER.*.SHUTDOWN";

/// Everything about one stream, but not about its consumers.
///
/// ```
/// # use nats_actors::advisory::subjects;
/// assert_eq!(subjects::of_stream("ORDERS"), "$JS.EVENT.ADVISORY.STREAM.*.ORDERS");
/// ```
#[must_use]
pub fn of_stream(stream: &str) -> String {
    format!("$JS.EVENT.ADVISORY.STREAM.*.{stream}")
}

/// Everything about one consumer.
#[must_use]
pub fn of_consumer(stream: &str, consumer: &str) -> String {
    format!("$JS.EVENT.ADVISORY.CONSUMER.*.{stream}.{consumer}")
}
