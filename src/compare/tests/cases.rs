//! One case each of what a comparison must tell apart.

use std::collections::BTreeSet;

use crate::compare::fixtures::{baseline, row};
use crate::compare::{
    Comparison, Difference, Fact, Metric, Options, Row, RowOptions, Rule, Side, Sides, Threshold, Verdict,
    Warning, compare, compare_where,
};
use crate::dtype::Dtype;
use crate::model::{
    Allocation, Baseline, Benchmark, BenchmarkId, CpuTime, HeadToHead, Range, Round, Session,
};
use crate::work::{Bytes, Elements, Flops, Tokens, Work};

/// Five rounds of twenty probed samples near `ns`, of a row that follows the clock.
fn steady(function: &str, ns: f64) -> Benchmark {
    clocked(function, ns, 50_000.0)
}

fn clocked(function: &str, ns: f64, probe: f64) -> Benchmark {
    let round = |wander: f64| Round {
        samples: (0..20).map(|i| ns * wander * (1.0 + 1e-4 * f64::from(i % 3))).collect(),
        probes: vec![probe * wander; 20],
        contention: vec![],
        ..Round::default()
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
    let time = comparison.rows[0].time().unwrap();
    let change = time.change.unwrap();
    close(change.point, 0.1);
    assert!(change.low > 0.08 && change.high < 0.12 && time.estimation.unwrap().p < 0.01, "{time:?}");
    close(time.values().baseline.unwrap() / 1e5, 1.0);
    assert_eq!((time.verdict, time.threshold), (Some(Verdict::Regressed), Some(Threshold::Fraction(0.02))));
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
        let time = row.time().unwrap();
        assert_eq!(time.sides.map(|side| side.is_some()).into_array(), measured, "{}", row.label);
        assert_eq!((time.change, time.verdict), (None, None));
    }
    assert_eq!(f.notes, [Warning::Failed { side: Side::Candidate, reason: "panicked".to_owned() }]);
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
    assert_eq!((row.verdict, row.time_change()), (Verdict::NotComparable, None));
    let cpu = vec![Difference::required(Fact::Machine, "CPU", "Example CPU", "Other")];
    assert_eq!(row.notes, [Warning::Differs(cpu.clone())]);
    assert_eq!(row.allocation_verdict(), Some(Verdict::Regressed));
    assert_eq!(refused.warnings, [Warning::Differs(cpu.clone())]);

    let options = Options { across: BTreeSet::from([Fact::Machine]), ..Options::default() };
    let allowed = compare(&old, &new, &options);
    assert_eq!(only(&allowed).verdict, Verdict::Unchanged);
    assert_eq!(allowed.warnings, [Warning::Across(cpu)]);
}

#[test]
fn rates_have_the_direction_of_the_verdict_where_the_work_is_the_same() {
    let working = |ns, flops, tokens| {
        let work = Work { flops: Some(Flops(flops)), tokens: Some(Tokens(tokens)), ..Work::default() };
        baseline("a", vec![Benchmark { work: Some(work), ..steady("a", ns) }])
    };
    let old = working(1e5, 1_000, 10);
    let found = |new: &Baseline| {
        let options = Options { across: BTreeSet::from([Fact::Work]), ..Options::default() };
        let comparison = compare(&old, new, &options);
        let change = |metric| only(&comparison).measure(metric).unwrap().change.unwrap();
        let rates = [Metric::Gflops, Metric::TokensPerSecond].map(change);
        (only(&comparison).verdict, rates.map(|rate| (rate.point > 0.0, rate.established)))
    };
    assert_eq!(found(&working(3e5, 1_000, 10)), (Verdict::Regressed, [(false, true); 2]));
    // Three times the time for four times the FLOPs.
    assert_eq!(found(&working(3e5, 4_000, 10)), (Verdict::Regressed, [(true, false), (false, true)]));
    assert_eq!(found(&working(1e5, 2_000, 10)), (Verdict::Unchanged, [(true, false), (false, false)]));
}

