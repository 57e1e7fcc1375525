//! Change points of a series of estimates whose errors are known.
//!
//! Optimal partitioning (Jackson et al. 2005, "An algorithm for optimal partitioning of data on an interval"; the search
//! that PELT prunes, Killick, Fearnhead & Eckley 2012, "Optimal detection of changepoints with a linear computational
//! cost") proposes them: the levels that minimise the weighted squares of the points about their level plus a penalty for
//! each change. Each proposal must then stand by its interval, as a verdict does. A method that learns the noise from the
//! series (E-divisive: Matteson & James 2014; Hunter: Fleming et al. 2023) needs many points before it finds anything
//! and permutes them at random; here the noise of each point is known from its rounds, so two points are enough, and the
//! same series always gives the same changes.

use super::Variance;

/// Least variance of a point: five digits of stored samples allow no statement below.
const RESOLUTION: f64 = 1e-10;

/// Degrees of freedom that the known errors count for beside the scatter of the series (Smyth 2004, "Linear models and
/// empirical Bayes methods", moderated variance).
const KNOWN_DF: f64 = 3.0;

/// A point of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesPoint {
    /// The estimate, finite.
    pub value: f64,
    /// The variance of its own error.
    pub variance: Variance,
    /// How much it has of the error that all points share.
    pub exposure: f64,
}

/// What counts as a change of a series.
pub struct Criterion<'a> {
    /// The variance of the shared error of a point with an exposure of one.
    pub shared: Variance,
    /// Least distance from an old level to a new one that counts, by the old one.
    pub least: &'a dyn Fn(f64) -> f64,
    /// Probability, in (0, 1), that the intervals of all changes of a series hold.
    pub confidence: f64,
}

/// A change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// Index of the first point of the new level, at least one.
    pub at: usize,
    /// New level less old level.
    pub difference: f64,
    /// Half the width of the interval of the difference.
    pub half_width: f64,
}

/// The change points of a series, in its order.
///
/// The whole interval of a change lies beyond the least distance that counts. The level of an interval is Bonferroni's
/// over the n - 1 places where a series of n points can change, so that a series of two points is judged as a comparison is.
/// The penalty of the search is the square of the same quantile: 3.8 for two points, 9.1 for 20, 12.1 for 100, near the 3 ln n
/// of Zhang & Siegmund (2007), "A modified Bayes information criterion".
///
/// Where points scatter about their levels by more than their errors explain, what is missing is added to the error of
/// every point and the search is repeated. It ends: what is added only grows, and there are finitely many partitions.
pub fn change_points(points: &[SeriesPoint], criterion: &Criterion<'_>) -> Vec<ChangePoint> {
    let mut unexplained = Variance::known(0.0);
    loop {
        let series = Series::new(points, unexplained, criterion);
        let changes = series.standing(series.partition());
        let found = unexplained_variance(points, &changes);
        if found.value <= unexplained.value {
            return changes;
        }
        unexplained = found;
    }
}

/// The variance of the points about the means of their levels, less what their errors explain (method of moments),
/// moderated towards nothing.
fn unexplained_variance(points: &[SeriesPoint], changes: &[ChangePoint]) -> Variance {
    let starts: Vec<usize> = std::iter::once(0).chain(changes.iter().map(|change| change.at)).collect();
    let ends = starts.iter().skip(1).copied().chain([points.len()]);
    let squares: f64 =
        starts.iter().zip(ends).map(|(&start, end)| squared_deviations(&points[start..end])).sum();
    let df = points.len().saturating_sub(starts.len()) as f64;
    let explained = points.iter().map(|point| point.variance.value).sum::<f64>() / points.len().max(1) as f64;
    let excess = (squares - df * explained).max(0.0);
    Variance { value: excess / (df + KNOWN_DF), df: df + KNOWN_DF }
}

fn squared_deviations(level: &[SeriesPoint]) -> f64 {
    let mean = level.iter().map(|point| point.value).sum::<f64>() / level.len().max(1) as f64;
    level.iter().map(|point| (point.value - mean).powi(2)).sum()
}

