//! Medians with confidence intervals.

use std::fmt::{self, Display, Formatter};

/// A median with its 95 % interval. Displays with two decimals unless a precision is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Median {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Median {
    /// The median of values, at least one.
    ///
    /// The number of values below the true median is binomial with p = 1/2. The interval lies between the two
    /// order statistics that are 1.96 standard deviations from the middle by the normal approximation.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let rank = (n as f64 - 1.96 * (n as f64).sqrt()) / 2.0;
        let outside = (rank as usize).saturating_sub(1);
        Median {
            value: f64::midpoint(values[(n - 1) / 2], values[n / 2]),
            low: values[outside],
            high: values[n - 1 - outside],
        }
    }
}

impl Display for Median {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(2);
        let unit = 10_f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX));
        // Adding zero makes a negative zero positive.
        let [value, low, high] =
            [self.value, self.low, self.high].map(|value| (value * unit).round() / unit + 0.0);
        write!(f, "{value:.decimals$} ({low:.decimals$} to {high:.decimals$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_lies_between_order_statistics() {
        let median = Median::of((1..=100).rev().map(f64::from).collect());
        // (100 - 1.96 * 10) / 2 = 40.2: the 40th from either end.
        assert_eq!(median, Median { value: 50.5, low: 40.0, high: 61.0 });
        assert_eq!(Median::of(vec![7.0]), Median { value: 7.0, low: 7.0, high: 7.0 });
    }

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        let median = Median { value: -0.001, low: -0.01, high: 0.25 };
        assert_eq!(median.to_string(), "0.00 (-0.01 to 0.25)");
        assert_eq!(format!("{median:.1}"), "0.0 (0.0 to 0.3)");
    }
}
