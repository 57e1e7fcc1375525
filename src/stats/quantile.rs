//! Sample quantiles.

/// The `q`-quantile of `values`, which are reordered: linear interpolation of the order statistics at
/// `q (n - 1)`, type 7 of Hyndman & Fan (1996), "Sample quantiles in statistical packages". `None` of no
/// values; `q` is taken into [0, 1].
pub fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let position = q.clamp(0.0, 1.0) * last as f64;
    let below = (position as usize).min(last);
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + (position - below as f64) * (high - low))
}

/// The median of `values`, which are reordered. `None` of no values.
pub fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn interpolates_between_order_statistics() {
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.25), Some(1.75));
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 1.0), Some(4.0));
        assert_eq!(median(&mut [5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(median(&mut []), None);
    }

    proptest! {
        #[test]
        fn equals_the_definition_on_sorted_values(mut values in prop::collection::vec(-1e15..1e15, 1..40), q in 0.0..=1.0) {
            let found = quantile(&mut values.clone(), q).unwrap();
            values.sort_by(f64::total_cmp);
            let position = q * (values.len() - 1) as f64;
            let (low, high) = (values[position.floor() as usize], values[position.ceil() as usize]);
            let expected = low + position.fract() * (high - low);
            prop_assert!((found - expected).abs() <= 1e-9 * (1.0 + expected.abs()));
        }
    }
}
