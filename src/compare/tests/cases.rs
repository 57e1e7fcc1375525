//! One case each of what a comparison must tell apart.

use std::collections::BTreeSet;

use crate::compare::fixtures::{baseline, row};
use crate::compare::{AllocationVerdict, Comparison, Fact, Options, Row, Rule, Verdict, Warning, compare};
use crate::dtype::Dtype;
use crate::model::{Allocation, Baseline, Benchmark, Range, Round, Session};
use crate::work::{Bytes, Elements, Flops, Tokens, Work};

/// Five rounds of twenty probed samples near `ns`, of a row that follows the clock.
fn steady(function: &str, ns: f64) -> Benchmark {
    clocked(function, ns, 50_000.0)
}

fn clocked(function: &str, ns: f64, probe: f64) -> Benchmark {
    let round = |wander: f64| Round {
        session: 0,
        samples: (0..20).map(|i| ns * wander * (1.0 + 1e-4 * f64::from(i % 3))).collect(),
        probes: vec![probe * wander; 20],
        contention: vec![],
        steps: vec![],
    };
    let rounds = [1.0, 1.004, 0.997, 1.002, 0.999].map(round).to_vec();
    Benchmark { rounds, ..row(function, &[]) }
}

fn diff(old: Vec<Benchmark>, new: Vec<Benchmark>) -> Comparison {
    compare(&baseline("old", old), &baseline("new", new), &Options::default())
}

fn only(comparison: &Comparison) -> &Row {
    assert_eq!(comparison.rows.len(), 1);
    &comparison.rows[0]
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-3 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn slower_faster_and_equal_rows() {
    let old = vec![steady("a", 1e5), steady("b", 1e5), steady("c", 1e5)];
    let new = vec![steady("a", 1.1e5), steady("b", 0.9e5), steady("c", 1.001e5)];
    let comparison = diff(old, new);
    let verdicts: Vec<Verdict> = comparison.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Regressed, Verdict::Improved, Verdict::Unchanged]);
    let time = comparison.rows[0].time.unwrap();
    let change = time.change.unwrap();
    close(change.point, 0.1);
    assert!(change.low > 0.08 && change.high < 0.12 && change.p < 0.01, "{change:?}");
    close(time.baseline_ns.unwrap() / 1e5, 1.0);
    assert_eq!(comparison.summary.verdicts[&Verdict::Regressed], 1);
    assert_eq!(comparison.warnings, []);
}

#[test]
fn rows_of_one_side_and_failures_keep_what_was_measured() {
    let failed = Benchmark { failure: Some("panicked".to_owned()), rounds: vec![], ..steady("f", 1.0) };
    let empty = Benchmark { rounds: vec![], ..steady("g", 1.0) };
    let old = vec![steady("a", 1e5), steady("f", 1e5), steady("g", 1e5)];
    let comparison = diff(old, vec![steady("b", 2e5), failed, empty]);
    let [a, b, f, g] = comparison.rows.as_slice() else { panic!("{}", comparison.rows.len()) };
    assert_eq!(
        [a, b, f, g].map(|row| row.verdict),
        [Verdict::Removed, Verdict::Added, Verdict::Failed, Verdict::Failed]
    );
    for (row, measured) in [(a, [true, false]), (b, [false, true]), (f, [true, false]), (g, [true, false])] {
        let time = row.time.unwrap();
        assert_eq!([time.baseline_ns.is_some(), time.candidate_ns.is_some()], measured, "{}", row.label);
        assert_eq!(time.change, None);
    }
    assert_eq!(f.notes, [Warning::Failed { side: "candidate", reason: "panicked".to_owned() }]);
    assert_eq!(comparison.summary.time_geomean, None);
}

#[test]
fn another_machine_is_not_comparable_unless_allowed_but_allocation_is() {
    let allocating = |bytes| Benchmark { allocation: Some(allocation(bytes)), ..steady("a", 1e5) };
    let old = baseline("old", vec![allocating(1000)]);
    let mut new = baseline("new", vec![allocating(2000)]);
    new.environment.machine.cpu = "Other".to_owned();
    let refused = compare(&old, &new, &Options::default());
    let row = only(&refused);
    assert_eq!((row.verdict, row.time.unwrap().change), (Verdict::NotComparable, None));
    assert_eq!(row.notes, [Warning::Differs(Fact::Machine)]);
    assert_eq!(row.allocation.unwrap().verdict, AllocationVerdict::More);
    assert_eq!(refused.warnings, [Warning::Differs(Fact::Machine)]);

    let options = Options { across: BTreeSet::from([Fact::Machine]), ..Options::default() };
    let allowed = compare(&old, &new, &options);
    assert_eq!(only(&allowed).verdict, Verdict::Unchanged);
    assert_eq!(allowed.warnings, [Warning::Across(Fact::Machine)]);
}

