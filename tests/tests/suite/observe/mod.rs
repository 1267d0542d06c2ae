//! What can be seen of what goes on: traces, requests to the JetStream API, advisories of servers.

mod advisories;
mod api_requests;
mod kit;
mod propagators;
mod server_events;
mod spans;
mod traces;
