//! How the time of a decode step grows with its context.

use std::collections::BTreeSet;

use super::steps::RecordedStep;
use super::{DepthFit, Estimate};
use crate::stats::{Line, Variance, kept, lower_trimmed_mean, theil_sen};

/// The line through the displayed times of the steps. The interval of its slope is a t-interval about it by
/// [`slope_variance`]; none where that is unknown. `None` with fewer than three contexts.
pub(super) fn depth_fit(steps: &[RecordedStep], confidence: f64) -> Option<DepthFit> {
    let Line { intercept, slope } = line(steps, |recorded| recorded.step.ns)?;
    let half_width = slope_variance(steps).map_or(0.0, |variance| variance.half_width(confidence));
    Some(DepthFit { intercept_ns: intercept, slope_ns: Estimate::around(slope, half_width) })
}

fn line(steps: &[RecordedStep], ns: impl Fn(&RecordedStep) -> Option<f64>) -> Option<Line> {
    let point = |recorded: &RecordedStep| Some((recorded.step.context as f64, ns(recorded)?));
    theil_sen(&steps.iter().filter_map(point).collect::<Vec<_>>())
}

/// The jackknife over rounds within each benchmark, summed over benchmarks, whose rounds are independent of each other:
/// the stratified jackknife (Krewski & Rao 1981, "Inference from stratified samples"). `None` where a benchmark has a
/// single round.
fn slope_variance(steps: &[RecordedStep]) -> Option<Variance> {
    let timed = steps.iter().filter(|recorded| recorded.step.ns.is_some());
    let rows: BTreeSet<usize> = timed.map(|recorded| recorded.row).collect();
    let of_rows: Option<Vec<Variance>> = rows.into_iter().map(|row| variance_within(steps, row)).collect();
    Some(Variance::sum(&of_rows?))
}

/// The part of the rounds of one benchmark, with the degrees of freedom of a displayed time. `None` of fewer than two
/// rounds, and where a line needs one of them.
fn variance_within(steps: &[RecordedStep], row: usize) -> Option<Variance> {
    let slope_without = |round: usize| {
        let ns = |recorded: &RecordedStep| {
            if recorded.row == row { ns_without(recorded, round) } else { recorded.step.ns }
        };
        line(steps, ns).map(|line| line.slope)
    };
    let slopes: Option<Vec<f64>> = rounds_of(steps, row).into_iter().map(slope_without).collect();
    let slopes = slopes?;
    let df = kept(slopes.len()).saturating_sub(1) as f64;
    Some(Variance { df, ..Variance::jackknife(&slopes)? })
}

/// Indices of the rounds of a benchmark in which a step was timed.
fn rounds_of(steps: &[RecordedStep], row: usize) -> BTreeSet<usize> {
    let of_row = steps.iter().filter(|recorded| recorded.row == row);
    let timed = |recorded: &RecordedStep| {
        let rounds = recorded.by_round.iter().enumerate();
        rounds.filter_map(|(round, time)| time.map(|_| round)).collect::<Vec<_>>()
    };
    of_row.flat_map(timed).collect()
}

