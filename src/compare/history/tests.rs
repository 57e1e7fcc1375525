//! What a history tells.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{History, RowHistory, Unjudged, history};
use crate::compare::fixtures::{baseline, row};
use crate::compare::{Fact, Options, RowOptions, Verdict, compare};
use crate::estimate::Contention;
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, CpuTime, Environment, Inference, Round, Session};
use crate::stats::random::Random;
use crate::work::{Flops, Work};

/// A baseline of the so many-th day.
fn on_day(day: i64, name: &str, benchmarks: Vec<Benchmark>) -> Baseline {
    let started = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day);
    Baseline { sessions: vec![Session::new(started)], ..baseline(name, benchmarks) }
}

/// Five probed rounds near `ns` of a row that follows the clock; the clock probe takes `probe` nanoseconds.
fn clocked(function: &str, ns: f64, probe: f64) -> Benchmark {
    let round = |wander: f64| Round {
        samples: (0..12).map(|i| ns * wander * (1.0 + 1e-4 * f64::from(i % 3))).collect(),
        probes: vec![probe * wander; 12],
        contention: vec![0.5 * probe * wander; 12],
        ..Round::default()
    };
    Benchmark { rounds: [1.0, 1.004, 0.997, 1.002, 0.999].map(round).to_vec(), ..row(function, &[]) }
}

fn steady(function: &str, ns: f64) -> Benchmark {
    clocked(function, ns, 50_000.0)
}

fn all(baselines: &[Baseline]) -> History {
    history(baselines, &Options::default(), &|_| true)
}

/// The only row of a history of one row with these times, a day apart.
fn of_times(times: &[f64]) -> RowHistory {
    let saved = times
        .iter()
        .enumerate()
        .map(|(day, &ns)| on_day(day as i64, &format!("b{day}"), vec![steady("a", ns)]));
    only(&saved.collect::<Vec<_>>())
}

