//! What is there twice.

use std::collections::HashSet;

use super::problem::{Problem, ProblemKind};
use crate::app::group::Group;

pub(super) fn problems(groups: &Group) -> Vec<Problem> {
    let parts = groups.facts();
    let titles = parts.iter().map(|facts| facts.title());
    let titles = titles.chain(groups.groups().iter().map(|group| format!("group `{}`", group.name())));
    let mut seen = HashSet::new();
    let mut told = HashSet::new();
    let twice = titles.filter(|title| !seen.insert(title.clone()) && told.insert(title.clone()));
    // Collected first: a title is told once, however often it comes.
    let twice: Vec<String> = twice.collect();
    let text = |title: &String| format!("{title} is there more than once");
    twice.iter().map(|title| Problem::new(ProblemKind::Duplicate, text(title))).collect()
}
