//! Which statistic of its rounds a peak is: how far each repeats, and how high it lies.

use std::collections::BTreeMap;

use tensorprof::estimate::{log_rounds, uncontended};
use tensorprof::model::{Baseline, Benchmark, Round};
use tensorprof::peaks::without_placement;
use tensorprof::stats::{median, time_estimate};

/// A candidate. All of them leave out what was contended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statistic {
    /// The mean over the faster half of the rounds of their lower quartiles, as for every benchmark.
    TimeOfSide,
    /// The median over the rounds of their lower quartiles.
    MedianRound,
    /// The second fastest round by its lower quartile.
    SecondRound,
    /// The fastest round by its lower quartile.
    FastestRound,
    /// The fastest sample.
    FastestSample,
}

impl Statistic {
    pub(super) const ALL: [Statistic; 5] = [
        Statistic::TimeOfSide,
        Statistic::MedianRound,
        Statistic::SecondRound,
        Statistic::FastestRound,
        Statistic::FastestSample,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Statistic::TimeOfSide => "mean of the faster half of the rounds",
            Statistic::MedianRound => "median round",
            Statistic::SecondRound => "second fastest round",
            Statistic::FastestRound => "fastest round",
            Statistic::FastestSample => "fastest sample",
        }
    }

    /// Nanoseconds per iteration. `None` of too few rounds.
    fn time(self, rounds: &[Round]) -> Option<f64> {
        let log_rounds = log_rounds(rounds);
        let mut times: Vec<f64> = log_rounds.iter().map(|round| round.time.exp()).collect();
        times.sort_by(f64::total_cmp);
        match self {
            Statistic::TimeOfSide => time_estimate(&log_rounds),
            Statistic::MedianRound => median(&mut times),
            Statistic::SecondRound => times.get(1).copied(),
            Statistic::FastestRound => times.first().copied(),
            Statistic::FastestSample => {
                rounds.iter().flat_map(|round| &round.samples).copied().min_by(f64::total_cmp)
            }
        }
    }
}

/// How a statistic does on one peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Repeats {
    /// The farthest from the median of the measurements that one of them lies, a share.
    pub(super) deviation: f64,
    /// How much higher the median rate lies than by [`Statistic::TimeOfSide`], a share.
    pub(super) above: f64,
}

/// The uncontended rounds of a benchmark of the bench, one for each placement of its working set.
type Placements = Vec<Vec<Round>>;

/// The rounds of each peak in each of these measurements.
#[derive(Debug, Default)]
pub(super) struct AllRounds(BTreeMap<String, Vec<Placements>>);

impl AllRounds {
    pub(super) fn of<'a>(measurements: impl IntoIterator<Item = &'a Baseline>) -> AllRounds {
        let mut all = AllRounds::default();
        for measurement in measurements {
            for (peak, placements) in rounds(measurement) {
                all.0.entry(peak).or_default().push(placements);
            }
        }
        all
    }

    /// How a statistic does on each peak.
    pub(super) fn repeats(&self, statistic: Statistic) -> Vec<Repeats> {
        self.0.values().filter_map(|measured| of_peak(statistic, measured)).collect()
    }
}

fn rounds(measurement: &Baseline) -> BTreeMap<String, Placements> {
    let mut peaks: BTreeMap<String, Placements> = BTreeMap::new();
    let uncontended = uncontended(measurement);
    let is_sound = |row: &&Benchmark| row.failure.is_none() && !uncontended.contention.contains_key(&row.id);
    for row in uncontended.side.benchmarks.iter().filter(is_sound) {
        let peak = without_placement(&row.id.path()).to_owned();
        peaks.entry(peak).or_default().push(row.rounds.clone());
    }
    peaks
}

fn of_peak(statistic: Statistic, measured: &[Placements]) -> Option<Repeats> {
    let times = |statistic: Statistic| -> Vec<f64> {
        let fastest = |placements: &Placements| {
            placements.iter().filter_map(|rounds| statistic.time(rounds)).min_by(f64::total_cmp)
        };
        measured.iter().filter_map(fastest).collect()
    };
    let (middle, deviation) = middle_and_deviation(&times(statistic))?;
    let usual = median(&mut times(Statistic::TimeOfSide))?;
    Some(Repeats { deviation, above: usual / middle - 1.0 })
}

/// The median, and how far from it the farthest value lies, as a share of it. `None` of no values.
pub(super) fn middle_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let middle = median(&mut values.to_vec())?;
    let deviation = values.iter().map(|value| (value / middle - 1.0).abs()).max_by(f64::total_cmp)?;
    Some((middle, deviation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(times: &[f64]) -> Vec<Round> {
        let round =
            |time: &f64| Round { samples: vec![*time, 0.9 * time, *time, *time, *time], ..Round::default() };
        times.iter().map(round).collect()
    }

    #[test]
    fn a_disturbed_half_moves_none_but_the_median() {
        let steady = rounds(&[10.0; 6]);
        let disturbed = rounds(&[10.0, 10.0, 10.0, 15.0, 20.0, 15.0]);
        for statistic in Statistic::ALL {
            let moved = statistic.time(&disturbed).unwrap() / statistic.time(&steady).unwrap();
            let expected = if statistic == Statistic::MedianRound { 1.25 } else { 1.0 };
            assert!((moved - expected).abs() < 1e-9, "{statistic:?}: {moved}");
        }
        assert!((Statistic::FastestSample.time(&steady).unwrap() - 9.0).abs() < 1e-9);
    }

    #[test]
    fn the_farthest_measurement_and_the_height_count() {
        let slow = rounds(&[12.0; 4]);
        let measured = [[10.0, 8.0, 10.0, 10.0], [10.0; 4], [10.0, 9.0, 10.0, 10.0]];
        let measured = measured.map(|times| vec![slow.clone(), rounds(&times)]);
        let of = |statistic| of_peak(statistic, &measured).unwrap();
        let fastest = of(Statistic::FastestRound);
        assert!((fastest.deviation - 1.0 / 9.0).abs() < 1e-9, "{fastest:?}");
        assert!(fastest.above > 0.05 && of(Statistic::TimeOfSide).above.abs() < 1e-9, "{fastest:?}");
        assert_eq!(of_peak(Statistic::FastestRound, &[]), None);
    }
}