fn only(baselines: &[Baseline]) -> RowHistory {
    let mut rows = all(baselines).rows;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn a_copy_is_no_further_measurement() {
    let first = on_day(1, "first", vec![steady("a", 1000.0)]);
    let copy = Baseline { name: "copy".parse().expect("a name"), ..first.clone() };
    let second = on_day(2, "second", vec![steady("a", 1000.0)]);
    let found = all(&[first, copy, second]);
    assert_eq!(found.baselines.iter().map(|side| side.name.as_str()).collect::<Vec<_>>(), ["copy", "second"]);
    assert_eq!(found.rows[0].points.len(), 2);
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-3 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn places(row: &RowHistory) -> Vec<[usize; 2]> {
    row.changes.iter().map(|change| change.between).collect()
}

#[test]
fn baselines_stand_in_the_order_of_their_dates() {
    let saved = [
        on_day(2, "a", vec![steady("x", 1e5)]),
        on_day(0, "z", vec![steady("x", 1e5), steady("y", 1e5)]),
        on_day(1, "m", vec![steady("y", 1e5)]),
    ];
    let found = all(&saved);
    let names: Vec<&str> = found.baselines.iter().map(|baseline| baseline.name.as_str()).collect();
    assert_eq!(names, ["z", "m", "a"]);
    let held = |row: &RowHistory| row.points.iter().map(|point| point.baseline).collect::<Vec<_>>();
    assert_eq!(found.rows.iter().map(held).collect::<Vec<_>>(), [vec![0, 2], vec![0, 1]]);
    let filtered = history(&saved, &Options::default(), &|id| id.path() == "ops/y");
    assert_eq!(filtered.rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["ops/y"]);
}

#[test]
fn a_level_that_changes_is_found_where_it_does_and_measured() {
    let found = of_times(&[1e5, 1.001e5, 0.999e5, 1.1e5, 1.101e5, 1.0e5]);
    assert_eq!(places(&found), [[2, 3], [4, 5]]);
    let change = found.change_at(3).expect("a change");
    assert!(change.is_slower());
    close(change.size.value, 0.1005);
    assert!(change.size.low > 0.08 && change.size.high < 0.12, "{change:?}");
    assert!(!found.change_at(5).expect("a change").is_slower());
    let changes: Vec<Option<f64>> = found.points.iter().map(|point| point.change).collect();
    assert_eq!(changes[0], None);
    close(changes[3].expect("a change"), 1.1 / 0.999 - 1.0);
}

#[test]
fn what_counts_as_a_change_is_what_counts_between_two_baselines() {
    let saved = [(0, "a", 1.0), (1, "b", 1.1)].map(|(day, name, slowdown)| {
        on_day(day, name, vec![steady("long", slowdown * 1e5), steady("short", slowdown * 100.0)])
    });
    let changed = |options: Options| {
        let found = history(&saved, &options, &|_| true);
        let changed = found.rows.iter().filter(|row| !row.changes.is_empty());
        let changed: Vec<String> = changed.map(|row| row.label.clone()).collect();
        let compared = compare(&saved[0], &saved[1], &options);
        let regressed = compared.rows.iter().filter(|row| row.verdict == Verdict::Regressed);
        assert_eq!(changed, regressed.map(|row| row.label.clone()).collect::<Vec<_>>());
        changed
    };
    let own = RowOptions {
        package: None,
        pattern: "ops/long".parse().expect("a pattern"),
        threshold: Some(0.5),
        gate: None,
    };
    assert_eq!(changed(Options::default()), ["ops/long", "ops/short"]);
    assert_eq!(changed(Options { floor_ns: 20.0, ..Options::default() }), ["ops/long"]);
    assert_eq!(changed(Options { rows: vec![own], ..Options::default() }), ["ops/short"]);
    assert_eq!(changed(Options { threshold: 0.2, ..Options::default() }), [""; 0]);
}

#[test]
fn short_and_empty_histories() {
    assert_eq!(all(&[]).rows, []);
    assert_eq!(places(&of_times(&[1e5])), [[0; 2]; 0]);
    assert_eq!(places(&of_times(&[1e5, 1.1e5])), [[0, 1]]);
    assert_eq!(places(&of_times(&[1e5, 1.01e5])), [[0; 2]; 0]);
    assert_eq!(places(&of_times(&[10.0, 12.0, 12.0])), [[0, 1]], "of nanoseconds as of others");
}

#[test]
fn another_machine_breaks_the_line() {
    let mut saved: Vec<Baseline> = [1e5, 1e5, 3e5, 3e5]
        .into_iter()
        .enumerate()
        .map(|(day, ns)| on_day(day as i64, &format!("b{day}"), vec![steady("a", ns)]))
        .collect();
    saved[2].environment.machine.cpu = "Other".to_owned();
    saved[3].environment.machine.cpu = "Other".to_owned();
    let found = only(&saved);
    assert_eq!(places(&found), [[0; 2]; 0]);
    assert_eq!(found.segments().collect::<Vec<_>>(), [0..2, 2..4]);
    assert_eq!(found.break_before(2).expect("a break").facts, [Fact::Machine].into());
    assert_eq!(found.points[2].change, None);
}

#[test]
fn an_unrecorded_environment_hides_no_break() {
    let mut saved = [0, 1, 2].map(|day| on_day(day, &format!("b{day}"), vec![steady("a", 1e5)]));
    saved[1].environment = Environment::default();
    saved[2].environment.threads.clear();
    let found = only(&saved);
    assert_eq!(found.breaks.iter().map(|found| found.at).collect::<Vec<_>>(), [2]);
    assert_eq!(found.breaks[0].facts, [Fact::Threads].into());
}

#[test]
fn other_work_breaks_the_line_of_its_row_alone() {
    let with = |function: &str, flops| Benchmark {
        work: Some(Work { flops: Some(Flops(flops)), ..Work::default() }),
        ..steady(function, 1e5)
    };
    let saved = [
        on_day(0, "b0", vec![with("a", 8), with("b", 8)]),
        on_day(1, "b1", vec![with("a", 9), with("b", 8)]),
    ];
    let breaks: Vec<usize> = all(&saved).rows.iter().map(|row| row.breaks.len()).collect();
    assert_eq!(breaks, [1, 0]);
}

#[test]
fn another_model_under_the_same_name_breaks_the_line() {
    let inference = Some(Inference { model: "Tiny".to_owned(), phase: Phase::Token { cached: 8 } });
    let of_layers = |day: i64, layers| Baseline {
        models: vec![Model { layers, ..Model::new("Tiny") }],
        ..on_day(
            day,
            &format!("b{day}"),
            vec![Benchmark { inference: inference.clone(), ..steady("a", 1e5) }],
        )
    };
    let found = only(&[of_layers(0, 2), of_layers(1, 2), of_layers(2, 3)]);
    assert_eq!(found.breaks.iter().map(|found| found.at).collect::<Vec<_>>(), [2]);
    assert_eq!(found.breaks[0].facts, [Fact::Model].into());
}

#[test]
fn a_clock_that_moves_is_taken_out() {
    let clocks = [1.0, 1.05, 0.97, 1.04, 1.0, 0.95];
    let saved = clocks.into_iter().enumerate().map(|(day, clock)| {
        on_day(day as i64, &format!("b{day}"), vec![clocked("a", 1e5 * clock, 5e4 * clock)])
    });
    let found = only(&saved.collect::<Vec<_>>());
    assert_eq!(places(&found), [[0; 2]; 0]);
    close(found.points[1].time_ns.expect("a time") / found.points[0].time_ns.expect("a time"), 1.05);
    let adjusted: Vec<f64> = found.points.iter().filter_map(|point| Some(point.adjusted_ns?.value)).collect();
    adjusted.iter().for_each(|ns| close(ns / adjusted[0], 1.0));
}

#[test]
fn what_cannot_be_judged_is_shown_and_left_out_of_levels() {
    let mut contended = steady("a", 1.5e5);
    contended
        .rounds
        .iter_mut()
        .flat_map(|round| &mut round.contention)
        .for_each(|contention| *contention *= 1.7);
    let mut single = steady("a", 1.5e5);
    single.rounds.truncate(1);
    let failed = Benchmark { failure: Some("panicked".to_owned()), rounds: vec![], ..steady("a", 1.0) };
    let rows = [steady("a", 1e5), contended, single, failed, steady("a", 1e5), steady("a", 1.1e5)];
    let saved =
        rows.into_iter().enumerate().map(|(day, row)| on_day(day as i64, &format!("b{day}"), vec![row]));
    let found = only(&saved.collect::<Vec<_>>());
    let unjudged: Vec<_> = found.points.iter().map(|point| point.unjudged.clone()).collect();
    let failed = Unjudged::Failed("panicked".to_owned());
    let expected = [
        None,
        Some(Unjudged::Contended(Contention::Shared)),
        Some(Unjudged::SingleRound),
        Some(failed),
        None,
        None,
    ];
    assert_eq!(unjudged, expected);
    assert_eq!(places(&found), [[4, 5]]);
    assert!(found.points[1].time_ns.is_some() && found.points[3].time_ns.is_none());
    let contended = found.points[1].adjusted_ns.expect("a time");
    assert_eq!((contended.low, contended.high), (contended.value, contended.value));
    assert_eq!(found.points[1].change, None);
    close(found.points[2].change.expect("of the single round"), 0.5);
}

#[test]
fn a_point_whose_threads_lost_their_cores_is_told_from_one_beside_a_neighbour() {
    let mut starved = steady("a", 1.5e5);
    let cpu = CpuTime {
        wall: 1.5e5,
        outside: 0.0,
        thread: 1e5,
        process: 1.5e5,
        delay: 1e5,
        waits: 9,
        preemptions: 9,
    };
    starved.rounds.iter_mut().for_each(|round| round.cpu = vec![cpu; round.samples.len()]);
    let rows = [steady("a", 1e5), starved, steady("a", 1e5)];
    let saved =
        rows.into_iter().enumerate().map(|(day, row)| on_day(day as i64, &format!("b{day}"), vec![row]));
    let found = only(&saved.collect::<Vec<_>>());
    let unjudged: Vec<_> = found.points.iter().map(|point| point.unjudged.clone()).collect();
    assert_eq!(unjudged, [None, Some(Unjudged::Contended(Contention::Lost)), None]);
    assert_eq!((places(&found), found.points[1].change), (vec![], None));
    close(found.points[2].change.expect("of the point before it that is judged"), 0.0);
}

/// Rounds of a row on a machine whose clock wanders, in one session.
fn session(random: &mut Random, level: f64) -> Benchmark {
    let session = 0.005 * random.normal() + level;
    let clock = 0.01 * random.normal();
    let mut round = || {
        let clock = clock + 0.004 * random.normal();
        let location = 12.0 + session + clock + 0.004 * random.normal();
        let mut about = |ln: f64| (0..8).map(|_| (ln + 0.002 * random.normal()).exp()).collect::<Vec<_>>();
        Round { samples: about(location), probes: about(11.0 + clock), ..Round::default() }
    };
    Benchmark { rounds: (0..10).map(|_| round()).collect(), ..row("a", &[]) }
}

/// Histories of 20 sessions with a step before the eleventh.
fn simulated(step: f64) -> Vec<RowHistory> {
    let mut random = Random(1);
    let mut one = || {
        let level = |day: i64| if day < 10 { 0.0 } else { step };
        let saved =
            (0..20).map(|day| on_day(day, &format!("b{day}"), vec![session(&mut random, level(day))]));
        only(&saved.collect::<Vec<_>>())
    };
    (0..100).map(|_| one()).collect()
}

#[test]
fn simulated_sessions_of_identical_code_have_no_changes_and_a_step_is_found() {
    let constant = simulated(0.0).iter().filter(|row| !row.changes.is_empty()).count();
    assert!(constant <= 5, "{constant}");
    let near =
        |row: &&RowHistory| matches!(row.changes.as_slice(), [change] if change.between[1].abs_diff(10) <= 1);
    let found = simulated(0.05).iter().filter(near).count();
    assert!(found >= 90, "{found}");
}

/// A row near 100 µs with noise from little to gross, with or without probes.
fn noisy_row() -> impl Strategy<Value = Benchmark> {
    let unit = || -1.0..1.0f64;
    let rounds = prop::collection::vec(prop::collection::vec((unit(), unit()), 1..5), 1..8);
    (rounds, 0.9..1.2f64, prop_oneof![1e-4..1e-2f64, 0.1..1.0f64], any::<bool>()).prop_map(
        |(rounds, level, noise, probed)| {
            let round = |units: Vec<(f64, f64)>| Round {
                samples: units.iter().map(|(unit, _)| 1e5 * level * (noise * unit).exp()).collect(),
                probes: units.iter().filter(|_| probed).map(|(_, unit)| 5e4 * (0.02 * unit).exp()).collect(),
                ..Round::default()
            };
            Benchmark { rounds: rounds.into_iter().map(round).collect(), ..row("a", &[]) }
        },
    )
}

/// Any numbers that a file may hold.
fn wild_row() -> impl Strategy<Value = Benchmark> {
    let number = || prop_oneof![1e-9..1e15f64, Just(1e15), Just(1e-9), 1.0..2.0f64];
    let numbers = move || prop::collection::vec(number(), 0..4);
    let round = (0usize..3, numbers(), numbers(), numbers());
    let round = round.prop_map(|(session, samples, probes, contention)| Round {
        session,
        samples,
        probes,
        contention,
        steps: vec![],
        ..Round::default()
    });
    (prop::collection::vec(round, 0..6), any::<bool>()).prop_map(|(rounds, fails)| Benchmark {
        rounds,
        failure: fails.then(|| "failed".to_owned()),
        ..row("a", &[])
    })
}

proptest! {
    #[test]
    fn a_history_of_two_says_what_their_comparison_says(old in noisy_row(), new in noisy_row()) {
        let saved = [on_day(0, "old", vec![old]), on_day(1, "new", vec![new])];
        let verdict = compare(&saved[0], &saved[1], &Options::default()).rows[0].verdict;
        let found: Vec<bool> = only(&saved).changes.iter().map(|change| change.is_slower()).collect();
        let expected = match verdict {
            Verdict::Regressed => vec![true],
            Verdict::Improved => vec![false],
            _ => vec![],
        };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn any_data_gives_a_sound_history(rows in prop::collection::vec(wild_row(), 0..8)) {
        let saved = rows.into_iter().enumerate().map(|(day, row)| on_day(day as i64, "b", vec![row]));
        for row in all(&saved.collect::<Vec<_>>()).rows {
            for point in &row.points {
                prop_assert_eq!(point.time_ns.is_some(), point.adjusted_ns.is_some());
                let sound = point.adjusted_ns.is_none_or(|ns| ns.low <= ns.value && ns.value <= ns.high);
                prop_assert!(sound && point.change.is_none_or(|change| !change.is_nan()), "{:?}", point);
            }
            for change in &row.changes {
                prop_assert!(change.between[0] < change.between[1] && change.between[1] < row.points.len());
                prop_assert!(change.size.low <= change.size.value && change.size.value <= change.size.high);
            }
        }
    }
}