#[test]
fn a_floor_lets_small_changes_pass_and_is_named_in_the_row() {
    let comparison = |floor_ns: f64| {
        let sides =
            [100.0, 110.0].map(|ns| baseline("a", vec![steady("short", ns), steady("long", 1e3 * ns)]));
        compare(&sides[0], &sides[1], &Options { floor_ns, ..Options::default() })
    };
    let judged = |floor_ns| comparison(floor_ns).rows.iter().map(|row| row.verdict).collect::<Vec<_>>();
    assert_eq!(judged(0.0), [Verdict::Regressed; 2]);
    assert_eq!(judged(20.0), [Verdict::Regressed, Verdict::Unchanged]);
    let rows = comparison(20.0).rows;
    assert!(rows[1].notes.contains(&Warning::Floor(20.0)) && !rows[0].notes.contains(&Warning::Floor(20.0)));
}

fn allocation(bytes: u64) -> Allocation {
    Allocation {
        count: Some(Range::exact(3)),
        bytes: Range::exact(bytes),
        peak: Some(Range::exact(bytes)),
        live: None,
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
    let [flops, dtype] = [
        Difference::required(Fact::Work, "FLOPs", 100, 200),
        Difference::required(Fact::Dtype, "dtype", "f32", "f16"),
    ]
    .map(|difference| Warning::Differs(vec![difference]));
    assert_eq!(notes[1], (Verdict::NotComparable, [flops].as_slice()));
    assert_eq!(notes[2], (Verdict::NotComparable, [dtype].as_slice()));
    assert_eq!(comparison.warnings, []);
}

#[test]
fn one_round_has_no_interval() {
    let one = |ns| Benchmark { rounds: steady("a", ns).rounds[..1].to_vec(), ..steady("a", ns) };
    let comparison = diff(vec![one(1e5)], vec![one(2e5)]);
    let row = only(&comparison);
    assert_eq!(row.verdict, Verdict::Inconclusive);
    assert_eq!(row.notes, [Warning::TooFewRounds { rounds: Sides::new(1, 1) }]);
    let time = row.time().unwrap();
    let change = time.change.unwrap();
    assert_eq!((change.low, change.high, time.estimation.unwrap().p), (-1.0, f64::INFINITY, 1.0));
    assert_eq!((comparison.summary.time_geomean, comparison.summary.geomean_rows), (None, 0));
}

/// A benchmark with these contention probes.
fn with_contention(benchmark: Benchmark, ns: f64) -> Benchmark {
    let rounds = benchmark.rounds.iter().map(|round| Round { contention: vec![ns; 20], ..round.clone() });
    Benchmark { rounds: rounds.collect(), ..benchmark }
}

#[test]
fn one_contended_round_is_contended() {
    let one = |ns| Benchmark { rounds: steady("a", ns).rounds[..1].to_vec(), ..steady("a", ns) };
    let side = |ns| vec![with_contention(one(ns), 90_000.0), with_contention(steady("b", 1e5), 40_000.0)];
    let comparison = diff(side(1e5), side(2e5));
    let row = &comparison.rows[0];
    assert!(row.contended);
    let few = Warning::TooFewRounds { rounds: Sides::new(1, 1) };
    assert_eq!(row.notes, [Warning::Contended, few]);
}

/// A benchmark whose two threads always waited for a core for as long as they had one.
fn starved(ns: f64) -> Benchmark {
    let cpu = CpuTime {
        wall: ns,
        outside: 0.0,
        thread: ns / 2.0,
        process: ns,
        delay: ns,
        waits: 9,
        preemptions: 9,
    };
    let benchmark = steady("a", ns);
    let rounds =
        benchmark.rounds.iter().map(|round| Round { cpu: vec![cpu; round.samples.len()], ..round.clone() });
    Benchmark { rounds: rounds.collect(), ..benchmark }
}

#[test]
fn a_side_whose_threads_lost_their_cores_is_not_judged_however_long_it_took() {
    for sides in [[steady("a", 1e5), starved(4e5)], [starved(4e5), steady("a", 1e5)]] {
        let [old, new] = sides.map(|side| vec![side]);
        let comparison = diff(old, new);
        let row = only(&comparison);
        assert_eq!((row.verdict, row.contended), (Verdict::Inconclusive, true));
        assert!(row.notes.contains(&Warning::CoresLost), "{:?}", row.notes);
        assert_eq!(comparison.summary.geomean_rows, 0);
    }
    let steadily = diff(vec![steady("a", 1e5)], vec![steady("a", 4e5)]);
    assert_eq!(only(&steadily).verdict, Verdict::Regressed);
}

#[test]
fn a_row_that_is_not_judged_shows_what_it_would_have_been_judged_by() {
    let own = RowOptions {
        package: None,
        pattern: "ops/a".parse().expect("a pattern"),
        threshold: Some(0.1),
        gate: None,
    };
    let sides = [steady("a", 1e5), starved(4e5)].map(|side| baseline("side", vec![side]));
    let shown = |options: &Options| {
        let comparison = compare(&sides[0], &sides[1], options);
        let row = only(&comparison);
        assert_eq!(row.verdict, Verdict::Inconclusive);
        (row.time().and_then(|time| time.threshold), row.notes.clone())
    };
    let of = |threshold: f64| Some(Threshold::Fraction(threshold));
    assert_eq!(shown(&Options::default()), (of(0.02), vec![Warning::CoresLost]));
    let floor = Options { floor_ns: 5e3, ..Options::default() };
    let floored = shown(&floor);
    assert_eq!(floored.1, [Warning::CoresLost, Warning::Floor(5e3)]);
    let by_own = shown(&Options { rows: vec![own], ..Options::default() });
    assert_eq!(by_own, (of(0.1), vec![Warning::CoresLost, Warning::OwnThreshold(0.1)]));
}

/// The benchmark in the blocks of a run.
fn in_turn(benchmark: Benchmark) -> Baseline {
    let rounds = benchmark.rounds.iter().zip(0..);
    let rounds = rounds.map(|(round, block)| Round { block: Some(block), ..round.clone() }).collect();
    let mut side = baseline("side", vec![Benchmark { rounds, ..benchmark }]);
    side.sessions[0].head_to_head = Some(HeadToHead::new(7, 5));
    side
}

#[test]
fn both_sides_of_a_block_met_the_programs_that_had_their_cores() {
    let comparison = compare(&in_turn(starved(1e5)), &in_turn(starved(1.2e5)), &Options::default());
    let row = only(&comparison);
    assert_eq!((row.verdict, row.contended), (Verdict::Inconclusive, true));
    assert_eq!(row.notes, [Warning::CoresLostInTurn]);
    assert_eq!(row.time().unwrap().threshold, Some(Threshold::Fraction(1.0)));
    let great = compare(&in_turn(starved(1e5)), &in_turn(starved(4e5)), &Options::default());
    assert_eq!(only(&great).verdict, Verdict::Regressed);
}

/// A plain benchmark, observed as a whole, that had its core for half of the time, and lost it more often than it has samples.
fn preempted(ns: f64) -> Benchmark {
    let cpu = CpuTime {
        wall: 2.0 * ns,
        outside: 0.0,
        thread: ns,
        process: ns,
        delay: ns,
        waits: 0,
        preemptions: 99,
    };
    let benchmark = steady("a", ns);
    let rounds = benchmark.rounds.iter().map(|round| Round { cpu: vec![cpu], ..round.clone() });
    Benchmark { rounds: rounds.collect(), ..benchmark }
}

#[test]
fn a_mean_cpu_time_is_compared_with_none_but_others() {
    let judged = |old: Benchmark, new: Benchmark| {
        let comparison = diff(vec![old], vec![new]);
        let row = only(&comparison);
        (row.verdict, row.notes.clone())
    };
    // So much longer does code take whose branches are predicted no more.
    let of = |side| vec![Warning::MeanTime { side }];
    assert_eq!(judged(steady("a", 1e5), preempted(1.8e5)), (Verdict::Inconclusive, of(Side::Candidate)));
    assert_eq!(judged(preempted(1.8e5), steady("a", 1e5)), (Verdict::Inconclusive, of(Side::Baseline)));
    assert_eq!(judged(steady("a", 1e5), preempted(4e5)).0, Verdict::Regressed);
    assert_eq!(judged(preempted(1e5), preempted(1.8e5)), (Verdict::Regressed, vec![]));
}

/// A benchmark of two threads that were ready without a core for this share of every sample.
fn waiting(ns: f64, share: f64) -> Benchmark {
    let starved = starved(ns);
    let waiting = |cpu: &CpuTime| CpuTime { process: 1.8 * cpu.wall, delay: share * cpu.wall, ..*cpu };
    let rounds = starved
        .rounds
        .iter()
        .map(|round| Round { cpu: round.cpu.iter().map(waiting).collect(), ..round.clone() });
    Benchmark { rounds: rounds.collect(), ..starved }
}

#[test]
fn what_a_load_may_have_taken_of_every_sample_of_one_side_is_no_change() {
    let quiet = || waiting(1e5, 0.01);
    let verdict = |old: Benchmark, new: Benchmark| only(&diff(vec![old], vec![new])).verdict;
    // 24 % of its time are lost where another program takes it of every sample: 100 µs become 132 µs. Of samples that wait for
    // 2 % longer than is usual, 26 %.
    for [old, new] in [[1e5, 1e5], [1e5, 1.316e5], [1e5, 1.35e5], [1e5, 0.99e5], [0.8e5, 0.9e5]] {
        assert_eq!(verdict(waiting(old, 0.01), waiting(new, 0.25)), Verdict::Inconclusive, "{old} {new}");
        assert_eq!(verdict(waiting(new, 0.25), waiting(old, 0.01)), Verdict::Inconclusive, "{new} {old}");
    }
    // What is a change whatever was lost.
    assert_eq!(verdict(quiet(), waiting(1.5e5, 0.25)), Verdict::Regressed);
    assert_eq!(verdict(quiet(), waiting(0.9e5, 0.25)), Verdict::Improved, "it waits longer and takes less");
    assert_eq!(verdict(waiting(0.9e5, 0.25), quiet()), Verdict::Regressed);
    let comparison = diff(vec![quiet()], vec![waiting(1.25e5, 0.25)]);
    let row = only(&comparison);
    let [Warning::LongerWait { side: Side::Candidate, share }] = row.notes[..] else {
        panic!("{:?}", row.notes)
    };
    assert!((share - 0.26).abs() < 1e-12 && row.contended, "{share}");
    assert_eq!(row.time().unwrap().threshold, Some(Threshold::Fraction(0.02)));
    assert_eq!(comparison.summary.geomean_rows, 0);
}

#[test]
fn waits_that_both_sides_may_have_had_are_usual() {
    let (quiet, loaded) = (waiting(1e5, 0.01), waiting(1.25e5, 0.25));
    let both = diff(vec![loaded.clone()], vec![waiting(1.5e5, 0.25)]);
    assert_eq!((only(&both).verdict, only(&both).contended), (Verdict::Regressed, false));
    let in_turn = compare(&in_turn(quiet.clone()), &in_turn(loaded.clone()), &Options::default());
    assert_eq!((only(&in_turn).verdict, only(&in_turn).contended), (Verdict::Regressed, false));
    let [old, mut new] = [quiet, loaded].map(|side| baseline("side", vec![side]));
    new.environment.threads.insert("RAYON_NUM_THREADS".to_owned(), "64".to_owned());
    let options = Options { across: BTreeSet::from([Fact::Threads]), ..Options::default() };
    assert_eq!(only(&compare(&old, &new, &options)).verdict, Verdict::Regressed);
}

#[test]
fn a_longer_wait_on_one_side_and_a_neighbour_on_the_other_leave_nothing_to_judge() {
    let quiet = with_contention(steady("b", 1e5), 40_000.0);
    let old = vec![with_contention(waiting(1e5, 0.01), 90_000.0), quiet.clone()];
    let comparison = diff(old, vec![with_contention(waiting(9e5, 0.25), 40_000.0), quiet]);
    let row = &comparison.rows[0];
    assert_eq!((row.verdict, row.notes.as_slice()), (Verdict::Inconclusive, [Warning::CoresLost].as_slice()));
}

#[test]
fn the_point_rule_needs_no_rounds() {
    let old =
        vec![row("a", &[100_000.0]), row("b", &[100_000.0]), row("c", &[100_000.0]), row("d", &[100.0])];
    let new = vec![row("a", &[105_000.0]), row("b", &[95_000.0]), row("c", &[104_900.0]), row("d", &[119.0])];
    let options = Options { rule: Rule::Point, threshold: 0.05, ..Options::default() };
    let comparison = compare(&baseline("old", old), &baseline("new", new), &options);
    let verdicts: Vec<Verdict> = comparison.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Regressed, Verdict::Improved, Verdict::Unchanged, Verdict::Regressed]);
    let change = comparison.rows[0].time_change().unwrap();
    assert_eq!((change.low, change.high), (change.point, change.point));
    let geomean = comparison.summary.time_geomean.unwrap();
    close(geomean.point, (1.05f64 * 0.95 * 1.049 * 1.19).powf(0.25) - 1.0);
    assert_eq!(comparison.warnings, [Warning::PointEstimates]);
}

