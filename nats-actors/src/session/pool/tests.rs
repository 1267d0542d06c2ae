//! A pool over passes, INFOs and failures.

use super::servers::ServerPool;
use crate::protocol::ServerError;

fn pool(given: &[&'static str]) -> ServerPool<&'static str> {
    ServerPool::new(given.iter().copied(), None)
}

fn all(pool: &ServerPool<&'static str>) -> Vec<&'static str> {
    pool.servers().map(|server| server.address).collect()
}

/// Tries everything that is left of a pass.
fn pass(pool: &mut ServerPool<&'static str>) -> Vec<&'static str> {
    std::iter::from_fn(|| pool.try_next()).collect()
}

// spec: A40-03, CON-17
#[test]
fn each_server_has_one_turn_per_pass() {
    let mut pool = pool(&["a", "b", "a"]);

    assert_eq!(pool.try_next(), Some("a"));
    assert!(!pool.pass_is_over());
    assert_eq!(pool.try_next(), Some("b"));
    assert!(pool.pass_is_over());
    assert_eq!(pool.try_next(), None);
    pool.begin_pass(None);
    assert_eq!(pass(&mut pool), ["a", "b"]);
}

// spec: A40-21, CON-17
#[test]
fn the_order_of_a_pass_is_drawn_unless_it_is_kept() {
    let mut pool = pool(&["a", "b", "c"]);
    pool.begin_pass(Some(|_| 0));
    assert_eq!(pass(&mut pool), ["b", "c", "a"]);

    pool.begin_pass(Some(|below| below - 1));
    assert_eq!(pass(&mut pool), ["b", "c", "a"]);
    // A draw out of range cannot reach outside the pool.
    pool.begin_pass(Some(|_| usize::MAX));
    assert_eq!(pass(&mut pool).len(), 3);
}

// spec: A40-19, A40-21
#[test]
fn the_server_just_lost_comes_last_once() {
    let mut pool = pool(&["a", "b", "c"]);
    pool.connected(&"a");
    pool.lost(None);

    assert!(pool.was_left(&"a") && !pool.was_left(&"b"));
    assert_eq!(pass(&mut pool), ["b", "c", "a"]);
    pool.begin_pass(None);
    assert!(!pool.was_left(&"a"));
    assert_eq!(pass(&mut pool), ["b", "a", "c"], "it had the latest turn");
    pool.begin_pass(None);
    assert_eq!(pass(&mut pool), ["a", "b", "c"]);
}

// spec: A40-17, CON-19, EVT-11
#[test]
fn told_servers_come_and_go_and_given_ones_stay() {
    let mut pool = pool(&["a"]);

    let change = pool.update(["b", "c", "b"]);
    assert_eq!((change.added, change.removed), (vec!["b", "c"], vec![]));
    let change = pool.update(["c"]);
    assert_eq!((change.added, change.removed), (vec![], vec!["b"]));
    let change = pool.update([]);
    assert_eq!((change.added, change.removed), (vec![], vec![]));
    assert_eq!(all(&pool), ["a", "c"]);
    assert!(pool.servers().all(|server| server.discovered == (server.address == "c")));
}

// spec: A40-17
#[test]
fn the_server_in_use_stays_until_it_is_left() {
    let mut pool = pool(&["a"]);
    pool.update(["b"]);
    pool.connected(&"b");
    pool.update(["c"]);
    assert_eq!(all(&pool), ["a", "b", "c"]);

    pool.connected(&"a");
    pool.update(["c"]);
    assert_eq!(all(&pool), ["a", "c"]);
}

#[test]
fn who_comes_or_goes_in_the_middle_of_a_pass_costs_nobody_a_turn() {
    let mut pool = pool(&["a", "z"]);
    pool.update(["b", "c"]);
    for expected in ["a", "z", "b"] {
        assert_eq!(pool.try_next(), Some(expected));
    }
    pool.update(["c", "d"]);

    assert_eq!(pass(&mut pool), ["c", "d"]);
}

// spec: A40-21, CON-10
#[test]
fn a_server_that_fails_too_often_in_a_row_leaves() {
    let mut pool = ServerPool::new(["a", "b"], Some(2));

    assert!(!pool.failed(&"a", "refused"));
    pool.connected(&"a");
    assert!(!pool.failed(&"a", "refused"), "success begins a new count");
    assert!(!pool.failed(&"b", "timed out"));
    let b = pool.servers().find(|server| server.address == "b").unwrap();
    assert_eq!((b.failures, b.last_error.as_deref()), (1, Some("timed out")));
    assert!(pool.failed(&"b", "timed out"));
    assert_eq!(all(&pool), ["a"]);
    assert!(pool.failed(&"a", "refused") && pool.is_empty());
    assert!(!pool.failed(&"a", "refused"), "who is not there cannot leave");
}

// spec: A40-28, CON-34
#[test]
fn the_same_refusal_twice_in_a_row_is_told() {
    let (violation, expired) =
        (ServerError::AuthorizationViolation, ServerError::AuthenticationExpired);
    let mut pool = pool(&["a", "b"]);

    assert!(!pool.refused(&"a", &violation));
    assert!(!pool.refused(&"b", &violation));
    assert!(!pool.refused(&"a", &expired));
    assert!(pool.refused(&"a", &expired));
    pool.connected(&"b");
    assert!(!pool.refused(&"b", &violation));
}

// spec: A40-31, CON-32
#[test]
fn a_new_list_keeps_what_is_known_about_survivors() {
    let mut pool = pool(&["a", "b"]);
    pool.update(["c"]);
    pool.failed(&"b", "refused");
    pool.connected(&"a");
    pool.replace(["c", "b", "d", "d"]);

    let known: Vec<_> = pool.servers().map(|s| (s.address, s.failures, s.discovered)).collect();
    assert_eq!(known, [("c", 0, false), ("b", 1, false), ("d", 0, false)]);
    assert_eq!(pool.current(), Some(&"a"));
}

// spec: A40-32, CON-33
#[test]
fn a_server_may_be_chosen_out_of_its_turn() {
    let mut pool = pool(&["a", "b"]);

    assert!(pool.choose(&"b") && !pool.choose(&"x"));
    assert_eq!(pass(&mut pool), ["a"]);
}
