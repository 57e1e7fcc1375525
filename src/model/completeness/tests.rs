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
    let id = newer.benchmarks[0].id.clone();
    let unmeasured = Benchmark::unmeasured(id, "its bench ended".to_owned());
    let failed =
        Benchmark { failure: Some("it panics".to_owned()), not_measured: None, ..unmeasured.clone() };
    for (gap, reason) in [(failed, "it panics"), (unmeasured, "its bench ended")] {
        newer.benchmarks[0] = gap;
        assert_eq!(lost(&of(&["a"]), &newer), [("ops/a".to_owned(), reason.to_owned())]);
        assert_eq!(lost(&newer, &newer), []);
    }
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
fn a_lost_benchmark_is_kept_as_one_that_was_not_measured() {
    let old = of(&["a", "b"]);
    let mut newer = of(&["a"]);
    newer.unfinished = vec![unfinished("ops")];
    let partial = newer.clone().with_lost(old.lost_in(&newer));
    let gaps = partial.gaps().expect("it is incomplete");
    assert_eq!(gaps.missing, [old.benchmarks[1].id.clone()]);
    assert_eq!(gaps.unfinished, newer.unfinished);
    assert!(partial.benchmarks[1].not_measured.is_some() && partial.benchmarks[1].failure.is_none());
    assert_eq!(old.gaps(), None);
}

#[test]
fn a_baseline_says_nothing_of_what_it_was_not_asked_for() {
    let all = of(&["a", "b"]);
    let absence = |of: &Baseline| of.absence(&all.benchmarks[1].id, &all);
    let mut fewer = of(&["a"]);
    assert_eq!(absence(&fewer), None, "its bench came to its end without it");
    fewer.settings.cargo_arguments = vec!["--bench".to_owned(), "ops".to_owned()];
    assert_eq!(absence(&fewer), None, "its bench was run");
    fewer.benchmarks[0].id.target = "models".to_owned();
    let left_out = |reason: &str| Some(Absence::LeftOut(reason.to_owned()));
    assert_eq!(absence(&fewer), left_out("its bench `ops` was not run with `--bench ops`"));
    fewer.settings.filter = Some("a$".to_owned());
    assert_eq!(absence(&fewer), left_out("the filter `a$` leaves it out"));
    fewer.unfinished = vec![unfinished("ops")];
    let reason = "its bench `ops` did not come to its end: it panics".to_owned();
    assert_eq!(absence(&fewer), Some(Absence::Unfinished(reason)));
}

#[test]
fn a_bench_that_only_other_arguments_select_was_not_run_without_them() {
    let mut all = of(&["a"]);
    let mut fewer = of(&["a"]);
    fewer.benchmarks[0].id.target = "models".to_owned();
    assert_eq!(fewer.absence(&all.benchmarks[0].id, &all), None, "the bench is gone");
    all.settings.cargo_arguments = vec!["--features".to_owned(), "mkl".to_owned()];
    let reason = "its bench `ops` was not run: `--features mkl` was not given".to_owned();
    assert_eq!(fewer.absence(&all.benchmarks[0].id, &all), Some(Absence::LeftOut(reason)));
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

#[test]
fn a_bench_is_named_with_its_package_where_another_package_has_one_of_its_name() {
    let mut all = of(&["a", "b"]);
    all.benchmarks[1].id.package = "other".to_owned();
    let mut fewer = of(&["a"]);
    fewer.unfinished = vec![UnfinishedBench { package: "other".to_owned(), ..unfinished("ops") }];
    let reason = "its bench `other::ops` did not come to its end: it panics".to_owned();
    assert_eq!(fewer.absence(&all.benchmarks[1].id, &all), Some(Absence::Unfinished(reason)));
    let expected = ("ops/b".to_owned(), "bench `other::ops` did not come to its end: it panics".to_owned());
    assert_eq!(lost(&all, &fewer), [expected]);
}
