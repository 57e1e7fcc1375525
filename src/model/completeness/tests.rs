//! What is lost, and what a later session makes known.

use super::*;
use crate::compare::fixtures::{baseline, row};

fn unfinished(target: &str) -> UnfinishedBench {
    UnfinishedBench { package: "suite".to_owned(), target: target.to_owned(), reason: "it panics".to_owned() }
}

/// Two rounds of each benchmark.
fn of(functions: &[&str]) -> Baseline {
    let mut baseline = baseline("main", functions.iter().map(|name| row(name, &[1.0, 1.0])).collect());
    baseline.settings.rounds = 2;
    baseline
}

fn lost(old: &Baseline, newer: &Baseline) -> Vec<(String, String)> {
    old.lost_in(newer).into_iter().map(|lost| (lost.id.path(), lost.reason)).collect()
}

#[test]
fn what_was_measured_again_is_not_lost() {
    assert_eq!(lost(&of(&["a", "b"]), &of(&["a", "b", "c"])), []);
}

#[test]
fn a_benchmark_that_its_bench_has_no_longer_is_not_lost() {
    assert_eq!(lost(&of(&["a", "b"]), &of(&["a"])), []);
}

#[test]
fn what_a_bench_did_not_come_to_is_lost() {
    let mut newer = of(&["a"]);
    newer.unfinished = vec![unfinished("ops")];
    let reason = "bench `ops` did not come to its end: it panics".to_owned();
    assert_eq!(lost(&of(&["a", "b"]), &newer), [("ops/b".to_owned(), reason.clone())]);
    newer.benchmarks[0].rounds.truncate(1);
    let both = [("ops/a".to_owned(), reason.clone()), ("ops/b".to_owned(), reason)];
    assert_eq!(lost(&of(&["a", "b"]), &newer), both, "one round of two is not all");
    newer.unfinished = vec![unfinished("other")];
    assert_eq!(lost(&of(&["a", "b"]), &newer), []);
}

#[test]
fn a_benchmark_that_failed_is_lost_unless_it_had_failed_before() {
    let mut newer = of(&["a"]);
    newer.benchmarks[0] = Benchmark::unmeasured(newer.benchmarks[0].id.clone(), "it panics".to_owned());
    assert_eq!(lost(&of(&["a"]), &newer), [("ops/a".to_owned(), "it panics".to_owned())]);
    assert_eq!(lost(&newer, &newer), []);
}

#[test]
fn what_belongs_to_a_bench_that_was_not_run_is_lost() {
    let mut newer = of(&["a"]);
    newer.benchmarks[0].id.target = "other".to_owned();
    assert_eq!(lost(&of(&["a"]), &newer), [("ops/a".to_owned(), "bench `ops` was not run".to_owned())]);
}

#[test]
fn a_session_that_did_not_run_a_bench_makes_nothing_of_it_known() {
    let mut partial = of(&["a"]);
    partial.unfinished = vec![unfinished("ops")];
    let mut other = of(&["a"]);
    other.benchmarks[0].id.target = "other".to_owned();
    assert_eq!(still_unfinished(&partial, &other), partial.unfinished);
    assert_eq!(still_unfinished(&other, &partial), partial.unfinished);
    assert_eq!(still_unfinished(&partial, &of(&["a"])), []);
}

#[test]
fn what_was_not_asked_for_again_is_lost() {
    let mut newer = of(&["a"]);
    newer.settings.filter = Some("a$".to_owned());
    assert_eq!(
        lost(&of(&["a", "b"]), &newer),
        [("ops/b".to_owned(), "the filter `a$` leaves it out".to_owned())]
    );
    assert_eq!(of(&["a", "b"]).left_out_by(&newer.settings).len(), 1);
    newer.settings.filter = None;
    newer.settings.cargo_arguments = vec!["--bench".to_owned(), "ops".to_owned()];
    assert_eq!(lost(&of(&["a", "b"]), &newer).len(), 1);
}

#[test]
fn a_lost_benchmark_is_kept_as_a_failed_one() {
    let old = of(&["a", "b"]);
    let mut newer = of(&["a"]);
    newer.unfinished = vec![unfinished("ops")];
    let partial = newer.clone().with_lost(old.lost_in(&newer));
    let gaps = partial.gaps().expect("it is incomplete");
    assert_eq!(gaps.missing, [old.benchmarks[1].id.clone()]);
    assert_eq!(gaps.unfinished, newer.unfinished);
    assert_eq!(old.gaps(), None);
}

#[test]
fn a_session_that_came_to_its_end_makes_all_known() {
    let (complete, mut partial) = (of(&["a"]), of(&["a"]));
    partial.unfinished = vec![unfinished("ops")];
    assert_eq!(still_unfinished(&partial, &complete), []);
    assert_eq!(still_unfinished(&complete, &partial), []);
    assert_eq!(still_unfinished(&partial, &partial), partial.unfinished);
    let mut filtered = complete;
    filtered.settings.filter = Some("a".to_owned());
    assert_eq!(
        still_unfinished(&partial, &filtered),
        partial.unfinished,
        "other benchmarks are still unknown"
    );
}
