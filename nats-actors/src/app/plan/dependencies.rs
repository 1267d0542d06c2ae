//! Who wants what, and whether it is there.

use super::problem::{Problem, ProblemKind};
use crate::app::deps::{Dependency, Provided};
use crate::app::part::Facts;
use crate::client::Client;
use crate::jetstream::JetStream;

pub(super) fn problems(provided: &Provided, parts: &[&Facts]) -> Vec<Problem> {
    let own = [Dependency::of::<Client>(), Dependency::of::<JetStream>()];
    let mut texts = Vec::new();
    for wanted in provided.twice() {
        texts.push(format!("`{}` is provided twice", wanted.type_name()));
    }
    for wanted in own.into_iter().filter(|wanted| provided.has(*wanted)) {
        let name = wanted.type_name();
        texts.push(format!("`{name}` is provided by hand, and by the application itself"));
    }
    for part in parts {
        let missing = |wanted: &&Dependency| !own.contains(wanted) && !provided.has(**wanted);
        for wanted in part.wants.iter().filter(missing) {
            texts.push(format!(
                "{} wants `{}`, which nobody provides",
                part.title(),
                wanted.type_name()
            ));
        }
    }
    texts.into_iter().map(|text| Problem::new(ProblemKind::Dependency, text)).collect()
}