#[test]
fn rows_of_a_nanosecond_are_judged_as_others() {
    let comparison = diff(vec![steady("a", 1.1), steady("b", 1.1)], vec![steady("a", 9.7), steady("b", 1.1)]);
    let verdicts: Vec<Verdict> = comparison.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Regressed, Verdict::Unchanged]);
}

/// Allocation of so many bytes in so many allocations, or in up to one block of a pool's queue more.
fn pooled(bytes: u64, count: u64) -> Allocation {
    Allocation {
        count: Some(Range { low: count, high: count + 1 }),
        bytes: Range { low: bytes, high: bytes + 1528 },
        ..allocation(0)
    }
}

#[test]
fn a_thread_pool_is_not_told_as_a_change_and_a_kernel_is() {
    let with = |allocation| vec![Benchmark { allocation: Some(allocation), ..steady("a", 1e5) }];
    let kernel = Allocation { count: Some(Range::exact(9)), ..allocation(65_864) };
    let on_a_pool = diff(with(kernel), with(pooled(65_872, 10)));
    assert_eq!(only(&on_a_pool).allocation_verdict(), Some(Verdict::Unchanged));
    assert_eq!(only(&on_a_pool).notes, []);
    let grown = diff(with(pooled(65_872, 10)), with(pooled(131_408, 11)));
    assert_eq!(only(&grown).allocation_verdict(), Some(Verdict::Regressed));
    let more = diff(with(pooled(65_872, 10)), with(pooled(65_872, 20)));
    assert_eq!(
        only(&more).allocation_verdict(),
        Some(Verdict::Regressed),
        "the number decides where the bytes do not"
    );
    let shown = only(&more).measure(Metric::AllocatedBytes).unwrap();
    assert_eq!(shown.values(), Sides::new(Some(65_872.0), Some(65_872.0)), "what decides is what is shown");
    let erratic = Allocation { bytes: Range { low: 65_864, high: 1 << 20 }, ..kernel };
    let varying = diff(with(kernel), with(erratic));
    assert_eq!(only(&varying).allocation_verdict(), Some(Verdict::Inconclusive));
    assert_eq!(only(&varying).notes, [Warning::AllocationVaries]);
    let one_sided = diff(
        with(kernel),
        [with(kernel), vec![Benchmark { allocation: Some(erratic), ..steady("b", 1e5) }]].concat(),
    );
    assert_eq!(one_sided.rows[1].notes, []);
}

