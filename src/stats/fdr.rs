//! False discovery rate.

/// Which of `p_values` are discoveries at false discovery rate `q`: those no greater than the greatest
/// p(k) <= k q / m (Benjamini & Hochberg 1995, "Controlling the false discovery rate").
pub fn discoveries(p_values: &[f64], q: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let step = q / sorted.len() as f64;
    let cut = sorted.iter().enumerate().rev().find(|&(index, &p)| p <= (index + 1) as f64 * step);
    p_values.iter().map(|&p| cut.is_some_and(|(_, &cut)| p <= cut)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Straight from the paper: reject the k smallest for the greatest k with p(k) <= k q / m.
    fn reference(p_values: &[f64], q: f64) -> Vec<bool> {
        let m = p_values.len() as f64;
        let rank = |p: f64| p_values.iter().filter(|&&other| other <= p).count() as f64;
        p_values
            .iter()
            .map(|&p| p_values.iter().any(|&larger| larger >= p && larger <= rank(larger) * q / m))
            .collect()
    }

    #[test]
    fn example_of_the_paper() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        assert_eq!(discoveries(&p, 0.05).iter().filter(|&&found| found).count(), 4);
        assert_eq!(discoveries(&[], 0.05), Vec::<bool>::new());
    }

    proptest! {
        #[test]
        fn equals_the_naive_reference(p in prop::collection::vec(prop_oneof![0.0..=1.0, 0.0..=0.02], 0..40), q in 0.0..=0.5) {
            prop_assert_eq!(discoveries(&p, q), reference(&p, q));
        }

        #[test]
        fn a_smaller_p_never_loses(mut p in prop::collection::vec(0.0..=0.2, 1..30), which in 0usize..30) {
            let which = which % p.len();
            let before = discoveries(&p, 0.05);
            p[which] /= 10.0;
            let after = discoveries(&p, 0.05);
            prop_assert!(before.iter().zip(&after).all(|(before, after)| !before || *after));
        }
    }
}
