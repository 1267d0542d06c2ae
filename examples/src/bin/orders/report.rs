//! What happened: the table at the end, and whether it adds up.

use std::fmt;
use std::time::Duration;

use nats_actors::worker::Statistics;

use crate::lines::LineCounts;
use crate::numbers::{Cents, grouped};
use crate::tally::Tally;

/// Dead letters and faults that are shown one by one.
const MAX_SHOWN: usize = 20;

/// Everything that the table is made of.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) source: String,
    pub(crate) lines: LineCounts,
    pub(crate) tally: Tally,
    pub(crate) billing: Statistics,
    /// What the payment provider has charged.
    pub(crate) charged: Cents,
    /// Messages over the connection, in both directions.
    pub(crate) messages: u64,
    pub(crate) elapsed: Duration,
    pub(crate) reconnects: u64,
    /// What the drain left behind, if anything.
    pub(crate) undrained: Option<String>,
}

impl Report {
    /// Why the orders do not add up; empty if every one is in exactly one final state.
    pub(crate) fn faults(&self) -> Vec<String> {
        let Self { lines, tally, .. } = self;
        let mut faults = lines.given_up.clone();
        if lines.done() != lines.read {
            faults
                .push(format!("{} lines have no answer", lines.read.saturating_sub(lines.done())));
        }
        if tally.orders < lines.placed {
            faults.push(format!("{} placed orders are unknown", lines.placed - tally.orders));
        }
        let unfinished = tally.unfinished.iter();
        faults.extend(unfinished.map(|(id, state)| format!("order {id} is still {state}")));
        faults.extend(tally.contradictions.iter().cloned());
        if self.charged != tally.billed_amount {
            faults.push(format!("{} billed, but {} charged", tally.billed_amount, self.charged));
        }
        faults
    }

    fn rows(&self) -> Vec<Row> {
        let Self { lines, tally, billing, .. } = self;
        let refused = lines.refused.iter().map(|(reason, count)| format!("{count} {reason}"));
        let others = tally.orders.saturating_sub(lines.placed);
        let mut rows = vec![
            Row::new("read", lines.read, &format!("lines of {}", self.source)),
            Row::new("refused", lines.refused_total(), &refused.collect::<Vec<_>>().join(", ")),
            Row::new("placed", tally.orders, &by_others(others)),
            Row::new("billed", tally.billed, &tally.billed_amount.to_string()),
            Row::new("cancelled", tally.cancelled, ""),
            Row::new("dead-lettered", tally.dead_lettered(), ""),
        ];
        rows.push(Row::new("retried", billing.retried, "attempts at billing"));
        if billing.snoozed > 0 {
            rows.push(Row::new("snoozed", billing.snoozed, "bills that had to wait"));
        }
        rows.push(Row::new("panicked", billing.panicked, "attempts at billing"));
        if lines.calls_retried > 0 {
            rows.push(Row::new("calls retried", lines.calls_retried, "of the order desk"));
        }
        if self.reconnects > 0 {
            rows.push(Row::new("reconnects", self.reconnects, ""));
        }
        if tally.repeats > 0 {
            rows.push(Row::new(
                "repeats",
                tally.repeats,
                "bills that came again, not charged again",
            ));
        }
        rows
    }

    fn dead_letters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = &self.tally.dead_letters;
        if !letters.is_empty() {
            writeln!(f, "\ndead letters")?;
        }
        for (id, letter) in letters.iter().take(MAX_SHOWN) {
            writeln!(f, "  order {id}: {}", letter.reason)?;
            let (stream, sequence, subject) = (&letter.stream, letter.sequence, &letter.subject);
            writeln!(f, "    in stream {stream}, sequence {sequence}, subject {subject}")?;
        }
        more(f, letters.len())
    }

    fn speed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (messages, seconds) = (self.messages, self.elapsed.as_secs_f64().max(0.001));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a rate for people"
        )]
        let rate = (messages as f64 / seconds).round() as u64;
        let (messages, rate) = (grouped(messages), grouped(rate));
        writeln!(f, "\n{messages} messages in {seconds:.2} s, {rate} messages per second")
    }

    fn verdict(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(undrained) = &self.undrained {
            writeln!(f, "the drain was not clean: {undrained}")?;
        }
        let faults = self.faults();
        if faults.is_empty() {
            return writeln!(f, "every order is in exactly one final state");
        }
        writeln!(f, "\nit does not add up")?;
        for fault in faults.iter().take(MAX_SHOWN) {
            writeln!(f, "  {fault}")?;
        }
        more(f, faults.len())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in self.rows() {
            writeln!(f, "{row}")?;
        }
        self.dead_letters(f)?;
        self.speed(f)?;
        self.verdict(f)
    }
}