fn allocation(bytes: u64) -> Allocation {
    Allocation {
        count: Some(Range::exact(3)),
        bytes: Range::exact(bytes),
        peak: Some(Range::exact(bytes)),
        net: Some(Range::exact(0)),
    }
}

#[test]
fn other_work_is_a_matter_of_the_row() {
    let of = |function: &str, flops: u64, dtype: Dtype| Benchmark {
        work: Some(Work { flops: Some(Flops(flops)), dtype: Some(dtype), ..Work::default() }),
        ..steady(function, 1e5)
    };
    let old = vec![of("a", 100, Dtype::F32), of("b", 100, Dtype::F32), of("c", 100, Dtype::F32)];
    let comparison =
        diff(old, vec![of("a", 100, Dtype::F32), of("b", 200, Dtype::F32), of("c", 100, Dtype::F16)]);
    let notes: Vec<_> = comparison.rows.iter().map(|row| (row.verdict, row.notes.as_slice())).collect();
    assert_eq!(notes[0], (Verdict::Unchanged, [].as_slice()));
    assert_eq!(notes[1], (Verdict::NotComparable, [Warning::Differs(Fact::Work)].as_slice()));
    assert_eq!(notes[2], (Verdict::NotComparable, [Warning::Differs(Fact::Dtype)].as_slice()));
    assert_eq!(comparison.warnings, []);
}

#[test]
fn one_round_has_no_interval() {
    let one = |ns| Benchmark { rounds: steady("a", ns).rounds[..1].to_vec(), ..steady("a", ns) };
    let comparison = diff(vec![one(1e5)], vec![one(2e5)]);
    let row = only(&comparison);
    assert_eq!(row.verdict, Verdict::Inconclusive);
    assert_eq!(row.notes, [Warning::TooFewRounds { rounds: [1, 1] }]);
    let change = row.time.unwrap().change.unwrap();
    assert_eq!((change.low, change.high, change.p), (-1.0, f64::INFINITY, 1.0));
    assert_eq!((comparison.summary.time_geomean, comparison.summary.geomean_rows), (None, 0));
}

#[test]
fn the_point_rule_needs_no_rounds() {
    let old =
        vec![row("a", &[100_000.0]), row("b", &[100_000.0]), row("c", &[100_000.0]), row("d", &[100.0])];
    let new = vec![row("a", &[105_000.0]), row("b", &[95_000.0]), row("c", &[104_900.0]), row("d", &[119.0])];
    let options = Options { rule: Rule::Point, threshold: 0.05, ..Options::default() };
    let comparison = compare(&baseline("old", old), &baseline("new", new), &options);
    let verdicts: Vec<Verdict> = comparison.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Regressed, Verdict::Improved, Verdict::Unchanged, Verdict::Unchanged]);
    let change = comparison.rows[0].time.unwrap().change.unwrap();
    assert_eq!((change.low, change.high), (change.point, change.point));
    let geomean = comparison.summary.time_geomean.unwrap();
    close(geomean.point, (1.05f64 * 0.95 * 1.049 * 1.19).powf(0.25) - 1.0);
    assert_eq!(comparison.warnings, [Warning::PointEstimates]);
}

#[test]
fn the_absolute_floor_raises_the_threshold_of_short_rows() {
    let comparison = diff(vec![steady("a", 50.0)], vec![steady("a", 60.0)]);
    let row = only(&comparison);
    assert_eq!(row.verdict, Verdict::Unchanged);
    close(row.time.unwrap().threshold, 0.4);
}

