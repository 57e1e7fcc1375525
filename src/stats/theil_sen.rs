//! The line through points of which some are disturbed.

use super::median;

/// Most points that take part: the number of pairs grows with the square. More are thinned evenly along x.
const MOST_POINTS: usize = 400;

/// Least different x that make a line: two would fit any data.
const FEWEST_PLACES: usize = 3;

/// A line y = intercept + slope x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// y at x = 0.
    pub intercept: f64,
    /// Change of y a unit of x.
    pub slope: f64,
}

/// The line of points (x, y) whose slope is the median of the slopes between all points of different x (Theil 1950, "A
/// rank-invariant method of linear and polynomial regression analysis"; with equal x, Sen 1968, "Estimates of the
/// regression coefficient based on Kendall's tau"), and whose intercept is the median of y - slope x. Up to 29 % of
/// the points may be anywhere. `None` with fewer than three different x.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<Line> {
    let mut points = points.to_vec();
    points.sort_by(|(x, _), (other, _)| x.total_cmp(other));
    let places = points.chunk_by(|(x, _), (other, _)| x == other).count();
    (places >= FEWEST_PLACES).then_some(())?;
    let points = thinned(&points);
    let slope = median(&mut slopes(&points))?;
    let intercept = median(&mut points.iter().map(|(x, y)| y - slope * x).collect::<Vec<f64>>())?;
    Some(Line { intercept, slope })
}

/// At most [`MOST_POINTS`] of them, evenly spread and with both ends.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    (0..MOST_POINTS).map(|index| points[index * (points.len() - 1) / (MOST_POINTS - 1)]).collect()
}

fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let later = |(index, &(x, y))| points[index + 1..].iter().map(move |&(other, top)| (other - x, top - y));
    let steps = points.iter().enumerate().flat_map(later);
    steps.filter(|&(run, _)| run > 0.0).map(|(run, rise)| rise / run).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-9 * (1.0 + expected.abs())
    }

    /// All ordered pairs, straight from the definition.
    fn reference(points: &[(f64, f64)]) -> f64 {
        let mut slopes: Vec<f64> = points
            .iter()
            .flat_map(|a| points.iter().map(move |b| (a, b)))
            .filter(|(a, b)| a.0 != b.0)
            .map(|(a, b)| (b.1 - a.1) / (b.0 - a.0))
            .collect();
        slopes.sort_by(f64::total_cmp);
        let middle = slopes.len() / 2;
        (slopes[middle - 1] + slopes[middle]) / 2.0
    }

    #[test]
    fn needs_three_places() {
        assert_eq!(theil_sen(&[]), None);
        assert_eq!(theil_sen(&[(1.0, 1.0), (2.0, 2.0), (2.0, 3.0), (1.0, 0.0)]), None);
    }

    #[test]
    fn huge_inputs_are_thinned_and_keep_their_line() {
        let points: Vec<(f64, f64)> = (0..50_000).map(|x| (f64::from(x), 3.0 + 0.5 * f64::from(x))).collect();
        let line = theil_sen(&points).unwrap();
        assert!(near(line.slope, 0.5) && near(line.intercept, 3.0), "{line:?}");
        assert_eq!(thinned(&points).len(), MOST_POINTS);
        // The ends are kept, however crowded the middle is.
        let mut crowded = vec![(1.0, 1.0); 50_000];
        crowded.extend([(0.0, 0.0), (2.0, 2.0)]);
        assert!(near(theil_sen(&crowded).unwrap().slope, 1.0));
    }

    proptest! {
        #[test]
        fn equals_the_naive_reference(points in prop::collection::vec((0u8..20, -1e6..1e6f64), 3..40)) {
            let points: Vec<(f64, f64)> = points.into_iter().map(|(x, y)| (f64::from(x), y)).collect();
            if let Some(line) = theil_sen(&points) {
                prop_assert!(near(line.slope, reference(&points)));
            }
        }

        #[test]
        fn an_exact_line_is_found_whatever_a_quarter_of_the_points_do(
            intercept in -1e3..1e3f64,
            slope in -1e3..1e3f64,
            outliers in prop::collection::vec((0usize..32, -1e9..1e9f64), 0..8),
        ) {
            let mut points: Vec<(f64, f64)> =
                (0..32).map(|x| (f64::from(x), intercept + slope * f64::from(x))).collect();
            for (index, y) in outliers {
                points[index].1 = y;
            }
            let line = theil_sen(&points).unwrap();
            prop_assert!((line.slope - slope).abs() < 1e-6 && (line.intercept - intercept).abs() < 1e-4, "{line:?}");
        }
    }
}
