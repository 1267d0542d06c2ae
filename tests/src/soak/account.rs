//! Numbered messages: which came, which were reported lost, and which are missing.

use nats_actors::Events;
use nats_actors::{Event, Loss};

use super::report::Report;

/// What is known about the messages 1, 2, 3, ….
#[derive(Debug, Default)]
pub(super) struct Account {
    came: Vec<bool>,
    excused: Vec<bool>,
    last: u64,
    duplicated: u64,
    /// What came behind a greater number.
    disorder: Vec<(u64, u64)>,
    reports: u64,
    /// Up to here a flush has said that all arrived.
    confirmed: u64,
    faults: Vec<String>,
}

impl Account {
    /// A message came.
    pub(super) fn receive(&mut self, number: u64) {
        if mark(&mut self.came, number) {
            self.duplicated += 1;
        } else if number < self.last {
            self.disorder.push((number, self.last));
        }
        self.last = self.last.max(number);
    }

    /// Takes the reports of losses out of the events.
    pub(super) fn read(&mut self, events: &mut Events) {
        while let Some(event) = events.try_next() {
            match event {
                Event::PublishLoss(loss) => self.lose(&loss),
                Event::Skipped { count } => self.fault(format!("{count} events were skipped")),
                _ => {}
            }
        }
    }

    /// A flush said that all up to this number arrived: none of it may be reported lost any more.
    pub(super) fn confirm(&mut self, number: u64) {
        self.confirmed = self.confirmed.max(number);
    }

    /// Takes over what another account knows about losses.
    pub(super) fn hear(&mut self, told: Self) {
        self.excused = told.excused;
        self.reports = told.reports;
        self.faults.extend(told.faults);
    }

    /// How often losses were reported.
    pub(super) const fn reports(&self) -> u64 {
        self.reports
    }

    fn lose(&mut self, loss: &Loss) {
        self.reports += 1;
        if loss.count != loss.last - loss.first + 1 {
            self.fault(format!("a report that does not add up: {loss:?}"));
        }
        if loss.first <= self.confirmed {
            self.fault(format!("{} was flushed and is reported lost: {loss:?}", self.confirmed));
        }
        for number in loss.first..=loss.last {
            mark(&mut self.excused, number);
        }
    }

    /// What became of the messages up to `sent`; `again` says whether they may come twice.
    pub(super) fn close(self, sent: u64, again: bool) -> Report {
        let Self { came, excused, duplicated, disorder, mut faults, .. } = self;
        // What was in doubt may still be under way on the old connection when the new one is used already.
        let disorder = disorder.into_iter().filter(|(number, _)| !is_marked(&excused, *number));
        faults
            .extend(disorder.take(10).map(|(number, last)| format!("{number} came behind {last}")));
        if !again && duplicated > 0 {
            faults.push(format!("{duplicated} came twice, and nobody had asked for that"));
        }
        let arrived = |number: &u64| is_marked(&came, *number);
        let told = |number: &u64| is_marked(&excused, *number);
        let lost: Vec<u64> =
            (1..=sent).filter(|number| !arrived(number) && !told(number)).collect();
        if let (Some(first), Some(last)) = (lost.first(), lost.last()) {
            faults.push(format!("{} are missing without a word: {first} to {last}", lost.len()));
        }
        let count = |holds: &dyn Fn(&u64) -> bool| (1..=sent).filter(holds).count() as u64;
        let beyond = came.len().max(excused.len()) as u64;
        let beyond = (sent + 1..beyond).filter(|number| arrived(number) || told(number)).count();
        if beyond > 0 {
            faults.push(format!("{beyond} came or were reported, and were never sent"));
        }
        Report {
            tried: sent,
            received: count(&arrived),
            reported: count(&|number| told(number) && !arrived(number)),
            doubted: count(&|number| told(number) && arrived(number)),
            duplicated,
            lost: lost.len() as u64,
            faults,
            ..Report::default()
        }
    }

    fn fault(&mut self, fault: String) {
        if self.faults.len() < 10 {
            self.faults.push(fault);
        }
    }
}

/// Marks a number; whether it was marked already.
fn mark(marks: &mut Vec<bool>, number: u64) -> bool {
    let index = usize::try_from(number).unwrap();
    if marks.len() <= index {
        marks.resize(index + 1, false);
    }
    marks.get_mut(index).is_some_and(|mark| std::mem::replace(mark, true))
}

fn is_marked(marks: &[bool], number: u64) -> bool {
    usize::try_from(number).ok().and_then(|index| marks.get(index)).copied().unwrap_or(false)
}