#[test]
fn what_is_left_live_and_the_peak_are_shown_and_not_judged() {
    let with = |live| Allocation { live: Some(Range::exact(live)), ..allocation(1000) };
    let of = |live| vec![Benchmark { allocation: Some(with(live)), ..steady("a", 1e5) }];
    let comparison = diff(of(1000), of(-500));
    let live = only(&comparison).measure(Metric::LiveBytes).unwrap();
    assert_eq!(live.values(), Sides::new(Some(1000.0), Some(-500.0)));
    assert_eq!((live.change.unwrap().point, live.verdict), (-1.5, None));
    assert_eq!(only(&comparison).measure(Metric::PeakBytes).unwrap().verdict, None);
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
    for (metric, expected) in [
        (Metric::Gflops, 20.0),
        (Metric::GigabytesPerSecond, 4.0),
        (Metric::GigaelementsPerSecond, 1.0),
        (Metric::TokensPerSecond, 5e4),
    ] {
        let rate = row.measure(metric).unwrap();
        let Sides { baseline, candidate } = rate.values().both().unwrap();
        close(baseline / expected, 1.0);
        close(candidate / expected, 0.5);
        let change = rate.change.unwrap();
        close(change.point, -0.5);
        assert!(change.low < change.point && change.point < change.high, "{change:?}");
        assert_eq!(rate.verdict, None, "a view of the time");
    }
    let other = diff(vec![of(1e5, "x")], vec![of(2e5, "y")]);
    assert_eq!(
        (only(&other).measure(Metric::Gflops), only(&other).notes.as_slice()),
        (None, [Warning::Convention].as_slice())
    );
    assert!(only(&other).measure(Metric::GigabytesPerSecond).is_some());
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
    close(comparison.summary.total_ns.baseline / 1e5, 2.0);
    close(comparison.summary.total_ns.candidate / 1e5, 4.0);
    assert_eq!(comparison.rows.iter().map(|row| row.left_out).collect::<Vec<_>>(), [false, true, false]);
    let parts = |id: &BenchmarkId| id.path() != "ops/a";
    let [old, new] = [rows(1e5), rows(2e5)].map(|rows| baseline("x", rows));
    let parts = compare_where(&old, &new, &Options::default(), &parts);
    assert!(parts.rows.iter().all(|row| !row.left_out), "what contains the row is not shown");
    assert_eq!(parts.summary.geomean_rows, 2);
}

