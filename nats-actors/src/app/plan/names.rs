//! Names and versions, and the address to connect to.

use semver::Version;

use super::problem::{Problem, ProblemKind};
use crate::app::App;
use crate::app::part::{Facts, Kind};

pub(super) fn problems(app: &App) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(bad_name("application", &app.name));
    problems.extend(bad_version("application", &app.name, &app.version));
    if let Some(Err(error)) = &app.connect {
        problems.push(Problem::new(ProblemKind::Address, error.to_string()));
    }
    problems.extend(
        app.groups.groups().into_iter().filter_map(|group| bad_name("group", group.name())),
    );
    problems.extend(app.groups.facts().into_iter().flat_map(of_part));
    problems
}

fn of_part(facts: &Facts) -> Vec<Problem> {
    match &facts.kind {
        Kind::Service(service) => {
            let (name, version) = (service.info.name(), service.info.version());
            let name_problem = bad_name("service", name);
            name_problem.into_iter().chain(bad_version("service", name, version)).collect()
        }
        Kind::Consumer(spec) => {
            let names = [("stream", spec.stream), ("consumer", spec.durable)];
            names.into_iter().filter_map(|(what, name)| bad_jetstream_name(what, name)).collect()
        }
        Kind::Task(name) => bad_name("task", name).into_iter().collect(),
    }
}

/// The rule of ADR-32 for services, which serves for all names of ours.
fn bad_name(what: &str, name: &str) -> Option<Problem> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = !name.is_empty() && name.chars().all(legal);
    let text = || format!("{what} `{}`: a name is made of A-Z a-z 0-9 - _", name.escape_debug());
    (!good).then(|| Problem::new(ProblemKind::Name, text()))
}

fn bad_version(what: &str, name: &str, version: &str) -> Option<Problem> {
    let error = Version::parse(version).err()?;
    let version = version.escape_debug();
    let text = format!("{what} `{name}`: the version `{version}` is not SemVer: {error}");
    Some(Problem::new(ProblemKind::Name, text))
}

/// What the server takes as the name of a stream or a consumer.
pub(super) fn bad_jetstream_name(what: &str, name: &str) -> Option<Problem> {
    let illegal =
        |c: char| matches!(c, '.' | '*' | '>' | '/' | '\\') || c.is_whitespace() || c.is_control();
    let good = !name.is_empty() && name.len() <= 255 && !name.contains(illegal);
    let rule = "a name has 1 to 255 bytes, without whitespace and . * > / \\";
    let text = || format!("{what} `{}`: {rule}", name.escape_debug());
    (!good).then(|| Problem::new(ProblemKind::Name, text()))
}
