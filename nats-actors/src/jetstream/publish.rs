//! Publishing with a confirmation.

use std::borrow::Cow;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::publish_ack::PubAck;
use crate::connection::deadline_in;
use crate::jetstream::{Error, ErrorKind, JetStream};
use crate::protocol::header_name as header;
use crate::protocol::{Headers, Payload};

/// A message about to be stored in a stream; `.await` sends it and waits for the stream's word.
///
/// Without a stream that listens, or while it has no leader, the server answers at once that there
/// is nobody. That is tried again: twice, 250 ms apart, by default. What is sent again is the same
/// to the byte.
///
/// # Errors
///
/// [`NoStream`](ErrorKind::NoStream) when no stream took it within the retries;
/// [`Api`](ErrorKind::Api) for what the stream refuses;
/// [`TimedOut`](ErrorKind::TimedOut) and [`Disconnected`](ErrorKind::Disconnected) when its word
/// did not come, and [`maybe_executed`](Error::maybe_executed) then says whether the message can
/// have been stored; [`BadHeader`](ErrorKind::BadHeader), [`BadSubject`](ErrorKind::BadSubject)
/// and the like before anything was sent.
///
/// # Cancel safety
///
/// Dropping the future forgets the confirmation; the message may be stored or not.
///
/// ```no_run
/// # async fn example(js: nats_actors::jetstream::JetStream) -> Result<(), nats_actors::jetstream::Error> {
/// let ack = js.publish("orders.7.placed", "{}").message_id("7-placed").await?;
/// println!("{} {} {}", ack.stream, ack.sequence, ack.duplicate);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a publish does nothing until awaited"]
pub struct Publish<'a> {
    js: &'a JetStream,
    subject: Cow<'a, str>,
    payload: Payload<'a>,
    headers: Headers,
    fault: Option<Error>,
    has_message_id: bool,
    timeout: Duration,
    retries: u32,
    retry_wait: Duration,
}

impl JetStream {
    /// Publishes a message to the stream that stores its subject; `.await` what this returns.
    pub fn publish<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> Publish<'a> {
        Publish {
            js: self,
            subject: subject.into(),
            payload: payload.into(),
            headers: Headers::new(),
            fault: None,
            has_message_id: false,
            timeout: self.default_timeout(),
            retries: 2,
            retry_wait: Duration::from_millis(250),
        }
    }
}

impl Publish<'_> {
    /// An identity: within the stream's duplicate window, a second message with the same one is
    /// not stored, and confirmed as a [`duplicate`](PubAck::duplicate).
    ///
    /// With it, a publish is also repeated after the connection was lost, since that cannot store
    /// it twice. Default: no identity.
    pub fn message_id(mut self, id: impl AsRef<str>) -> Self {
        self.has_message_id = true;
        self.put(header::MESSAGE_ID, id.as_ref())
    }

    /// Stores it only in this stream. Default: in whichever stores its subject.
    pub fn expect_stream(self, stream: impl AsRef<str>) -> Self {
        self.put(header::EXPECTED_STREAM, stream.as_ref())
    }

    /// Stores it only if this is the sequence of the stream's last message; 0 for a stream that
    /// never had one. Default: whatever it is.
    pub fn expect_last_sequence(self, sequence: u64) -> Self {
        self.put(header::EXPECTED_LAST_SEQUENCE, &sequence.to_string())
    }

    /// Stores it only if this is the sequence of its subject's last message; 0 for none. Default:
    /// whatever it is.
    pub fn expect_last_subject_sequence(self, sequence: u64) -> Self {
        self.put(header::EXPECTED_LAST_SUBJECT_SEQUENCE, &sequence.to_string())
    }

    /// Stores it only if this is the sequence of the last message of another subject, or of all
    /// that a pattern matches; 0 for none. Default: whatever it is.
    pub fn expect_last_sequence_of(self, pattern: impl AsRef<str>, sequence: u64) -> Self {
        self.expect_last_subject_sequence(sequence)
            .put(header::EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT, pattern.as_ref())
    }

    /// Stores it only if the stream's last message has this identity. Default: whatever it has.
    pub fn expect_last_message_id(self, id: impl AsRef<str>) -> Self {
        self.put(header::EXPECTED_LAST_MESSAGE_ID, id.as_ref())
    }

    /// How long the stream keeps it, in whole seconds, at least one; a fraction is cut off. The
    /// stream must [allow](crate::jetstream::StreamConfig::allow_message_ttl) it. Default: as the
    /// stream says.
    pub fn ttl(self, life: Duration) -> Self {
        self.put(header::TTL, &life.as_secs().to_string())
    }

    /// Adds a header; a name may be added several times. Default: no headers.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        if let Err(error) = self.headers.append(name, value.as_ref()) {
            self.fault(error);
        }
        self
    }

    /// Adds these headers to what was added before. Default: no headers.
    pub fn headers(mut self, headers: &Headers) -> Self {
        for (name, value) in headers {
            if let Err(error) = self.headers.append(name, value) {
                self.fault(error);
            }
        }
        self
    }

    /// How long the stream's word may take, over all attempts. Default: the timeout of the
    /// [`JetStream`], 5 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often it is tried again, and after which wait, when nobody takes it. Default: twice,
    /// after 250 ms.
    pub fn retries(mut self, times: u32, wait: Duration) -> Self {
        (self.retries, self.retry_wait) = (times, wait);
        self
    }

    /// Sets a header that can be there only once.
    fn put(mut self, name: &str, value: &str) -> Self {
        if let Err(error) = self.headers.insert(name, value) {
            self.fault(error);
        }
        self
    }

    fn fault(&mut self, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) {
        let subject = &*self.subject;
        let error = || Error::new(ErrorKind::BadHeader).on(subject).because(error);
        self.fault.get_or_insert_with(error);
    }

    async fn send(mut self) -> Result<PubAck, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let client = self.js.client();
        let sending =
            client.begin_sending(&self.subject, self.payload.as_slice(), &mut self.headers);
        let result = self.send_until_stored().await;
        if let (Err(error), Some(sending)) = (&result, sending) {
            sending.failed(&error.kind());
        }
        result
    }

    async fn send_until_stored(&self) -> Result<PubAck, Error> {
        let deadline = deadline_in(self.timeout);
        let mut left = self.retries;
        loop {
            let error = match self.attempt(deadline).await {
                Ok(ack) => return Ok(ack),
                Err(error) => error,
            };
            let pause = deadline.min(deadline_in(self.retry_wait));
            if left == 0 || !self.may_repeat(&error) || pause == deadline {
                return Err(error);
            }
            left -= 1;
            let _ = timeout_at(deadline, sleep(self.retry_wait)).await;
        }
    }

    async fn attempt(&self, deadline: Instant) -> Result<PubAck, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        let request = self.js.client().request(&*self.subject, self.payload.as_slice());
        let request =
            if self.headers.is_empty() { request } else { request.headers(self.headers.clone()) };
        match request.timeout(left).await.map_err(Error::from) {
            Ok(answer) => {
                PubAck::decode(answer.payload()).map_err(|error| error.on(&*self.subject))
            }
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                Err(error.meaning(ErrorKind::NoStream))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether sending it again cannot store it twice, and may help.
    fn may_repeat(&self, error: &Error) -> bool {
        match error.kind() {
            ErrorKind::NoStream => true,
            ErrorKind::Api(code) => code.is_transient(),
            ErrorKind::Disconnected => self.has_message_id || !error.maybe_executed(),
            _ => false,
        }
    }
}

impl<'a> IntoFuture for Publish<'a> {
    type Output = Result<PubAck, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