#[test]
fn what_contained_a_row_once_does_not_contain_it_if_the_candidate_does_not_say_so() {
    let inside = || Benchmark { nested_in: Some("ops/a".to_owned()), ..steady("b", 1e5) };
    let nested = |comparison: Comparison| comparison.rows.iter().map(|row| row.left_out).collect::<Vec<_>>();
    let old = || vec![steady("a", 1e5), inside()];
    assert_eq!(nested(diff(old(), old())), [false, true]);
    assert_eq!(nested(diff(old(), vec![steady("a", 1e5), steady("b", 1e5)])), [false, false]);
}

/// A row whose interval lies just beyond the threshold: it is judged changed alone, and not among many that do not change.
fn on_the_edge() -> [Benchmark; 2] {
    let sides = |step: u32| [1e5, 1e5 * (1.02 + 1e-4 * f64::from(step))].map(|ns| steady("edge", ns));
    let is_changed = |[old, new]: &[Benchmark; 2]| {
        only(&diff(vec![old.clone()], vec![new.clone()])).verdict == Verdict::Regressed
    };
    (1..1000).map(sides).find(is_changed).expect("a change that is seen")
}

#[test]
fn a_verdict_does_not_depend_on_the_rows_that_are_shown() {
    let [old, new] = on_the_edge().map(|edge| {
        let others = (0..40).map(|index| steady(&format!("same-{index:02}"), 1e5));
        baseline("x", std::iter::once(edge).chain(others).collect())
    });
    let whole = compare(&old, &new, &Options::default());
    let edge = &whole.rows[0];
    assert_eq!(
        (edge.verdict, edge.notes.as_slice()),
        (Verdict::Inconclusive, [Warning::FalseDiscovery].as_slice())
    );
    let alone = |id: &BenchmarkId| id.path() == "ops/edge";
    let alone = compare_where(&old, &new, &Options::default(), &alone);
    assert_eq!(alone.rows, std::slice::from_ref(edge));
    assert_eq!(alone.summary.verdicts, [(Verdict::Inconclusive, 1)].into());
    assert_eq!(alone.sides.as_ref().map(|side| side.benchmarks), Sides::new(1, 1));
}

