//! Every future of the library, dropped at each of its polls, in each state of the connection.

mod asking;
mod connecting;
mod ending;
mod every;
mod jetstream;
mod observing;
mod receiving;
mod running;
mod sending;
mod stage;
