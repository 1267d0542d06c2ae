//! What the children of a service report to whoever waits for its start.

use std::fmt::Display;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::supervisor::StartError;

use super::error::Error;
use super::lock::lock;

/// The latest fault of a start. The supervisor keeps texts; this keeps the error itself.
#[derive(Debug, Default)]
pub(super) struct FaultCell {
    fault: Mutex<Option<Error>>,
    noted: Notify,
}

impl FaultCell {
    /// Notes the fault, and makes of it what the supervisor wants.
    pub(super) fn note(&self, fault: Error) -> StartError {
        let is_final = fault.is_final();
        let text = chain(&fault);
        *lock(&self.fault) = Some(fault);
        self.noted.notify_one();
        if is_final { StartError::config(text) } else { StartError::failed(text) }
    }

    /// Waits for a fault.
    pub(super) async fn next(&self) -> Error {
        loop {
            if let Some(fault) = self.take() {
                return fault;
            }
            self.noted.notified().await;
        }
    }

    fn take(&self) -> Option<Error> {
        lock(&self.fault).take()
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        append(&mut text, cause);
        source = cause.source();
    }
    text
}

fn append(text: &mut String, cause: &dyn Display) {
    text.push_str(": ");
    text.push_str(&cause.to_string());
}
