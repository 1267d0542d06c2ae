//! What can be seen of what goes on: traces, requests to the JetStream API, advisories of servers.

mod api_requests;
mod kit;
mod propagators;
mod spans;
mod traces;
