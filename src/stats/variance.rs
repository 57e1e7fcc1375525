//! The variance of an estimate, the sum of several, and the t-interval it gives.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Degrees of freedom from which the t distribution is taken as normal: the 97.5 % points differ by 2.4e-4.
/// (Far above it the continued fraction of the incomplete beta function stops converging.)
const NORMAL_FROM: f64 = 1e4;

/// The variance of an estimate, itself estimated with `df` degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variance {
    /// The variance, in squared units of the estimate.
    pub value: f64,
    /// Degrees of freedom, at least one; infinite where the variance is known.
    pub df: f64,
}

impl Variance {
    /// A variance that is not estimated from the data.
    pub fn known(value: f64) -> Self {
        Variance { value, df: f64::INFINITY }
    }

    /// Of the mean of independent values, by their spread. `None` of fewer than two.
    pub fn of_mean(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (values.len() > 1).then(|| Variance { value: squares / (n * (n - 1.0)), df: n - 1.0 })
    }

    /// Of an estimate from independent values, by the estimates without each of them: (n - 1) / n times their squared
    /// deviations (Efron & Stein 1981, "The jackknife estimate of variance"), in expectation rather too much than too
    /// little. `None` of fewer than two.
    pub fn jackknife(left_out: &[f64]) -> Option<Self> {
        let others = left_out.len().saturating_sub(1) as f64;
        Some(Variance::of_mean(left_out)?.scaled(others.powi(2)))
    }

    /// The same variance multiplied by a constant.
    pub fn scaled(self, factor: f64) -> Self {
        Variance { value: self.value * factor, df: self.df }
    }

    /// The variance of a sum of independent estimates, with the degrees of freedom of Satterthwaite (1946),
    /// "An approximate distribution of estimates of variance components": of two, Welch's.
    pub fn sum(terms: &[Variance]) -> Self {
        let value = terms.iter().map(|term| term.value).sum::<f64>();
        if value == 0.0 {
            return Variance::known(0.0);
        }
        let inverse = terms.iter().map(|term| (term.value / value).powi(2) / term.df).sum::<f64>();
        Variance { value, df: 1.0 / inverse }
    }

    /// Standard deviation.
    pub fn sd(&self) -> f64 {
        self.value.sqrt()
    }

    /// Half the width of the two-sided interval of that confidence, in (0, 1).
    pub fn half_width(&self, confidence: f64) -> f64 {
        if self.value == 0.0 {
            return 0.0;
        }
        let p = (1.0 + confidence) / 2.0;
        let quantile = match self.students_t() {
            Some(t) => t.inverse_cdf(p),
            None => Normal::standard().inverse_cdf(p),
        };
        quantile * self.sd()
    }

    /// Probability that an estimate with this variance exceeds its expectation by more than `distance`.
    pub fn upper_tail(&self, distance: f64) -> f64 {
        if self.value == 0.0 {
            return if distance > 0.0 { 0.0 } else { 1.0 };
        }
        let standardized = distance / self.sd();
        match self.students_t() {
            Some(t) => t.sf(standardized),
            None => Normal::standard().sf(standardized),
        }
    }

    /// p-value of the minimum-effect null hypothesis |expectation| <= `margin` given the estimate, at the
    /// margin, where it is greatest (Murphy & Myors 1999, "Testing the hypothesis that treatments have
    /// negligible effects").
    pub fn minimum_effect_p(&self, estimate: f64, margin: f64) -> f64 {
        let size = estimate.abs();
        (self.upper_tail(size - margin) + self.upper_tail(size + margin)).min(1.0)
    }

    fn students_t(&self) -> Option<StudentsT> {
        (self.df < NORMAL_FROM).then(|| StudentsT::new(0.0, 1.0, self.df).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");
    }

    #[test]
    fn half_widths_are_those_of_t_tables() {
        for (df, expected) in
            [(1.0, 12.706), (4.0, 2.776), (10.0, 2.228), (1e3, 1.962), (f64::INFINITY, 1.960)]
        {
            close(Variance { value: 1.0, df }.half_width(0.95), expected);
            close(Variance { value: 4.0, df }.half_width(0.95), 2.0 * expected);
        }
        assert_eq!(Variance::known(0.0).half_width(0.95), 0.0);
    }

    #[test]
    fn a_tail_beyond_the_half_width_is_what_confidence_leaves() {
        for df in [1.0, 3.7, 50.0, 1e9] {
            let variance = Variance { value: 0.25, df };
            close(variance.upper_tail(variance.half_width(0.9)), 0.05);
        }
    }

    #[test]
    fn a_mean_has_the_variance_of_its_values_over_their_number() {
        // Squared deviations 4 + 0 + 4.
        assert_eq!(Variance::of_mean(&[1.0, 3.0, 5.0]), Some(Variance { value: 8.0 / 6.0, df: 2.0 }));
        assert_eq!(Variance::of_mean(&[1.0]), None);
    }

    #[test]
    fn the_jackknife_of_a_mean_is_the_variance_of_the_mean() {
        let (mean, left_out) = ([1.0, 3.0, 8.0], [5.5, 4.5, 2.0]);
        let (found, expected) = (Variance::jackknife(&left_out).unwrap(), Variance::of_mean(&mean).unwrap());
        close(found.value, expected.value);
        assert_eq!(found.df, expected.df);
        assert_eq!(Variance::jackknife(&[1.0]), None);
    }

    #[test]
    fn sums_follow_welch() {
        let equal = Variance { value: 2.0, df: 4.0 };
        assert_eq!(Variance::sum(&[equal, equal]), Variance { value: 4.0, df: 8.0 });
        assert_eq!(Variance::sum(&[equal, Variance::known(0.0)]), equal);
        assert_eq!(Variance::sum(&[equal, Variance::known(2.0)]).df, 16.0);
        assert_eq!(Variance::sum(&[]), Variance::known(0.0));
    }

    #[test]
    fn minimum_effect_p_is_one_half_at_the_margin_and_one_at_nothing() {
        let narrow = Variance { value: 1e-6, df: 8.0 };
        close(narrow.minimum_effect_p(0.02, 0.02), 0.5);
        close(narrow.minimum_effect_p(0.0, 0.02), 1.0);
        assert!(narrow.minimum_effect_p(-0.05, 0.02) < 1e-6);
        assert_eq!(Variance::known(0.0).minimum_effect_p(0.0, 0.0), 1.0);
    }
}