#[test]
fn a_direction_is_established_by_the_verdict() {
    let [old, new] = on_the_edge();
    let established = |comparison: &Comparison| comparison.rows[0].time_change().unwrap().established;
    assert!(established(&diff(vec![old.clone()], vec![new.clone()])));
    let others = || (0..40).map(|index| steady(&format!("same-{index:02}"), 1e5));
    let [old, new] = [old, new].map(|edge| std::iter::once(edge).chain(others()).collect());
    assert!(!established(&diff(old, new)), "lost among many rows");
    let within = diff(vec![steady("a", 1e5)], vec![steady("a", 1.001e5)]);
    assert!(!established(&within) && !within.summary.time_geomean.unwrap().established);
}

#[test]
fn allocation_totals_are_of_rows_that_have_it() {
    let with =
        |function: &str, bytes| Benchmark { allocation: Some(allocation(bytes)), ..steady(function, 1e5) };
    let comparison = diff(vec![with("a", 10), steady("b", 1e5)], vec![with("a", 1000), with("b", 7)]);
    assert_eq!(comparison.summary.total_bytes, Some(Sides::new(10, 1000)));
    assert_eq!(comparison.summary.total_allocations, Some(Sides::new(3, 3)));
    assert_eq!(comparison.summary.allocation_verdicts.len(), 1);
    assert_eq!(diff(vec![steady("a", 1.0)], vec![]).summary.total_bytes, None);
}

