//! How traces go on.

use super::connect_options::ConnectOptions;
use crate::propagation::{Propagate, Propagator};

impl ConnectOptions {
    /// Lets traces go on over NATS: writes the current one into what is sent, and runs handlers in that of their message;
    /// see [`propagation`](crate::propagation). Default: none, which costs nothing.
    ///
    /// ```no_run
    /// use nats_actors::ConnectOptions;
    /// use nats_actors::propagation::W3c;
    ///
    /// # async fn example() -> Result<(), nats_actors::Error> {
    /// let client = ConnectOptions::new().propagator(W3c::new()).connect("nats://localhost:4222").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn propagator(mut self, propagator: impl Propagate) -> Self {
        self.propagator = Some(Propagator::new(propagator));
        self
    }
}
