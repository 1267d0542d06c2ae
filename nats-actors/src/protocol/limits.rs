//! How much a peer may announce before it is refused.

/// Bounds on what [`decode`](super::decode()) accepts, so that a peer cannot make the reader buffer
/// without end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeLimits {
    /// Bytes of a control line, its line end excluded. Default: 32 KiB. A longer line is
    /// [`ControlLineTooLong`](super::ProtocolErrorKind::ControlLineTooLong).
    pub max_control_line: usize,
    /// Bytes of an `INFO` line, its line end excluded. Default: 1 MiB, since clusters list all
    /// their servers in it. A longer line is
    /// [`ControlLineTooLong`](super::ProtocolErrorKind::ControlLineTooLong).
    pub max_info: usize,
    /// Bytes of a message's headers and payload together. Default: 65 MiB, which is the most that a
    /// server can be configured for and 1 MiB for headers that servers add. A message that
    /// announces more is [`PayloadTooLarge`](super::ProtocolErrorKind::PayloadTooLarge).
    pub max_payload: usize,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self { max_control_line: 32 << 10, max_info: 1 << 20, max_payload: 65 << 20 }
    }
}
