//! How much more groups of estimates scatter than their own errors explain, when a few groups scatter wildly.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Share of well-behaved groups whose scatter is cut down. What wild ones can add is bounded by as much.
const CUT: f64 = 0.05;

/// Halvings of the interval in which the variance lies: to a part in 10^12.
const HALVINGS: u32 = 40;

/// Estimates of one quantity that scatter about their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scatter {
    /// Sum of squared deviations from their mean.
    pub squares: f64,
    /// Degrees of freedom: their number less one, at least one.
    pub df: f64,
    /// Mean variance of an estimate by itself.
    pub within: f64,
}

/// The variance that all groups have in common beyond `within`. Zero where they scatter no more than that, or none is
/// given.
///
/// An M-estimate of scale (Huber 1964, "Robust estimation of a location parameter", proposal 2): the scatter of each group
/// in units of what is expected is cut at the 95th percentile of its distribution, chi squared, and the variance is the one
/// at which the cut values are on average as great as they would be for normal errors.
pub fn excess_variance(groups: &[Scatter]) -> f64 {
    let surplus = |excess: f64| groups.iter().map(|group| surplus(group, excess)).sum::<f64>();
    if surplus(0.0) <= 0.0 {
        return 0.0;
    }
    // Above the greatest of all, every group scatters less than expected.
    let most = groups.iter().map(|group| group.squares / group.df).fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, 4.0 * most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if surplus(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// What a group scatters above expectation, both cut, for a common variance of `excess`.
fn surplus(group: &Scatter, excess: f64) -> f64 {
    let Ok(distribution) = ChiSquared::new(group.df) else { return 0.0 };
    let cut = distribution.inverse_cdf(1.0 - CUT);
    let scatter = group.squares / (excess + group.within).max(f64::MIN_POSITIVE);
    scatter.min(cut) - expected(group.df, cut)
}

/// The mean of a chi squared variable that is cut at `cut`: x times the density with `df` degrees of freedom is `df` times
/// the density with two more.
fn expected(df: f64, cut: f64) -> f64 {
    let below = |df: f64| ChiSquared::new(df).map_or(1.0, |distribution| distribution.cdf(cut));
    df * below(df + 2.0) + cut * (1.0 - below(df))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// Groups of three estimates with a common standard deviation of 1 and errors of 0.5, a share of them 20 times as wild.
    fn groups(wild: f64) -> Vec<Scatter> {
        let mut random = Random(7);
        let mut group = |index: usize| {
            let scale = if (index as f64) < 400.0 * wild { 20.0 } else { 1.0 };
            let values = [0; 3].map(|_| scale * random.normal() + 0.5 * random.normal());
            let mean = values.iter().sum::<f64>() / 3.0;
            let squares = values.iter().map(|value| (value - mean).powi(2)).sum();
            Scatter { squares, df: 2.0, within: 0.25 }
        };
        (0..400).map(&mut group).collect()
    }

    #[test]
    fn is_the_variance_beyond_the_errors_and_a_few_wild_groups_hardly_move_it() {
        let clean = excess_variance(&groups(0.0));
        assert!((0.85..1.15).contains(&clean), "{clean}");
        let mixed = excess_variance(&groups(0.03));
        assert!((0.9..1.4).contains(&mixed), "{mixed}");
    }

    #[test]
    fn groups_that_agree_have_none() {
        let agree = Scatter { squares: 0.1, df: 1.0, within: 1.0 };
        assert_eq!(excess_variance(&[agree; 5]), 0.0);
        assert_eq!(excess_variance(&[]), 0.0);
        let exact = Scatter { squares: 0.0, df: 1.0, within: 0.0 };
        assert_eq!(excess_variance(&[exact; 5]), 0.0);
    }

    #[test]
    fn one_group_has_its_own_scatter() {
        let one = excess_variance(&[Scatter { squares: 8.0, df: 8.0, within: 0.0 }]);
        assert!((0.9..1.2).contains(&one), "{one}");
    }
}
