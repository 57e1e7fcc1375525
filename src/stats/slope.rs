//! How far a row follows the core clock.

use super::{Variance, kept, lower_trimmed_mean};

/// Slopes tried: 0, 1/20, ... 1. A row cannot follow the clock more than one to one.
const STEPS: u32 = 20;

/// Prior of the slope: one, as arithmetic on one thread has it, give or take this standard deviation.
const PRIOR_SD: f64 = 0.5;

/// A sum of squares that the resolution of stored samples (five digits) allows no statement below.
const RESOLUTION: f64 = 1e-10;

/// Slope of ln time on ln probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockSlope {
    /// The slope, in [0, 1].
    pub slope: f64,
    /// Mean squared distance of the true slope from `slope`, with the degrees of freedom of the rounds.
    pub variance: Variance,
}

/// Slope of ln time on ln probe of a row, from how its rounds, pairs of (ln time, ln probe), vary within
/// each side: differences between the sides may be the very change that is asked for.
///
/// The posterior mode on a grid. Likelihood of a slope: that of a normal sample with one mean a side and a
/// common unknown variance, (sum of squares)^(-(df - 1) / 2), where the sum of squares is the winsorized one
/// of the lower trimmed mean, so that disturbed rounds have no say, and one degree of freedom goes to the
/// slope. Without information the slope is that of the prior, one.
pub fn clock_slope(sides: &[&[(f64, f64)]]) -> ClockSlope {
    let df: f64 = sides.iter().map(|side| kept(side.len()).saturating_sub(1) as f64).sum();
    let slopes: Vec<f64> = (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS)).collect();
    let log_posterior = |slope: f64| log_likelihood(residual_squares(sides, slope), df) + log_prior(slope);
    let posterior: Vec<f64> = slopes.iter().copied().map(log_posterior).collect();
    let best = (0..slopes.len()).max_by(|&a, &b| posterior[a].total_cmp(&posterior[b])).unwrap_or_default();
    let weights = posterior.iter().map(|log| (log - posterior[best]).exp());
    let (mass, spread) = slopes.iter().zip(weights).fold((0.0, 0.0), |(mass, spread), (slope, weight)| {
        (mass + weight, spread + weight * (slope - slopes[best]).powi(2))
    });
    ClockSlope { slope: slopes[best], variance: Variance { value: spread / mass, df: df.max(1.0) } }
}

fn log_likelihood(squares: f64, df: f64) -> f64 {
    -0.5 * (df - 1.0).max(0.0) * (squares + RESOLUTION).ln()
}

fn log_prior(slope: f64) -> f64 {
    -0.5 * ((slope - 1.0) / PRIOR_SD).powi(2)
}

fn residual_squares(sides: &[&[(f64, f64)]], slope: f64) -> f64 {
    let squares = |side: &[(f64, f64)]| {
        let adjusted: Vec<f64> = side.iter().map(|(time, clock)| time - slope * clock).collect();
        lower_trimmed_mean(&adjusted).map_or(0.0, |location| location.winsorized_squares)
    };
    sides.iter().copied().map(squares).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds whose clock wanders by about a percent and whose times follow it with `slope`, up to `noise`.
    fn rounds(slope: f64, noise: f64, disturbed: bool) -> Vec<(f64, f64)> {
        let wander = [0.0, 0.011, -0.008, 0.004, 0.013, -0.012, 0.007, -0.003];
        let other = [1.0, -1.0, 0.3, -0.6, 0.2, 0.9, -0.8, 0.1];
        let episode = |index: usize| if disturbed && index % 4 == 1 { 0.2 } else { 0.0 };
        (0..8).map(|i| (5.0 + slope * wander[i] + noise * other[i] + episode(i), 3.0 + wander[i])).collect()
    }

    #[test]
    fn is_found_where_the_rounds_tell() {
        for disturbed in [false, true] {
            for truth in [0.0, 0.5, 1.0] {
                let side = rounds(truth, 0.0005, disturbed);
                let found = clock_slope(&[&side, &side]);
                assert!((found.slope - truth).abs() <= 0.1, "{truth}: {found:?}");
                assert!(found.variance.value < 0.02, "{truth}: {found:?}");
            }
        }
    }

    #[test]
    fn is_one_and_uncertain_where_they_do_not() {
        let noisy = rounds(0.0, 0.2, false);
        for side in [&noisy[..], &noisy[..1], &[]] {
            let found = clock_slope(&[side, side]);
            assert!(found.slope > 0.85, "{found:?}");
            assert!(found.variance.sd() > 0.3, "{found:?}");
        }
    }

    #[test]
    fn a_difference_between_the_sides_says_nothing() {
        let steady = [(1.0, 1.0), (1.001, 1.0), (0.999, 1.0)];
        let moved: Vec<_> = steady.iter().map(|(time, clock)| (time + 0.3, clock + 0.02)).collect();
        assert_eq!(clock_slope(&[&steady, &moved]).slope, clock_slope(&[&steady, &steady]).slope);
    }
}
