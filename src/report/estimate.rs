//! Estimates as text: a value, its interval, and no more digits than the interval supports.

use super::quantity::{Precision, fixed, significant};
use crate::compare::Estimate;

/// Most significant digits, as of any other value.
const FIGURES: i32 = 4;

/// `5.11x [5.05, 5.17]` with the suffix `x`; three digits and no interval where there is none.
pub(crate) fn estimate(estimate: &Estimate, suffix: &str) -> String {
    let value = value(estimate);
    let Some(decimals) = decimals(estimate) else { return format!("{value}{suffix}") };
    let [low, high] = [estimate.low, estimate.high].map(|end| fixed(end, decimals));
    format!("{value}{suffix} [{low}, {high}]")
}

/// An estimate without its interval, with the digits that the interval supports.
pub(crate) fn value(estimate: &Estimate) -> String {
    match decimals(estimate) {
        None => significant(estimate.value, Precision::ROUGH),
        Some(decimals) => fixed(estimate.value, decimals),
    }
}

/// Decimals of a value whose last digit is the first that the interval moves; absent without an interval.
fn decimals(estimate: &Estimate) -> Option<i32> {
    let half_width = (estimate.high - estimate.low) / 2.0;
    if !(half_width > 0.0 && half_width.is_finite() && estimate.value.is_finite()) {
        return None;
    }
    let largest = estimate.low.abs().max(estimate.high.abs());
    Some((-place(half_width)).min(FIGURES - 1 - place(largest)))
}

/// Decimal exponent of the leading digit.
fn place(value: f64) -> i32 {
    value.abs().log10().floor() as i32
}

/// A constant over an estimate, as a ratio of work over a ratio of times.
pub(crate) fn over(constant: f64, estimate: &Estimate) -> Estimate {
    Estimate {
        value: constant / estimate.value,
        low: constant / estimate.high,
        high: constant / estimate.low,
    }
}

/// An estimate in another unit.
pub(crate) fn per(estimate: &Estimate, unit: f64) -> Estimate {
    Estimate { value: estimate.value / unit, low: estimate.low / unit, high: estimate.high / unit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: f64, low: f64, high: f64) -> String {
        estimate(&Estimate { value, low, high }, "x")
    }

    #[test]
    fn digits_follow_the_interval() {
        assert_eq!(shown(5.1124, 5.05, 5.17), "5.11x [5.05, 5.17]");
        assert_eq!(shown(5.1124, 4.6, 5.7), "5.1x [4.6, 5.7]");
        assert_eq!(shown(0.98, 0.97777, 0.98222), "0.980x [0.978, 0.982]");
        assert_eq!(shown(0.01, -0.3, 0.32), "0.0x [-0.3, 0.3]");
        assert_eq!(shown(1234.0, 1100.0, 1400.0), "1200x [1100, 1400]");
    }

    #[test]
    fn no_interval_supports_more_than_four_digits() {
        assert_eq!(shown(5.112_431, 5.112_430, 5.112_432), "5.112x [5.112, 5.112]");
    }

    #[test]
    fn without_interval_there_are_three_digits() {
        assert_eq!(shown(5.1124, 5.1124, 5.1124), "5.11x");
        assert_eq!(shown(1.0, f64::NEG_INFINITY, f64::INFINITY), "1.00x");
    }

    #[test]
    fn what_is_over_an_estimate_has_its_interval_turned() {
        let efficiency = over(6.0, &Estimate { value: 3.0, low: 2.0, high: 4.0 });
        assert_eq!(efficiency, Estimate { value: 2.0, low: 1.5, high: 3.0 });
    }

    proptest! {
        #[test]
        fn no_number_panics(value in any::<f64>(), low in any::<f64>(), high in any::<f64>()) {
            shown(value, low, high);
        }
    }
}