/// A series with the full error of each point.
struct Series<'a> {
    criterion: &'a Criterion<'a>,
    points: Vec<SeriesPoint>,
    /// Sums of weights, weighted values and weighted squares of the points before each index, for the search. Values
    /// are taken from the first, so that squares do not cancel.
    sums: Vec<[f64; 3]>,
    /// Confidence of one interval.
    confidence: f64,
}

impl<'a> Series<'a> {
    fn new(points: &[SeriesPoint], unexplained: Variance, criterion: &'a Criterion<'a>) -> Self {
        let with_full_error = |point: &SeriesPoint| {
            let variance = Variance::sum(&[point.variance, unexplained, Variance::known(RESOLUTION)]);
            SeriesPoint { variance, ..*point }
        };
        let points: Vec<SeriesPoint> = points.iter().map(with_full_error).collect();
        let places = points.len().saturating_sub(1).max(1) as f64;
        let confidence = 1.0 - (1.0 - criterion.confidence) / places;
        Series { criterion, sums: sums(&points), points, confidence }
    }

    /// Where the levels begin, without the first: those of least penalised squares, by dynamic programming over the
    /// place of the last change.
    fn partition(&self) -> Vec<usize> {
        let penalty = Variance::known(1.0).half_width(self.confidence).powi(2);
        let (mut best, mut last_start) = (vec![-penalty], vec![0]);
        for end in 1..=self.points.len() {
            let cost = |start: usize| best[start] + self.weighted_squares(start, end) + penalty;
            let start = (0..end).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
            best.push(cost(start));
            last_start.push(start);
        }
        let mut starts = Vec::new();
        let mut end = self.points.len();
        while last_start[end] > 0 {
            end = last_start[end];
            starts.push(end);
        }
        starts.reverse();
        starts
    }

    /// Weighted squares of the points of a range about their weighted mean.
    fn weighted_squares(&self, start: usize, end: usize) -> f64 {
        let [weight, values, squares] = [0, 1, 2].map(|of| self.sums[end][of] - self.sums[start][of]);
        (squares - values * values / weight).max(0.0)
    }

    /// The changes that are left when the weakest that does not stand is given up, again and again: its neighbours
    /// are then judged by longer levels.
    fn standing(&self, mut starts: Vec<usize>) -> Vec<ChangePoint> {
        loop {
            let changes: Vec<(ChangePoint, f64)> =
                (0..starts.len()).map(|index| self.change(&starts, index)).collect();
            let weakest = (0..changes.len()).min_by(|&a, &b| changes[a].1.total_cmp(&changes[b].1));
            match weakest {
                Some(weakest) if changes[weakest].1 <= 1.0 => starts.remove(weakest),
                _ => return changes.into_iter().map(|(change, _)| change).collect(),
            };
        }
    }

    /// The change at one of these starts, and its strength: its distance beyond what counts, in half widths.
    fn change(&self, starts: &[usize], index: usize) -> (ChangePoint, f64) {
        let from = index.checked_sub(1).map_or(0, |before| starts[before]);
        let (at, to) = (starts[index], starts.get(index + 1).copied().unwrap_or(self.points.len()));
        let [old, new] = [&self.points[from..at], &self.points[at..to]].map(Level::of);
        let shared = self.criterion.shared.scaled((new.exposure - old.exposure).powi(2));
        let variance = Variance::sum(&[old.variance, new.variance, shared]);
        let half_width = variance.half_width(self.confidence);
        let difference = new.mean - old.mean;
        let beyond = difference.abs() - (self.criterion.least)(old.mean);
        (ChangePoint { at, difference, half_width }, beyond / half_width)
    }
}

fn weight(point: &SeriesPoint) -> f64 {
    1.0 / point.variance.value
}

fn sums(points: &[SeriesPoint]) -> Vec<[f64; 3]> {
    let origin = points.first().map_or(0.0, |point| point.value);
    let mut sums = vec![[0.0; 3]];
    for point in points {
        let (weight, value) = (weight(point), point.value - origin);
        let [weights, values, squares] = sums[sums.len() - 1];
        sums.push([weights + weight, values + weight * value, squares + weight * value * value]);
    }
    sums
}

