//! From a verdict to what goes on the wire.

use std::time::{Duration, SystemTime};

use super::attempt::told;
use super::job::Job;
use super::pipeline::Pipeline;
use super::port::{BoxError, Parcel, Store};
use crate::worker::consumer::Consumer;
use crate::worker::dead_letter::DeadLetter;
use crate::worker::out::Publication;
use crate::worker::outcome::Reason;
use crate::worker::statistics::Counters;
use crate::worker::verdict::{Attempts, Verdict};

impl<C: Consumer, S: Store> Pipeline<C, S> {
    /// Settles a delivery. One whose lease was lost meanwhile is somebody else's, so nothing is said about it.
    pub(super) async fn settle<P: Parcel>(
        &self,
        job: Job<P>,
        verdict: Verdict,
        attempts: Attempts,
    ) {
        if job.lease.is_over() {
            return self.skip_stale(job);
        }
        let sequence = job.info.stream_sequence;
        match verdict {
            Verdict::Ack => self.acknowledge(job, false).await,
            Verdict::DoubleAck => self.acknowledge(job, true).await,
            Verdict::Term(reason) => self.terminate(job, &reason).await,
            Verdict::DeadLetter(reason) => self.bury(job, reason, attempts).await,
            Verdict::Nak { delay, snoozed } | Verdict::RunAgain { rest: delay, snoozed } => {
                if snoozed {
                    self.excused.set(sequence, attempts.excused.saturating_add(1));
                }
                Counters::count(if snoozed {
                    &self.counters.snoozed
                } else {
                    &self.counters.retried
                });
                self.heard("nak", job, async |parcel: P| parcel.nak(Some(delay)).await).await;
            }
            Verdict::Pause { delay, reason } => {
                tracing::error!(consumer = self.spec.durable, sequence, %reason, "paused");
                self.board.fail(reason);
                self.heard("nak", job, async |parcel: P| parcel.nak(Some(delay)).await).await;
            }
        }
    }

    /// Gives a delivery back without an attempt, for whoever is there.
    pub(super) async fn give_back<P: Parcel>(&self, job: Job<P>, delay: Option<Duration>) {
        Counters::count(&self.counters.given_back);
        let sequence = job.info.stream_sequence;
        if delay.is_none() {
            self.excused.set(sequence, self.excused.of(sequence).saturating_add(1));
        }
        self.heard("nak", job, async |parcel: P| parcel.nak(delay).await).await;
    }

    pub(super) fn skip_stale<P: Parcel>(&self, job: Job<P>) {
        Counters::count(&self.counters.stale_skipped);
        job.parcel.forget();
    }

    async fn acknowledge<P: Parcel>(&self, job: Job<P>, confirmed: bool) {
        self.excused.forget(job.info.stream_sequence);
        let acked = self.heard("ack", job, async |parcel: P| match confirmed {
            true => parcel.double_ack().await,
            false => parcel.ack().await,
        });
        if acked.await {
            Counters::count(&self.counters.acked);
        }
    }

    async fn terminate<P: Parcel>(&self, job: Job<P>, reason: &str) {
        self.excused.forget(job.info.stream_sequence);
        if self.heard("term", job, async |parcel: P| parcel.term(reason).await).await {
            Counters::count(&self.counters.terminated);
        }
    }

    /// Stores a dead letter, then gives the message up. What could not be stored comes back.
    async fn bury<P: Parcel>(&self, job: Job<P>, reason: Reason, attempts: Attempts) {
        let (consumer, sequence) = (self.spec.durable, job.info.stream_sequence);
        let Some(subject) = self.spec.dead_letter else {
            tracing::error!(consumer, sequence, %reason, "given up without a dead letter: no subject for it");
            return self.terminate(job, &reason).await;
        };
        let letter = self.letter(&job, reason.clone(), attempts);
        if let Err(error) = self.store.store(publication(subject, &letter)).await {
            Counters::count(&self.counters.dead_letters_failed);
            let delay = self.spec.retry.delay(attempts.number(), fastrand::f64());
            tracing::error!(
                consumer,
                sequence,
                error = told(&*error),
                "the dead letter cannot be stored"
            );
            self.heard("nak", job, async |parcel: P| parcel.nak(Some(delay)).await).await;
            return;
        }
        Counters::count(&self.counters.dead_lettered);
        self.excused.forget(sequence);
        tracing::warn!(consumer, sequence, subject, %reason, "stored as a dead letter");
        self.heard("term", job, async |parcel: P| parcel.term(&reason).await).await;
        self.tell(letter).await;
    }

    fn letter<P: Parcel>(&self, job: &Job<P>, reason: Reason, attempts: Attempts) -> DeadLetter {
        DeadLetter {
            message: job.parcel.message().clone(),
            stream: self.spec.stream,
            consumer: self.spec.durable,
            info: job.info,
            attempts: attempts.number(),
            reason,
            time: SystemTime::now(),
        }
    }

    /// Tells the consumer of a dead letter; a panic in that is only logged.
    async fn tell(&self, letter: DeadLetter) {
        use futures_util::FutureExt;
        let told =
            std::panic::AssertUnwindSafe(async { self.consumer.dead_lettered(letter).await });
        if told.catch_unwind().await.is_err() {
            Counters::count(&self.counters.panicked);
            tracing::error!(consumer = self.spec.durable, "the hook for dead letters panicked");
        }
    }

    /// Settles by `say`; an acknowledgement that cannot be sent means another delivery, and is logged.
    async fn heard<P: Parcel>(
        &self,
        word: &'static str,
        job: Job<P>,
        say: impl AsyncFnOnce(P) -> Result<(), BoxError>,
    ) -> bool {
        let Job { parcel, info, lease, .. } = job;
        let said = say(parcel).await;
        drop(lease);
        if let Err(error) = &said {
            let (consumer, sequence, error) =
                (self.spec.durable, info.stream_sequence, told(&**error));
            tracing::warn!(consumer, sequence, error, "cannot send `{word}`");
        }
        said.is_ok()
    }
}

fn publication(subject: &str, letter: &DeadLetter) -> Publication {
    Publication {
        subject: subject.to_owned(),
        headers: letter.headers(),
        payload: letter.message.payload_bytes(),
    }
}