/// `name  count  detail`.
struct Row {
    name: &'static str,
    count: u64,
    detail: String,
}

impl Row {
    fn new(name: &'static str, count: u64, detail: &str) -> Self {
        Self { name, count, detail: detail.to_owned() }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:<14}{:>8}  {}", self.name, grouped(self.count), self.detail);
        f.write_str(text.trim_end())
    }
}

fn by_others(count: u64) -> String {
    if count == 0 { String::new() } else { format!("{} of them by other clients", grouped(count)) }
}

fn more(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    match count.checked_sub(MAX_SHOWN) {
        Some(hidden @ 1..) => writeln!(f, "  and {hidden} more"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderId;
    use crate::state::{DeadLetter, State};

    fn report() -> Report {
        let mut lines = LineCounts { read: 1_003, placed: 1_000, ..LineCounts::default() };
        lines.refused.insert("duplicate", 2);
        lines.refused.insert("bad line", 1);
        let letter = DeadLetter {
            reason: "the card was declined".to_owned(),
            stream: "ORDERS_DEAD".to_owned(),
            sequence: 3,
            subject: "dlq.orders.billing".to_owned(),
        };
        let tally = Tally {
            orders: 1_000,
            billed: 999,
            billed_amount: Cents(12_345),
            dead_letters: vec![(OrderId(7), letter)],
            ..Tally::default()
        };
        let source = "the bundled file".to_owned();
        let (charged, messages) = (Cents(12_345), 5_000);
        let elapsed = Duration::from_millis(2_500);
        Report { source, lines, tally, charged, messages, elapsed, ..Report::default() }
    }

    #[test]
    fn a_report_is_a_table_and_a_verdict() {
        assert_eq!(
            report().to_string(),
            "\
read             1,003  lines of the bundled file
refused              3  1 bad line, 2 duplicate
placed           1,000
billed             999  EUR 123.45
cancelled            0
dead-lettered        1
retried              0  attempts at billing
panicked             0  attempts at billing

dead letters
  order 7: the card was declined
    in stream ORDERS_DEAD, sequence 3, subject dlq.orders.billing

5,000 messages in 2.50 s, 2,000 messages per second
every order is in exactly one final state
"
        );
    }

    #[test]
    fn whatever_does_not_add_up_is_a_fault() {
        let faults = |change: fn(&mut Report)| {
            let mut report = report();
            change(&mut report);
            report.faults()
        };

        assert_eq!(faults(|_| {}), [""; 0]);
        assert_eq!(faults(|report| report.lines.read += 1), ["1 lines have no answer"]);
        assert_eq!(faults(|report| report.tally.orders -= 1), ["1 placed orders are unknown"]);
        assert_eq!(
            faults(|report| report.tally.unfinished.push((OrderId(7), State::Placed))),
            ["order 7 is still placed"]
        );
        assert_eq!(
            faults(|report| report.charged = Cents(1)),
            ["EUR 123.45 billed, but EUR 0.01 charged"]
        );
        assert_eq!(faults(|report| report.tally.contradictions.push("x".into())), ["x"]);
    }

    #[test]
    fn a_fault_is_in_the_report() {
        let mut report = report();
        report.lines.given_up.push("order 9: no reply".to_owned());

        let text = report.to_string();
        assert!(text.contains("it does not add up\n  order 9: no reply\n"), "{text}");
        assert!(!text.contains("exactly one"), "{text}");
    }
}
