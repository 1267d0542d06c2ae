//! What may have been lost with a connection.

/// What becomes of publishes that the kernel took but no fence confirmed, when their connection is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossPolicy {
    /// They are counted and reported; the server may or may not have them. What it has read may be delivered late, behind
    /// publishes that the next connection carries.
    #[default]
    Report,
    /// They are sent again, in order, on the next connection; the server may get them twice. Whatever of the lost
    /// connection is delivered late, the first arrivals of a client's publishes to one subscription are in order.
    Resend,
}

/// Publishes that a lost connection took and never confirmed, which may have been executed, or that could not be sent any
/// more, which were not.
///
/// The numbers count a client's publishes from 1 in the order in which they were accepted; requests are not among them,
/// because each request reports its own fate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// How many publishes.
    pub count: u64,
    /// Bytes on the wire, control lines included.
    pub bytes: u64,
    /// The number of the first one; 0 if there are none.
    pub first: u64,
    /// The number of the last one; 0 if there are none.
    pub last: u64,
    /// The subject of the first one.
    pub first_subject: String,
    /// The subject of the last one.
    pub last_subject: String,
}

impl Loss {
    pub(super) fn add(&mut self, ordinal: u64, subject: &[u8], bytes: usize) {
        let subject = String::from_utf8_lossy(subject);
        if self.count == 0 {
            self.first = ordinal;
            self.first_subject = subject.clone().into_owned();
        }
        self.count += 1;
        self.bytes += bytes as u64;
        self.last = ordinal;
        self.last_subject = subject.into_owned();
    }

    /// Adds what was accepted later and is lost as well.
    #[cfg(feature = "client")]
    pub(crate) fn join(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
        } else if !later.is_empty() {
            self.count += later.count;
            self.bytes += later.bytes;
            self.last = later.last;
            self.last_subject = later.last_subject;
        }
    }

    /// Whether nothing was lost.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}
