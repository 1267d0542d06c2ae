//! Every future of the client, dropped at each of its polls, in each state of the connection.

mod connecting;
mod ending;
mod observing;
mod receiving;
mod sending;
mod stage;
