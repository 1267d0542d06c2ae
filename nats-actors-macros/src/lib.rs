//! Entry points of the macros; their documentation is on the re-exports of `nats-actors`.
