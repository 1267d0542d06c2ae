//! How requests and publishes behave.

use super::connect_options::ConnectOptions;

/// The options of [`ConnectOptions`] that concern single messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessagingOptions {
    pub(crate) inbox_per_request: bool,
    pub(crate) no_responders: bool,
    pub(crate) check_subjects: bool,
}

impl Default for MessagingOptions {
    fn default() -> Self {
        Self { inbox_per_request: false, no_responders: true, check_subjects: true }
    }
}

impl ConnectOptions {
    /// Gives each request a subscription of its own for its reply, at the cost of a SUB and an UNSUB. Default: all requests
    /// share one.
    pub const fn inbox_per_request(mut self) -> Self {
        self.messaging.inbox_per_request = true;
        self
    }

    /// Lets a request to a subject that nobody listens to wait for its timeout. Default: the server says so, and the
    /// request fails at once.
    pub const fn disable_no_responders(mut self) -> Self {
        self.messaging.no_responders = false;
        self
    }

    /// Lets messages go to subjects with wildcards or empty tokens, as servers do. Default: they are refused here.
    ///
    /// What would break the protocol is refused in any case: an empty subject, whitespace, more than
    /// [`MAX_SUBJECT_LEN`](crate::protocol::MAX_SUBJECT_LEN) bytes. It makes nothing faster.
    pub const fn skip_subject_validation(mut self) -> Self {
        self.messaging.check_subjects = false;
        self
    }
}
