//! What holds for any data.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use proptest::prelude::*;

use super::wild::wild_side;
use crate::compare::fixtures::{baseline, row};
use crate::compare::{
    Change, Comparison, Estimate, Fact, Measure, Metric, ModelComparison, Options, Row, Rule, Sides,
    SizeComparison, Threshold, Verdict, compare,
};
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, Inference, Round};

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
    Round { session, samples, probes, ..Round::default() }
}

fn side(rows: Vec<Benchmark>) -> Baseline {
    baseline("side", rows)
}

fn change(comparison: &Comparison) -> Change {
    comparison.rows[0].time_change().unwrap()
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

fn swapped<T>(sides: Sides<T>) -> Sides<T> {
    let [baseline, candidate] = sides.into_array();
    Sides::new(candidate, baseline)
}

fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn ln(change: Change) -> [f64; 3] {
    [change.low, change.point, change.high].map(f64::ln_1p)
}

/// No number of a row is NaN, and the interval holds the point.
fn is_sound(row: &Row) -> bool {
    let is_sound = |(metric, measure): (&Metric, &Measure)| {
        is_sound_measure(measure) && agrees(*metric, measure) && amounts_agree(measure)
    };
    row.measures.iter().all(is_sound)
}

/// What is shown of a count, and its change, go where its verdict goes.
fn amounts_agree(measure: &Measure) -> bool {
    let Some((Threshold::Amount(_), sides)) = measure.threshold.zip(measure.values().both()) else {
        return true;
    };
    let direction = sides.candidate.total_cmp(&sides.baseline);
    let expected = match measure.verdict {
        Some(Verdict::Regressed) => Ordering::Greater,
        Some(Verdict::Improved) => Ordering::Less,
        _ => return true,
    };
    direction == expected && measure.change.is_none_or(|change| change.point.total_cmp(&0.0) == expected)
}

/// A time that is shown with its change is the other one changed by it, as far as numbers of this size can tell.
fn agrees(metric: Metric, measure: &Measure) -> bool {
    let timed = matches!(metric, Metric::Time | Metric::FirstToken | Metric::PerToken);
    let known =
        measure.values().both().zip(measure.change).filter(|(_, change)| timed && change.point > -1.0 + 1e-6);
    known.is_none_or(|(Sides { baseline, candidate }, change)| {
        near((candidate / baseline).ln(), change.point.ln_1p())
    })
}

fn is_sound_measure(measure: &Measure) -> bool {
    let ordered =
        measure.change.is_none_or(|change| change.low <= change.point && change.point <= change.high);
    let numbers = measure.estimation.map_or([0.0; 5], |found| {
        [found.p, found.clock_slope, found.session_sd, found.raw.baseline, found.raw.candidate]
    });
    let values = measure.sides.iter().flatten().all(|value| value.least <= value.most);
    ordered && values && numbers.iter().all(|number| !number.is_nan())
}

fn is_ordered(estimate: &Estimate) -> bool {
    estimate.low <= estimate.value && estimate.value <= estimate.high
}

/// Indices name rows and models, and no number is NaN.
fn is_sound_model(comparison: &Comparison, model: &ModelComparison) -> bool {
    let rows = model.rows.iter().all(|&row| comparison.rows[row].inference.is_some());
    let steps = model.steps.iter().all(|steps| steps.is_sorted_by_key(|step| step.context));
    let fits =
        model.depth_fit.iter().flatten().all(|fit| !fit.intercept_ns.is_nan() && is_ordered(&fit.slope_ns));
    rows && steps && fits
}

fn is_sound_size(comparison: &Comparison, size: &SizeComparison) -> bool {
    let [smaller, larger] = [size.smaller, size.larger].map(|index| &comparison.models[index].model);
    smaller.parameters < larger.parameters
        && smaller.dtype == larger.dtype
        && size.time_ratio.iter().flatten().all(|ratio| ratio.low >= 0.0 && is_ordered(ratio))
}

/// Every row that measures no model is in exactly one family.
fn families_are_a_partition(comparison: &Comparison) -> bool {
    let mut members: Vec<usize> = comparison.families.iter().flat_map(|family| family.rows.clone()).collect();
    members.sort();
    let plain = (0..comparison.rows.len()).filter(|&index| comparison.rows[index].inference.is_none());
    members == plain.collect::<Vec<_>>()
}

/// A generation whose prefill and decode steps scatter, in rounds of a few samples.
fn generation() -> impl Strategy<Value = Benchmark> {
    let steps = prop::collection::vec(1e3..1e6f64, 6);
    let samples = prop::collection::vec(steps, 3);
    prop::collection::vec(samples, 1..5).prop_map(|rounds| {
        let round = |steps: Vec<Vec<f64>>| Round {
            samples: steps.iter().map(|steps| steps.iter().sum()).collect(),
            steps,
            ..Round::default()
        };
        let phase = Phase::Inference { prompt: 4, generated: 6 };
        let inference = Some(Inference { model: "S".to_owned(), phase });
        Benchmark { rounds: rounds.into_iter().map(round).collect(), inference, ..row("generation", &[]) }
    })
}

/// Of two sizes of one model.
fn of_two_sizes(small: Benchmark, large: Benchmark) -> Baseline {
    let mut large = Benchmark { id: row("large", &[]).id, ..large };
    large.inference.as_mut().expect("an inference").model = "L".to_owned();
    let model = |name: &str, parameters| Model { parameters, ..Model::new(name) };
    Baseline { models: vec![model("L", 400), model("S", 100)], ..side(vec![small, large]) }
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
        let compared = |a, b| compare(&side(vec![a]), &side(vec![b]), &Options::default());
        let before = compared(a.clone(), b.clone());
        let after = compared(scaled(&a, factor), scaled(&b, factor));
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
    fn swapping_the_sides_inverts_ratios_and_swaps_what_belongs_to_a_side(
        [a, b, c, d] in [generation(), generation(), generation(), generation()],
    ) {
        let [old, new] = [of_two_sizes(a, b), of_two_sizes(c, d)];
        let [there, back] = [compare(&old, &new, &Options::default()), compare(&new, &old, &Options::default())];
        for (model, mirror) in there.models.iter().zip(&back.models) {
            let of = |comparison: &Comparison, model: &ModelComparison| {
                comparison.rows[model.generations[0].row].measures[&Metric::PerToken]
            };
            let [found, reverse] = [of(&there, model), of(&back, mirror)];
            let ([low, point, high], [back_low, back_point, back_high]) =
                (ln(found.change.unwrap()), ln(reverse.change.unwrap()));
            prop_assert!(near(point, -back_point) && near(low, -back_high) && near(high, -back_low));
            prop_assert_eq!(&model.steps.baseline, &mirror.steps.candidate);
            prop_assert_eq!(model.depth_fit, swapped(mirror.depth_fit));
        }
        prop_assert_eq!(there.sizes[0].time_ratio, swapped(back.sizes[0].time_ratio));
        prop_assert_eq!(there.sizes.len(), 1);
    }

    #[test]
    fn any_data_gives_sound_rows_models_and_families(
        old in wild_side(),
        new in wild_side(),
        point in any::<bool>(),
        across in any::<bool>(),
    ) {
        let rule = if point { Rule::Point } else { Rule::Interval };
        let across = if across { Fact::ALL.into() } else { BTreeSet::new() };
        let comparison = compare(&old, &new, &Options { rule, across, ..Options::default() });
        prop_assert_eq!(comparison.summary.verdicts.values().sum::<usize>(), comparison.rows.len());
        prop_assert!(comparison.rows.is_sorted_by(|a, b| a.id < b.id));
        for row in &comparison.rows {
            prop_assert!(is_sound(row), "{:?}", row);
        }
        prop_assert!(comparison.models.iter().all(|model| is_sound_model(&comparison, model)), "{:?}", comparison.models);
        prop_assert!(comparison.sizes.iter().all(|size| is_sound_size(&comparison, size)), "{:?}", comparison.sizes);
        prop_assert!(families_are_a_partition(&comparison));
        for family in &comparison.families {
            prop_assert!(family.time.as_ref().is_none_or(is_sound_measure), "{:?}", family);
            prop_assert!(family.exponent.iter().flatten().all(is_ordered), "{:?}", family);
        }
        if let Some(mean) = comparison.summary.time_geomean {
            prop_assert!(mean.low <= mean.point && mean.point <= mean.high, "{:?}", mean);
        }
    }
}