/// The weighted mean of some points.
struct Level {
    mean: f64,
    variance: Variance,
    exposure: f64,
}

impl Level {
    /// The variance allows for weights that are estimates themselves (Meier 1953, "Variance of a weighted mean").
    fn of(points: &[SeriesPoint]) -> Self {
        let total: f64 = points.iter().map(weight).sum();
        let shares: Vec<f64> = points.iter().map(|point| weight(point) / total).collect();
        let shared = || points.iter().zip(&shares);
        let mean = |of: fn(&SeriesPoint) -> f64| shared().map(|(point, share)| share * of(point)).sum();
        let terms: Vec<Variance> =
            shared().map(|(point, share)| point.variance.scaled(share * share)).collect();
        let uncertain: f64 = shared().map(|(point, share)| share * (1.0 - share) / point.variance.df).sum();
        Level {
            mean: mean(|point| point.value),
            variance: Variance::sum(&terms).scaled(1.0 + 4.0 * uncertain),
            exposure: mean(|point| point.exposure),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::random::Random;

    /// As for rows of ordinary length: 2 %.
    const LEAST: f64 = 0.0198;

    fn changes(points: &[SeriesPoint]) -> Vec<ChangePoint> {
        changes_with(points, Variance::known(0.0))
    }

    fn changes_with(points: &[SeriesPoint], shared: Variance) -> Vec<ChangePoint> {
        change_points(points, &Criterion { shared, least: &|_| LEAST, confidence: 0.95 })
    }

    fn places(points: &[SeriesPoint]) -> Vec<usize> {
        changes(points).iter().map(|change| change.at).collect()
    }

    fn point(value: f64, sd: f64) -> SeriesPoint {
        SeriesPoint { value, variance: Variance { value: sd * sd, df: 4.0 }, exposure: 0.0 }
    }

    fn series(values: &[f64], sd: f64) -> Vec<SeriesPoint> {
        values.iter().map(|&value| point(value, sd)).collect()
    }

    #[test]
    fn short_series() {
        assert_eq!(places(&[]), [0; 0]);
        assert_eq!(places(&series(&[12.0], 0.01)), [0; 0]);
        assert_eq!(places(&series(&[12.0, 12.05], 0.003)), [1]);
        assert_eq!(places(&series(&[12.0, 12.05], 0.02)), [0; 0], "within the noise");
        assert_eq!(places(&series(&[12.0, 12.0, 12.05], 0.003)), [2]);
        assert_eq!(places(&series(&[12.05, 12.0, 12.0], 0.003)), [1]);
    }

    #[test]
    fn two_points_are_judged_as_a_comparison_is() {
        let found = changes(&series(&[12.0, 12.1], 0.003))[0];
        let welch = Variance { value: 2.0 * 0.003 * 0.003, df: 8.0 };
        assert!(
            (found.difference - 0.1).abs() < 1e-9 && (found.half_width - welch.half_width(0.95)).abs() < 1e-6
        );
    }

    #[test]
    fn there_and_back_are_two_changes() {
        let values = [12.0, 12.001, 11.999, 12.08, 12.081, 12.0, 12.0];
        assert_eq!(places(&series(&values, 0.005)), [3, 5]);
    }

    #[test]
    fn steps_below_what_counts_are_none_alone_and_one_together() {
        let step = |index: usize| 12.0 + 0.015 * (index / 10) as f64;
        assert_eq!(places(&series(&(0..20).map(step).collect::<Vec<_>>(), 0.001)), [0; 0]);
        let drift = changes(&series(&(0..60).map(step).collect::<Vec<_>>(), 0.001));
        assert!(!drift.is_empty());
    }

    #[test]
    fn what_all_points_share_is_no_change() {
        let exposed = |index: usize| SeriesPoint {
            exposure: if index < 5 { 0.0 } else { 0.05 },
            ..point(if index < 5 { 12.0 } else { 12.05 }, 0.003)
        };
        let points: Vec<_> = (0..10).map(exposed).collect();
        assert_eq!(changes(&points).len(), 1);
        assert_eq!(changes_with(&points, Variance { value: 0.25, df: 8.0 }), []);
    }

    /// A series of 20 points of noise `sd` with a step before the 10th, whose errors claim to be `claimed` and are estimated
    /// from five rounds.
    fn simulated(random: &mut Random, sd: f64, claimed: f64, step: f64) -> Vec<SeriesPoint> {
        let noisy = |index: usize| {
            let level = if index < 10 { 12.0 } else { 12.0 + step };
            let chi_square: f64 = (0..4).map(|_| random.normal().powi(2)).sum();
            point(level + sd * random.normal(), claimed * (chi_square / 4.0).sqrt())
        };
        (0..20).map(noisy).collect()
    }

    /// Share of simulated series whose changes are as wanted.
    fn share(noise: [f64; 2], step: f64, wanted: impl Fn(&[usize]) -> bool) -> f64 {
        const RUNS: usize = 400;
        let mut random = Random(1);
        let runs = (0..RUNS).map(|_| places(&simulated(&mut random, noise[0], noise[1], step)));
        runs.filter(|places| wanted(places)).count() as f64 / RUNS as f64
    }

    #[test]
    fn a_constant_series_has_changes_in_at_most_one_of_twenty() {
        for noise in [[0.005; 2], [0.01; 2], [0.02; 2], [0.05; 2], [0.02, 0.01], [0.05, 0.01]] {
            let false_alarms = share(noise, 0.0, |places| !places.is_empty());
            assert!(false_alarms <= 0.05, "{noise:?}: {false_alarms}");
        }
    }

    #[test]
    fn a_step_of_five_percent_is_found_in_noise_of_one() {
        let near = |places: &[usize]| matches!(places, [9..=11]);
        let found = share([0.01; 2], 0.05, near);
        assert!(found >= 0.95, "{found}");
    }

    fn any_series() -> impl Strategy<Value = Vec<SeriesPoint>> {
        let value = prop_oneof![11.9..12.1f64, -20.0..40.0f64, Just(12.0)];
        let variance = prop_oneof![Just(0.0), 1e-8..1e-3f64];
        let point =
            (value, variance, 1.0..20.0f64, -0.1..0.1f64).prop_map(|(value, variance, df, exposure)| {
                SeriesPoint { value, variance: Variance { value: variance, df }, exposure }
            });
        prop::collection::vec(point, 0..100)
    }

    proptest! {
        #[test]
        fn changes_are_in_order_and_beyond_what_counts(points in any_series()) {
            let found = changes_with(&points, Variance { value: 0.1, df: 5.0 });
            prop_assert!(found.is_sorted_by(|a, b| a.at < b.at));
            for change in found {
                prop_assert!((1..points.len()).contains(&change.at), "{:?}", change);
                prop_assert!(change.difference.abs() - change.half_width > LEAST, "{:?}", change);
            }
        }

        #[test]
        fn the_level_does_not_matter_and_the_mirror_image_has_mirrored_changes(points in any_series(), shift in -5.0..5.0f64) {
            let moved: Vec<_> = points.iter().map(|point| SeriesPoint { value: shift - point.value, ..*point }).collect();
            let [there, mirrored] = [changes(&points), changes(&moved)];
            prop_assert_eq!(there.len(), mirrored.len());
            for (change, mirrored) in there.iter().zip(&mirrored) {
                prop_assert_eq!(change.at, mirrored.at);
                prop_assert!((change.difference + mirrored.difference).abs() < 1e-6);
            }
        }

        #[test]
        fn a_constant_series_has_none(value in -20.0..40.0f64, variances in prop::collection::vec(0.0..1.0f64, 0..40)) {
            let point = |&value_of: &f64| SeriesPoint { value, variance: Variance { value: value_of, df: 4.0 }, exposure: 0.0 };
            prop_assert_eq!(changes(&variances.iter().map(point).collect::<Vec<_>>()), []);
        }

        #[test]
        fn a_step_far_beyond_the_noise_is_found_where_it_is(at in 1usize..30, n in 30usize..60, size in 0.05..3.0f64) {
            let values: Vec<f64> = (0..n).map(|index| if index < at { 10.0 } else { 10.0 + size }).collect();
            prop_assert_eq!(places(&series(&values, 0.004)), [at]);
        }
    }
}
