//! What no compiler checks: layers point down, sans-io code does no I/O, files and functions
//! stay short, module roots are tables of contents, and what is awaited says what that does. A failing test names the file
//! and the rule.

mod code;
mod docs;
mod layers;
mod repository;
mod sizes;

use repository::Source;

#[test]
fn layers_name_only_layers_below_them() {
    report(&repository::library(), layers::names_only_below);
}

#[test]
fn every_module_of_the_library_is_a_layer() {
    report(&repository::library(), layers::belongs_to_a_layer);
}

#[test]
fn sans_io_layers_do_no_io() {
    report(&repository::library(), layers::does_no_io);
}

#[test]
fn files_are_short() {
    report(&repository::workspace(), sizes::file_is_short);
}

#[test]
fn functions_are_short() {
    report(&repository::workspace(), sizes::functions_are_short);
}

#[test]
fn module_roots_are_tables_of_contents() {
    report(&repository::workspace(), sizes::root_holds_no_logic);
}

#[test]
fn what_is_awaited_says_what_it_does() {
    report(&repository::library(), docs::what_is_awaited_says_what_it_does);
}

/// Fails with every violation of one rule, one a line.
fn report(sources: &[Source], rule: impl Fn(&Source) -> Vec<String>) {
    assert!(!sources.is_empty(), "no source found: the walk over the repository is broken");
    let found: Vec<String> = sources
        .iter()
        .flat_map(|source| rule(source).into_iter().map(|text| format!("{}: {text}", source.path)))
        .collect();
    assert!(found.is_empty(), "{} violation(s):\n{}", found.len(), found.join("\n"));
}
