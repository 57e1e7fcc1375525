//! What holds for any data.

use proptest::prelude::*;

use crate::compare::fixtures::{baseline, row};
use crate::compare::{Change, Comparison, Options, Row, Rule, Verdict, compare};
use crate::model::{Baseline, Benchmark, Round};

/// A row near some time, with noise from none to gross, with or without probes.
fn steady_row() -> impl Strategy<Value = Benchmark> {
    (
        1e2..1e9f64,
        prop_oneof![Just(0.0), 1e-4..1e-2f64, 0.1..1.0f64],
        1usize..8,
        1usize..6,
        any::<bool>(),
        0usize..3,
    )
        .prop_flat_map(|(ns, noise, rounds, samples, probed, sessions)| {
            let unit = -1.0..1.0f64;
            let sample = (unit.clone(), unit);
            prop::collection::vec((prop::collection::vec(sample, samples), 0..=sessions), rounds).prop_map(
                move |rounds| rounds.into_iter().map(|round| noisy_round(ns, noise, probed, round)).collect(),
            )
        })
        .prop_map(|rounds| Benchmark { rounds, ..row("row", &[]) })
}

fn noisy_round(ns: f64, noise: f64, probed: bool, (units, session): (Vec<(f64, f64)>, usize)) -> Round {
    let samples = units.iter().map(|(unit, _)| ns * (noise * unit).exp()).collect();
    let probes = units.iter().filter(|_| probed).map(|(_, unit)| 5e4 * (0.02 * unit).exp()).collect();
    Round { session, samples, probes, issue: vec![], steps: vec![] }
}

/// Any numbers that a file may hold, of any shape.
fn wild_row() -> impl Strategy<Value = Benchmark> {
    let number = prop_oneof![1e-300..1e15f64, Just(1e15), Just(f64::MIN_POSITIVE), 1.0..2.0f64];
    let numbers = prop::collection::vec(number, 0..6);
    let round = (0usize..4, numbers.clone(), numbers);
    let round = round.prop_map(|(session, samples, probes)| Round {
        session,
        samples,
        probes,
        issue: vec![],
        steps: vec![],
    });
    (prop::collection::vec(round, 0..7), "[a-c]", prop::option::of("ops/[a-c]"), any::<bool>()).prop_map(
        |(rounds, function, nested_in, fails)| Benchmark {
            rounds,
            nested_in,
            failure: fails.then(|| "failed".to_owned()),
            ..row(&function, &[])
        },
    )
}

fn side(rows: Vec<Benchmark>) -> Baseline {
    baseline("side", rows)
}

fn change(comparison: &Comparison) -> Change {
    comparison.rows[0].time.unwrap().change.unwrap()
}

fn scaled(row: &Benchmark, factor: f64) -> Benchmark {
    let mut row = row.clone();
    row.rounds.iter_mut().flat_map(|round| &mut round.samples).for_each(|sample| *sample *= factor);
    row
}

fn mirrored(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Regressed => Verdict::Improved,
        Verdict::Improved => Verdict::Regressed,
        Verdict::Added => Verdict::Removed,
        Verdict::Removed => Verdict::Added,
        other => other,
    }
}

fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn ln(change: Change) -> [f64; 3] {
    [change.low, change.point, change.high].map(f64::ln_1p)
}

/// No number of a row is NaN, and the interval holds the point.
fn is_sound(row: &Row) -> bool {
    let Some(time) = row.time else { return true };
    let sound = |change: Change| {
        let numbers = [change.p, change.quality.raw, change.quality.clock_slope, change.quality.session_sd];
        change.low <= change.point
            && change.point <= change.high
            && numbers.iter().all(|number| !number.is_nan())
    };
    let times = [time.baseline_ns, time.candidate_ns].into_iter().flatten().all(|ns| ns > 0.0);
    times && !time.threshold.is_nan() && time.change.is_none_or(sound)
}

proptest! {
    #[test]
    fn the_reverse_comparison_is_the_mirror_image(a in steady_row(), b in steady_row()) {
        let [a, b] = [a, b].map(|row| side(vec![row]));
        let [there, back] = [compare(&a, &b, &Options::default()), compare(&b, &a, &Options::default())];
        let ([low, point, high], [back_low, back_point, back_high]) = (ln(change(&there)), ln(change(&back)));
        prop_assert!(near(point, -back_point) && near(low, -back_high) && near(high, -back_low));
        prop_assert_eq!(there.rows[0].verdict, mirrored(back.rows[0].verdict));
    }

    #[test]
    fn the_unit_of_time_does_not_matter(a in steady_row(), b in steady_row(), factor in 1e-2..1e2f64) {
        let options = Options { time_floor_ns: 0.0, ..Options::default() };
        let before = compare(&side(vec![a.clone()]), &side(vec![b.clone()]), &options);
        let after = compare(&side(vec![scaled(&a, factor)]), &side(vec![scaled(&b, factor)]), &options);
        prop_assert!(ln(change(&before)).into_iter().zip(ln(change(&after))).all(|(x, y)| near(x, y)));
    }

    #[test]
    fn a_constant_factor_is_found_exactly(a in steady_row(), factor in 0.1..10.0f64) {
        let found = change(&compare(&side(vec![a.clone()]), &side(vec![scaled(&a, factor)]), &Options::default()));
        prop_assert!(near(found.point.ln_1p(), factor.ln()), "{:?}", found);
    }

    #[test]
    fn nothing_changes_against_itself(a in steady_row()) {
        let a = side(vec![a]);
        let itself = compare(&a, &a, &Options::default());
        prop_assert_eq!(change(&itself).point, 0.0);
        prop_assert!(matches!(itself.rows[0].verdict, Verdict::Unchanged | Verdict::Inconclusive));
    }

    #[test]
    fn any_data_gives_sound_rows(
        old in prop::collection::vec(wild_row(), 0..5),
        new in prop::collection::vec(wild_row(), 0..5),
        point in any::<bool>(),
    ) {
        let rule = if point { Rule::Point } else { Rule::Interval };
        let comparison = compare(&side(old), &side(new), &Options { rule, ..Options::default() });
        prop_assert_eq!(comparison.summary.verdicts.values().sum::<usize>(), comparison.rows.len());
        prop_assert!(comparison.rows.is_sorted_by(|a, b| a.id < b.id));
        for row in &comparison.rows {
            prop_assert!(is_sound(row), "{:?}", row);
        }
        if let Some(mean) = comparison.summary.time_geomean {
            prop_assert!(mean.low <= mean.point && mean.point <= mean.high, "{:?}", mean);
        }
    }
}
