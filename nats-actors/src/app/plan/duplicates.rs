//! What is there twice.

use std::collections::BTreeMap;

use super::problem::{Problem, ProblemKind};
use crate::app::group::Group;

pub(super) fn problems(groups: &Group) -> Vec<Problem> {
    let parts = groups.facts().into_iter().map(|facts| facts.title());
    let inner = groups.groups().into_iter().map(|group| format!("group `{}`", group.name()));
    let mut times = BTreeMap::<String, u32>::new();
    parts.chain(inner).for_each(|title| *times.entry(title).or_default() += 1);
    let twice = times.into_iter().filter(|(_, times)| *times > 1);
    let text = |(title, times)| format!("{title} is there {times} times");
    twice.map(|entry| Problem::new(ProblemKind::Duplicate, text(entry))).collect()
}
