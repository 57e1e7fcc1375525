//! Location of a side from its rounds, and of a change from its blocks.
//!
//! Noise of shared machines is one-sided: a row has a low mode that is stable, and episodes in which whole
//! rounds are 5-45 % slower. A mean follows the episodes, a minimum follows the luckiest round. The lower
//! trimmed mean drops the slower part of the rounds and averages the rest; its standard error comes from the
//! winsorized variance, in which a dropped round counts as the slowest kept one (Tukey & McLaughlin 1963,
//! "Less vulnerable confidence and significance procedures for location based on a single sample"; Yuen 1974,
//! "The two-sample trimmed t for unequal population variances"; here with one-sided trimming).
//!
//! The noise of a ratio has no preferred side: a disturbance may meet either process of a pair. The trimmed mean drops as
//! many blocks above as below.

use super::Variance;

/// A trimmed mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrimmedMean {
    /// Mean of the kept values.
    pub mean: f64,
    /// How many were kept.
    pub kept: usize,
    /// Sum of squared deviations of all values, the dropped ones winsorized.
    pub winsorized_squares: f64,
}

impl TrimmedMean {
    /// Variance of the mean, (n - 1) s_w^2 / (h (h - 1)) with h values kept. `None` where one value was kept.
    pub fn variance(&self) -> Option<Variance> {
        let h = self.kept as f64;
        (self.kept > 1).then(|| Variance { value: self.winsorized_squares / (h * (h - 1.0)), df: h - 1.0 })
    }
}

/// How many of `n` values the lower trimmed mean keeps: the lower half rounded up, but three where there
/// are three.
pub fn kept(n: usize) -> usize {
    n.min(3).max(n.div_ceil(2))
}

/// The mean of the lowest [`kept`] of `values`. `None` of no values.
pub fn lower_trimmed_mean(values: &[f64]) -> Option<TrimmedMean> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let kept = kept(values.len());
    let slowest = *values[..kept].last()?;
    let mean = mean(&values[..kept]);
    values[kept..].fill(slowest);
    Some(TrimmedMean { mean, kept, winsorized_squares: squared_deviations(&values) })
}

/// How many of `n` values [`trimmed_mean`] drops on either side: this share, rounded down.
pub fn dropped(n: usize, share: f64) -> usize {
    (share * n as f64) as usize
}

/// The mean of `values` without a share of them, rounded down, on either side. `None` of no values.
pub fn trimmed_mean(values: &[f64], share: f64) -> Option<TrimmedMean> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let dropped = dropped(values.len(), share);
    let kept = dropped..values.len() - dropped;
    let (least, greatest) = (*values[kept.clone()].first()?, *values[kept.clone()].last()?);
    let mean = mean(&values[kept.clone()]);
    values[..kept.start].fill(least);
    values[kept.end..].fill(greatest);
    Some(TrimmedMean { mean, kept: kept.len(), winsorized_squares: squared_deviations(&values) })
}

/// The arithmetic mean; not a number of no values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn squared_deviations(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::median;

    #[test]
    fn slow_rounds_do_not_move_it() {
        let steady = lower_trimmed_mean(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        let disturbed = lower_trimmed_mean(&[1.0, 2.0, 3.0, 400.0, 500.0]).unwrap();
        assert_eq!(steady, disturbed);
        assert_eq!((steady.mean, steady.kept), (2.0, 3));
    }

    #[test]
    fn variance_is_that_of_the_winsorized_sample() {
        // Winsorized: 1 2 3 3 3, mean 2.4, squares 3.2; / (3 x 2).
        let variance = lower_trimmed_mean(&[5.0, 2.0, 1.0, 3.0, 9.0]).unwrap().variance().unwrap();
        assert!((variance.value - 3.2 / 6.0).abs() < 1e-12);
        assert_eq!(variance.df, 2.0);
    }

    #[test]
    fn small_samples() {
        assert_eq!(lower_trimmed_mean(&[]), None);
        assert_eq!(lower_trimmed_mean(&[2.0]).unwrap().variance(), None);
        let of_two = lower_trimmed_mean(&[1.0, 3.0]).unwrap();
        assert_eq!((of_two.mean, of_two.variance().unwrap().value), (2.0, 1.0));
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 10].map(kept), [1, 2, 3, 3, 3, 3, 4, 5]);
    }

    #[test]
    fn one_of_ten_on_either_side_does_not_move_the_mean_of_blocks() {
        let steady = [-9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        let mut disturbed = steady;
        (disturbed[0], disturbed[9]) = (-900.0, 900.0);
        assert_eq!(trimmed_mean(&steady, 0.1), trimmed_mean(&disturbed, 0.1));
        let found = trimmed_mean(&steady, 0.1).unwrap();
        // Winsorized: 1 1 2 3 4 5 6 7 8 8, mean 4.5, squares 66.5; / (8 x 7).
        assert_eq!((found.mean, found.kept), (4.5, 8));
        assert_eq!(found.variance().unwrap(), Variance { value: 66.5 / 56.0, df: 7.0 });
        assert_eq!(trimmed_mean(&[1.0, 2.0, 9.0], 0.1).unwrap().mean, 4.0, "of few blocks none is dropped");
        assert_eq!(trimmed_mean(&[], 0.1), None);
        assert_eq!(trimmed_mean(&steady, 0.2).unwrap().kept, 6);
    }

    proptest! {
        #[test]
        fn lies_between_least_and_median_or_mean(values in prop::collection::vec(-1e6..1e6, 1..40)) {
            let found = lower_trimmed_mean(&values).unwrap().mean;
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let centre = mean(&values).max(median(&mut values.clone()).unwrap());
            prop_assert!(found >= least - 1e-9 && found <= centre + 1e-9);
        }
    }
}
