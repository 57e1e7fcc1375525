//! The line nearest to a few points: ln time against ln size.

use super::Variance;

/// The least-squares line of points (x, y), as far as its slope is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    /// Change of y a unit of x.
    pub slope: f64,
    /// The slope is the sum of each y with this weight.
    weights: Vec<f64>,
    residual_squares: f64,
}

/// Fits a line to points (x, y). `None` with fewer than two different x.
pub fn least_squares(points: &[(f64, f64)]) -> Option<LeastSquares> {
    let (first, _) = points.first()?;
    points.iter().any(|(x, _)| x != first).then_some(())?;
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x_mean, y_mean) = (mean(|(x, _)| *x), mean(|(_, y)| *y));
    let squares: f64 = points.iter().map(|(x, _)| (x - x_mean).powi(2)).sum();
    let weights: Vec<f64> = points.iter().map(|(x, _)| (x - x_mean) / squares).collect();
    let slope: f64 = weights.iter().zip(points).map(|(weight, (_, y))| weight * (y - y_mean)).sum();
    let residual = |(x, y): &(f64, f64)| (y - y_mean - slope * (x - x_mean)).powi(2);
    Some(LeastSquares { slope, weights, residual_squares: points.iter().map(residual).sum() })
}

impl LeastSquares {
    /// Variance of the slope by how far the points lie off the line, with n - 2 degrees of freedom: s^2 / sum of
    /// (x - mean)^2 (Draper & Smith 1998, "Applied regression analysis", 1.4). `None` of two points, which lie on it.
    pub fn residual_variance(&self) -> Option<Variance> {
        let df = self.weights.len().checked_sub(2).filter(|&df| df > 0)? as f64;
        let weights: f64 = self.weights.iter().map(|weight| weight.powi(2)).sum();
        Some(Variance { value: self.residual_squares / df * weights, df })
    }

    /// Variance of the slope by the variances of the y, in the order of the points.
    pub fn variance_from(&self, of_points: &[Variance]) -> Variance {
        let term = |(weight, variance): (&f64, &Variance)| variance.scaled(weight.powi(2));
        Variance::sum(&self.weights.iter().zip(of_points).map(term).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn worked_by_hand() {
        // x mean 2, squares 2; slope (1 (4 - 1)) / 2; residuals -1/6, 1/3, -1/6.
        let fit = least_squares(&[(1.0, 1.0), (2.0, 3.0), (3.0, 4.0)]).unwrap();
        close(fit.slope, 1.5);
        let variance = fit.residual_variance().unwrap();
        close(variance.value, 1.0 / 6.0 / 2.0);
        assert_eq!(variance.df, 1.0);
    }

    #[test]
    fn two_points_have_the_variance_of_their_difference() {
        let fit = least_squares(&[(1.0, 1.0), (3.0, 7.0)]).unwrap();
        close(fit.slope, 3.0);
        assert_eq!(fit.residual_variance(), None);
        let variance =
            fit.variance_from(&[Variance { value: 0.5, df: 4.0 }, Variance { value: 0.5, df: 4.0 }]);
        close(variance.value, 1.0 / 4.0);
        close(variance.df, 8.0);
    }

    #[test]
    fn one_place_has_no_slope() {
        assert_eq!(least_squares(&[]), None);
        assert_eq!(least_squares(&[(0.1, 1.0), (0.1, 2.0), (0.1, 3.0)]), None);
    }

    proptest! {
        #[test]
        fn power_laws_have_their_exponent(exponent in -3.0..3.0f64, scale in 1e-3..1e9f64, sizes in prop::collection::btree_set(1u32..10_000, 2..8)) {
            let points: Vec<(f64, f64)> = sizes.into_iter().map(f64::from).map(|n| (n.ln(), (scale * n.powf(exponent)).ln())).collect();
            let fit = least_squares(&points).unwrap();
            prop_assert!((fit.slope - exponent).abs() < 1e-6, "{fit:?}");
            prop_assert!(fit.residual_variance().is_none_or(|variance| variance.sd() < 1e-6), "{fit:?}");
        }
    }
}
