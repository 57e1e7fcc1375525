//! Other estimators of a side's time: the differences that each finds between saves of identical code, where
//! the right answer is zero.

use std::collections::BTreeMap;

use tensorprof::model::{Baseline, BenchmarkId, Round};
use tensorprof::stats::{lower_trimmed_mean, median, quantile};

use crate::plan::Kind;

/// How the samples of a round become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// The median sample.
    Median,
    /// The lower quartile.
    LowerQuartile,
    /// The smallest sample.
    Minimum,
}

/// How the rounds of a side become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// The mean of all rounds.
    Mean,
    /// The median round.
    Median,
    /// The mean of the lower half.
    TrimmedMean,
    /// The smallest round.
    Minimum,
}

/// An estimator of ln time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimator {
    /// Over samples.
    pub within: Within,
    /// Over rounds.
    pub between: Between,
    /// Whether every sample is divided by its clock probe first.
    pub clock: bool,
}

impl Estimator {
    /// The estimators that are compared, each without and with the clock.
    pub fn all() -> Vec<Estimator> {
        let shapes = [
            (Within::Median, Between::Mean),
            (Within::Median, Between::Median),
            (Within::LowerQuartile, Between::Mean),
            (Within::Median, Between::TrimmedMean),
            (Within::LowerQuartile, Between::TrimmedMean),
            (Within::Minimum, Between::TrimmedMean),
            (Within::Minimum, Between::Minimum),
        ];
        let estimator = |(within, between), clock| Estimator { within, between, clock };
        shapes.into_iter().flat_map(|shape| [false, true].map(|clock| estimator(shape, clock))).collect()
    }

    /// The name in tables.
    pub fn name(self) -> String {
        let within = match self.within {
            Within::Median => "median",
            Within::LowerQuartile => "lower quartile",
            Within::Minimum => "minimum",
        };
        let between = match self.between {
            Between::Mean => "mean",
            Between::Median => "median",
            Between::TrimmedMean => "lower half",
            Between::Minimum => "minimum",
        };
        format!("{within} of samples, {between} of rounds{}", if self.clock { ", clock" } else { "" })
    }

    /// ln time of a side. `None` without rounds.
    pub fn location(self, rounds: &[Round]) -> Option<f64> {
        let mut rounds: Vec<f64> = rounds.iter().filter_map(|round| self.of_round(round)).collect();
        match self.between {
            Between::Mean => (!rounds.is_empty()).then(|| rounds.iter().sum::<f64>() / rounds.len() as f64),
            Between::Median => median(&mut rounds),
            Between::TrimmedMean => lower_trimmed_mean(&rounds).map(|location| location.mean),
            Between::Minimum => rounds.into_iter().min_by(f64::total_cmp),
        }
    }

    fn of_round(self, round: &Round) -> Option<f64> {
        let clocks = round.probes.iter().map(|probe| if self.clock { probe.ln() } else { 0.0 });
        let mut times: Vec<f64> =
            round.samples.iter().zip(clocks).map(|(time, clock)| time.ln() - clock).collect();
        match self.within {
            Within::Median => median(&mut times),
            Within::LowerQuartile => quantile(&mut times, 0.25),
            Within::Minimum => quantile(&mut times, 0.0),
        }
    }
}

/// |ln ratio| of each row of each pair of plain saves, by an estimator.
pub fn differences(
    saves: &[(Kind, Baseline)],
    estimator: Estimator,
    wanted: impl Fn(&BenchmarkId) -> bool,
) -> Vec<f64> {
    let mut locations: BTreeMap<&BenchmarkId, Vec<f64>> = BTreeMap::new();
    let plain = saves.iter().filter(|(kind, _)| *kind == Kind::Plain);
    for benchmark in plain.flat_map(|(_, save)| &save.benchmarks).filter(|benchmark| wanted(&benchmark.id)) {
        locations.entry(&benchmark.id).or_default().extend(estimator.location(&benchmark.rounds));
    }
    locations.into_values().flat_map(|of_row| pairwise(&of_row)).collect()
}

fn pairwise(values: &[f64]) -> Vec<f64> {
    let pairs = values.iter().enumerate();
    pairs.flat_map(|(index, a)| values[index + 1..].iter().map(move |b| (a - b).abs())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(times: &[f64]) -> Vec<Round> {
        let round = |&time: &f64| Round {
            session: 0,
            samples: vec![time; 3],
            probes: vec![2.0; 3],
            contention: vec![],
            steps: vec![],
            ..Round::default()
        };
        times.iter().map(round).collect()
    }

    #[test]
    fn a_disturbed_round_moves_the_mean_and_not_the_lower_half() {
        let (steady, disturbed) = (rounds(&[1.0; 6]), rounds(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.6]));
        let shift = |between| {
            let estimator = Estimator { within: Within::Median, between, clock: false };
            estimator.location(&disturbed).unwrap() - estimator.location(&steady).unwrap()
        };
        assert!(shift(Between::Mean) > 0.05);
        assert!(shift(Between::TrimmedMean).abs() < 1e-12);
    }

    #[test]
    fn the_clock_divides() {
        let estimator = |clock| Estimator { within: Within::Minimum, between: Between::Mean, clock };
        let ratio = estimator(false).location(&rounds(&[4.0])).unwrap()
            - estimator(true).location(&rounds(&[4.0])).unwrap();
        assert!((ratio - 2f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn every_pair_counts_once() {
        assert_eq!(pairwise(&[1.0, 2.0, 4.0]), [1.0, 3.0, 2.0]);
    }
}
