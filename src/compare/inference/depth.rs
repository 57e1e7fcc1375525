//! How the time of a decode step grows with its context.

use super::steps::RecordedStep;
use super::{DepthFit, Estimate};
use crate::stats::{Line, Variance, theil_sen};

/// The line through the displayed times of the steps. The interval of its slope is that of the slopes of single rounds,
/// the r-th of every benchmark together. `None` with fewer than three contexts.
pub(super) fn depth_fit(steps: &[RecordedStep], confidence: f64) -> Option<DepthFit> {
    let Line { intercept, slope } = line(steps, |recorded| recorded.step.ns)?;
    let rounds = steps.iter().map(|recorded| recorded.by_round.len()).max().unwrap_or(0);
    let in_round = |round: usize| line(steps, |recorded| *recorded.by_round.get(round)?);
    let slopes: Vec<f64> = (0..rounds).filter_map(in_round).map(|line| line.slope).collect();
    let half_width = Variance::of_mean(&slopes).map_or(0.0, |variance| variance.half_width(confidence));
    Some(DepthFit { intercept_ns: intercept, slope_ns: Estimate::around(slope, half_width) })
}

fn line(steps: &[RecordedStep], ns: impl Fn(&RecordedStep) -> Option<f64>) -> Option<Line> {
    let point = |recorded: &RecordedStep| Some((recorded.step.context as f64, ns(recorded)?));
    theil_sen(&steps.iter().filter_map(point).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Step;

    /// Steps on lines of these slopes, one a round; their displayed time is that of the first.
    fn steps(slopes: &[f64]) -> Vec<RecordedStep> {
        let at = |context: u64| {
            let ns = |slope: &f64| Some(1000.0 + slope * context as f64);
            let by_round: Vec<Option<f64>> = slopes.iter().map(ns).collect();
            let step = Step { context, ns: by_round[0], bytes: None, allocations: None };
            RecordedStep { step, by_round }
        };
        (10..20).map(at).collect()
    }

    fn slope(steps: &[RecordedStep]) -> Estimate {
        depth_fit(steps, 0.95).expect("a fit").slope_ns
    }

    #[test]
    fn an_exact_line_is_found_and_equal_rounds_leave_no_doubt() {
        let fit = depth_fit(&steps(&[2.0; 4]), 0.95).expect("a fit");
        assert!((fit.intercept_ns - 1000.0).abs() < 1e-9, "{fit:?}");
        assert!((fit.slope_ns.low - 2.0).abs() < 1e-9 && (fit.slope_ns.high - 2.0).abs() < 1e-9, "{fit:?}");
    }

    #[test]
    fn the_interval_is_that_of_the_slopes_of_rounds() {
        // Slopes 2, 1, 3: standard error 1 / sqrt 3, t(2) = 4.3027.
        let found = slope(&steps(&[2.0, 1.0, 3.0]));
        assert!((found.high - found.value - 4.3027 / 3f64.sqrt()).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn one_round_has_no_interval_and_two_contexts_no_fit() {
        let found = slope(&steps(&[2.0]));
        assert_eq!((found.low, found.high), (found.value, found.value));
        assert_eq!(depth_fit(&steps(&[2.0])[..2], 0.95), None);
    }
}
