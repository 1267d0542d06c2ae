//! Lanes: first in, first out, one running in each; pure.

use std::collections::VecDeque;

/// Items that wait for their turn, each in one lane.
#[derive(Debug)]
pub(crate) struct Lanes<T> {
    lanes: Vec<Lane<T>>,
    waiting: usize,
}

#[derive(Debug)]
struct Lane<T> {
    busy: bool,
    queue: VecDeque<T>,
}

impl<T> Lanes<T> {
    /// `count` idle lanes; 0 counts as 1.
    pub(crate) fn new(count: usize) -> Self {
        let lanes =
            (0..count.max(1)).map(|_| Lane { busy: false, queue: VecDeque::new() }).collect();
        Self { lanes, waiting: 0 }
    }

    /// Takes an item in; returns it if its lane was idle, so that it runs now.
    ///
    /// A lane beyond the last one has no order: its items always run now.
    pub(crate) fn enter(&mut self, lane: usize, item: T) -> Option<T> {
        let Some(lane) = self.lanes.get_mut(lane) else { return Some(item) };
        if !lane.busy {
            lane.busy = true;
            return Some(item);
        }
        lane.queue.push_back(item);
        self.waiting += 1;
        None
    }

    /// The running item of a lane is done; returns the one that runs next.
    pub(crate) fn leave(&mut self, lane: usize) -> Option<T> {
        let lane = self.lanes.get_mut(lane)?;
        let next = lane.queue.pop_front();
        lane.busy = next.is_some();
        self.waiting -= usize::from(next.is_some());
        next
    }

    /// How many items wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes out items that wait until `keep` are left: the last of the longest queues first.
    pub(crate) fn shed(&mut self, keep: usize) -> Vec<T> {
        let mut shed = Vec::new();
        while self.waiting > keep {
            let longest = self.lanes.iter_mut().max_by_key(|lane| lane.queue.len());
            let Some(item) = longest.and_then(|lane| lane.queue.pop_back()) else { break };
            self.waiting -= 1;
            shed.push(item);
        }
        shed
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_lane_runs_one_at_a_time_in_order() {
        let mut lanes = Lanes::new(2);

        assert_eq!(lanes.enter(0, "a"), Some("a"));
        assert_eq!(lanes.enter(0, "b"), None);
        assert_eq!(lanes.enter(1, "c"), Some("c"));
        assert_eq!(lanes.enter(0, "d"), None);
        assert_eq!(lanes.leave(1), None);
        assert_eq!(lanes.leave(0), Some("b"));
        assert_eq!(lanes.leave(0), Some("d"));
        assert_eq!(lanes.leave(0), None);
        assert_eq!(lanes.enter(0, "e"), Some("e"));
    }

    #[test]
    fn what_is_shed_keeps_the_order_of_the_rest() {
        let mut lanes = Lanes::new(1);
        for item in 0..5 {
            lanes.enter(0, item);
        }

        assert_eq!(lanes.shed(2), [4, 3]);
        assert_eq!(lanes.waiting(), 2);
        assert_eq!(lanes.leave(0), Some(1));
    }

    proptest! {
        #[test]
        fn every_lane_keeps_its_order_and_loses_nothing(steps in prop::collection::vec((0_usize..4, any::<bool>()), 0..200)) {
            let mut lanes = Lanes::new(4);
            let mut running: HashMap<usize, usize> = HashMap::new();
            let mut done: Vec<Vec<usize>> = vec![Vec::new(); 4];
            let mut entered: Vec<Vec<usize>> = vec![Vec::new(); 4];

            for (id, (lane, enters)) in steps.into_iter().enumerate() {
                if enters {
                    entered[lane].push(id);
                    if let Some(item) = lanes.enter(lane, id) {
                        prop_assert!(running.insert(lane, item).is_none(), "two run in one lane");
                    }
                } else if let Some(item) = running.remove(&lane) {
                    done[lane].push(item);
                    if let Some(next) = lanes.leave(lane) {
                        running.insert(lane, next);
                    }
                }
            }
            for (lane, done) in done.iter_mut().enumerate() {
                while let Some(item) = running.remove(&lane) {
                    done.push(item);
                    if let Some(next) = lanes.leave(lane) {
                        running.insert(lane, next);
                    }
                }
            }
            prop_assert_eq!(done, entered);
            prop_assert_eq!(lanes.waiting(), 0);
        }
    }
}