#[test]
fn rates_follow_the_time_and_need_one_convention() {
    let of = |ns: f64, convention: &str| Benchmark {
        work: Some(Work {
            flops: Some(Flops(2_000_000)),
            bytes: Some(Bytes(400_000)),
            elements: Some(Elements(100_000)),
            tokens: Some(Tokens(5)),
            convention: Some(convention.to_owned()),
            ..Work::default()
        }),
        ..steady("a", ns)
    };
    let comparison = diff(vec![of(1e5, "x")], vec![of(2e5, "x")]);
    let row = only(&comparison);
    for (rate, expected) in
        [(row.gflops, 20.0), (row.gb_per_s, 4.0), (row.gelem_per_s, 1.0), (row.tokens_per_s, 5e4)]
    {
        let rate = rate.unwrap();
        close(rate.baseline.unwrap() / expected, 1.0);
        close(rate.candidate.unwrap() / expected, 0.5);
        close(rate.change.unwrap(), -0.5);
    }
    let other = diff(vec![of(1e5, "x")], vec![of(2e5, "y")]);
    assert_eq!(
        (only(&other).gflops, only(&other).notes.as_slice()),
        (None, [Warning::Convention].as_slice())
    );
    assert!(only(&other).gb_per_s.is_some());
}

#[test]
fn totals_count_nested_rows_once_and_only_where_the_outer_row_is_there() {
    let inside = |function: &str, outer: &str, ns| Benchmark {
        nested_in: Some(outer.to_owned()),
        ..steady(function, ns)
    };
    let rows = |ns: f64| vec![steady("a", ns), inside("b", "ops/a", ns), inside("c", "ops/gone", ns)];
    let comparison = diff(rows(1e5), rows(2e5));
    assert_eq!(comparison.summary.geomean_rows, 2);
    close(comparison.summary.time_geomean.unwrap().point, 1.0);
    close(comparison.summary.total_ns[0] / 1e5, 2.0);
    close(comparison.summary.total_ns[1] / 1e5, 4.0);
}

#[test]
fn allocation_totals_are_of_rows_that_have_it() {
    let with =
        |function: &str, bytes| Benchmark { allocation: Some(allocation(bytes)), ..steady(function, 1e5) };
    let comparison = diff(vec![with("a", 10), steady("b", 1e5)], vec![with("a", 1000), with("b", 7)]);
    assert_eq!(comparison.summary.total_bytes, Some([10, 1000]));
    assert_eq!(comparison.summary.total_allocations, Some([3, 3]));
    assert_eq!(comparison.summary.allocation_verdicts.len(), 1);
    assert_eq!(diff(vec![steady("a", 1.0)], vec![]).summary.total_bytes, None);
}

#[test]
fn a_clock_that_moved_is_taken_out_and_told() {
    let comparison = diff(vec![clocked("a", 1e5, 50_000.0)], vec![clocked("a", 1.05e5, 52_500.0)]);
    let change = only(&comparison).time.unwrap().change.unwrap();
    close(change.point, 0.0);
    close(change.quality.raw, 0.05);
    let [Warning::ClockMoved(moved)] = comparison.warnings.as_slice() else {
        panic!("{:?}", comparison.warnings)
    };
    close(*moved, 1.05f64.ln());
}

#[test]
fn rows_without_probes_say_so() {
    let bare = |ns: f64| row("a", &[ns, ns * 1.001, ns * 0.999]);
    let comparison = diff(vec![bare(1e5)], vec![bare(1.2e5)]);
    assert_eq!(only(&comparison).verdict, Verdict::Regressed);
    assert_eq!(only(&comparison).notes, [Warning::NoProbe]);
}

#[test]
fn several_sessions_teach_the_session_term() {
    let with_sessions = |name: &str| -> Baseline {
        let mut side = baseline(name, vec![steady("a", 1e5)]);
        side.sessions = vec![Session { started: side.created() }; 3];
        let rounds = side.benchmarks[0].rounds.clone();
        let session = |session| rounds.iter().map(move |round| Round { session, ..round.clone() });
        side.benchmarks[0].rounds = (0..3).flat_map(session).collect();
        side
    };
    let comparison = compare(&with_sessions("old"), &with_sessions("new"), &Options::default());
    let quality = only(&comparison).time.unwrap().change.unwrap().quality;
    assert!(quality.session_sd_learned && quality.session_sd < 0.0035, "{quality:?}");
}

#[test]
fn a_baseline_against_itself() {
    let side = baseline("x", vec![steady("a", 1e5), steady("b", 3e2)]);
    let comparison = compare(&side, &side, &Options::default());
    assert!(comparison.rows.iter().all(|row| row.verdict == Verdict::Unchanged));
    assert_eq!(comparison.warnings, [Warning::SameBaseline]);
    assert_eq!(comparison.differences, []);
}

#[test]
fn empty_baselines_compare_to_nothing() {
    let comparison = diff(vec![], vec![]);
    assert_eq!(comparison.rows, []);
    assert_eq!(comparison.summary.total_ns, [0.0; 2]);
    assert_eq!(comparison.summary.time_geomean, None);
}