#[test]
fn a_clock_that_moved_is_taken_out_and_told() {
    let comparison = diff(vec![clocked("a", 1e5, 50_000.0)], vec![clocked("a", 1.05e5, 52_500.0)]);
    let time = only(&comparison).time().unwrap();
    close(time.change.unwrap().point, 0.0);
    close(time.estimation.unwrap().raw_change(), 0.05);
    let (shown, raw) = (time.values().both().unwrap(), time.raw().both().unwrap());
    close(shown.candidate / shown.baseline, 1.0);
    close(shown.baseline / raw.baseline, 1.0);
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
        side.sessions = vec![Session::new(side.created()); 3];
        let rounds = side.benchmarks[0].rounds.clone();
        let session = |session| rounds.iter().map(move |round| Round { session, ..round.clone() });
        side.benchmarks[0].rounds = (0..3).flat_map(session).collect();
        side
    };
    let comparison = compare(&with_sessions("old"), &with_sessions("new"), &Options::default());
    let estimation = only(&comparison).time().unwrap().estimation.unwrap();
    assert!(estimation.session_sd_learned && estimation.session_sd < 0.0035, "{estimation:?}");
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
    assert_eq!(comparison.summary.total_ns, Sides::new(0.0, 0.0));
    assert_eq!(comparison.summary.time_geomean, None);
}