/// Displayed time of a step over the other rounds.
fn ns_without(recorded: &RecordedStep, left_out: usize) -> Option<f64> {
    let others = recorded.by_round.iter().enumerate().filter(|(round, _)| *round != left_out);
    let times: Vec<f64> = others.filter_map(|(_, time)| *time).collect();
    lower_trimmed_mean(&times).map(|location| location.mean.exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Step;
    use crate::stats::random::Random;

    const INTERCEPT: f64 = 5000.0;
    const SLOPE: f64 = 2.0;

    /// A step of a benchmark with these times.
    fn recorded(row: usize, context: u64, ns: &[f64]) -> RecordedStep {
        let by_round: Vec<f64> = ns.iter().map(|ns| ns.ln()).collect();
        let ns = lower_trimmed_mean(&by_round).map(|location| location.mean.exp());
        let step = Step { context, ns, bytes: None, allocations: None };
        RecordedStep { step, row, by_round: by_round.into_iter().map(Some).collect() }
    }

    /// Steps of a benchmark at these contexts on the line, in each round slower by a factor of its own.
    fn benchmark(row: usize, contexts: std::ops::Range<u64>, rounds: &[f64]) -> Vec<RecordedStep> {
        let at = |context: u64| {
            let ns: Vec<f64> =
                rounds.iter().map(|factor| factor * (INTERCEPT + SLOPE * context as f64)).collect();
            recorded(row, context, &ns)
        };
        contexts.map(at).collect()
    }

    fn slope(steps: &[RecordedStep]) -> Estimate {
        depth_fit(steps, 0.95).expect("a fit").slope_ns
    }

    fn half_width(steps: &[RecordedStep]) -> f64 {
        let slope = slope(steps);
        assert!((slope.high + slope.low - 2.0 * slope.value).abs() < 1e-9, "not centred: {slope:?}");
        slope.high - slope.value
    }

    #[test]
    fn an_exact_line_is_found_and_equal_rounds_leave_no_doubt() {
        let fit = depth_fit(&benchmark(0, 10..20, &[1.0; 4]), 0.95).expect("a fit");
        assert!((fit.intercept_ns - INTERCEPT).abs() < 1e-6, "{fit:?}");
        assert!(
            (fit.slope_ns.low - SLOPE).abs() < 1e-6 && (fit.slope_ns.high - SLOPE).abs() < 1e-6,
            "{fit:?}"
        );
    }

    #[test]
    fn of_one_benchmark_with_three_rounds_the_interval_is_that_of_their_mean() {
        // Kept are all three rounds; the slope follows the geometric mean of the factors, so that its relative
        // variance is nearly that of their mean: 1e-4 / 3, t(2) = 4.3027.
        let found = half_width(&benchmark(0, 10..20, &[1.0, 0.99, 1.01]));
        assert!((found / (SLOPE * 4.3027 * 0.01 / 3f64.sqrt()) - 1.0).abs() < 0.01, "{found}");
    }

    #[test]
    fn the_order_of_the_rounds_of_a_benchmark_is_without_meaning() {
        let (rounds, turned) = ([1.0, 1.01, 0.99, 1.02, 1.0], [1.02, 1.0, 0.99, 1.0, 1.01]);
        let other = benchmark(1, 100..110, &[0.99, 1.0, 1.01]);
        let found = [rounds, turned]
            .map(|rounds| half_width(&[benchmark(0, 10..20, &rounds), other.clone()].concat()));
        assert!((found[0] - found[1]).abs() < 1e-9 && found[0] > 0.0, "{found:?}");
    }

    #[test]
    fn extra_rounds_of_one_benchmark_narrow_the_interval() {
        let rounds = [1.0, 1.01, 0.99, 1.02, 1.0];
        let many = [rounds; 3].concat();
        let other = benchmark(1, 100..110, &rounds);
        let with = |rounds: &[f64]| half_width(&[benchmark(0, 10..20, rounds), other.clone()].concat());
        assert!(with(&many) < with(&rounds), "{} {}", with(&many), with(&rounds));
    }

    #[test]
    fn a_benchmark_of_one_round_has_no_interval_and_two_contexts_no_fit() {
        let single = benchmark(0, 10..20, &[1.0]);
        assert_eq!(half_width(&single), 0.0);
        let other = benchmark(1, 100..110, &[0.99, 1.0, 1.01]);
        assert_eq!(half_width(&[single.clone(), other].concat()), 0.0);
        assert_eq!(depth_fit(&single[..2], 0.95), None);
    }

    /// A benchmark whose rounds wander as a whole by 0.5 % and its steps by as much; some rounds are 20 % slower.
    fn simulated(
        row: usize,
        contexts: std::ops::Range<u64>,
        rounds: usize,
        random: &mut Random,
    ) -> Vec<RecordedStep> {
        let mut level = || {
            let episode = if random.uniform() < 0.15 { 0.2 } else { 0.0 };
            episode + 0.005 * random.normal()
        };
        let levels: Vec<f64> = (0..rounds).map(|_| level()).collect();
        let mut at = |context: u64| {
            let on_line = INTERCEPT + SLOPE * context as f64;
            let ns: Vec<f64> =
                levels.iter().map(|level| on_line * (level + 0.005 * random.normal()).exp()).collect();
            recorded(row, context, &ns)
        };
        contexts.map(&mut at).collect()
    }

    #[test]
    fn the_interval_covers_with_other_numbers_of_rounds() {
        const RUNS: usize = 400;
        let mut random = Random(3);
        let slopes: Vec<Estimate> = (0..RUNS)
            .map(|_| {
                let benchmarks = [(10..26, 5), (100..108, 8), (300..308, 15)];
                let steps = benchmarks.into_iter().enumerate();
                let steps =
                    steps.flat_map(|(row, (contexts, rounds))| simulated(row, contexts, rounds, &mut random));
                slope(&steps.collect::<Vec<_>>())
            })
            .collect();
        // Displayed times lie below the line by about the same factor, which leaves the slope nearly where it is.
        let covered = slopes.iter().filter(|slope| (slope.low..=slope.high).contains(&SLOPE)).count();
        let covered = covered as f64 / RUNS as f64;
        assert!((0.92..=0.985).contains(&covered), "{covered}");
    }
}
