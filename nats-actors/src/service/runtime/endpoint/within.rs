//! Waiting until a deadline, with a timer that is used again and again.

use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::time::Sleep;

use crate::handler::Deadline;

/// The result of `future`, or `None` when the deadline passes first. A future that is ready at once costs no timer.
pub(super) async fn within<T>(
    deadline: Deadline,
    mut timer: Pin<&mut Sleep>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    let mut is_armed = false;
    std::future::poll_fn(|cx| {
        if let Poll::Ready(result) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(result));
        }
        if !is_armed {
            timer.as_mut().reset(deadline.instant().into());
            is_armed = true;
        }
        timer.as_mut().poll(cx).map(|()| None)
    })
    .await
}
