//! Estimates the standard deviation between sessions from saves of identical code: the session term that a
//! comparison has to assume.

use std::collections::BTreeMap;

use tensorprof::estimate::log_round;
use tensorprof::model::{Baseline, BenchmarkId, Round};
use tensorprof::stats::{lower_trimmed_mean, median};

use crate::analysis::Observation;
use crate::plan::Kind;

/// How much the saves of one row differ, in ln time, adjusted for the clock with one slope.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSpread {
    /// Number of saves.
    pub saves: usize,
    /// Slope on the clock.
    pub clock_slope: f64,
    /// Standard error of a save from its rounds alone: root of the mean over the saves of its square.
    pub rounds_error: f64,
    /// Standard deviation between saves beyond that (one-way analysis of variance, method of moments); 0
    /// where the rounds explain it all.
    pub session_sd: f64,
    /// The same as `session_sd` without the rounds' part taken out and with the median absolute deviation,
    /// which single disturbed saves do not move.
    pub robust_sd: f64,
}

/// The spread of each row over the plain saves, at the median slope of its observations.
pub fn session_spreads(
    saves: &[(Kind, Baseline)],
    observations: &[Observation],
) -> BTreeMap<BenchmarkId, SessionSpread> {
    let mut rounds: BTreeMap<&BenchmarkId, Vec<&[Round]>> = BTreeMap::new();
    for benchmark in
        saves.iter().filter(|(kind, _)| *kind == Kind::Plain).flat_map(|(_, save)| &save.benchmarks)
    {
        rounds.entry(&benchmark.id).or_default().push(&benchmark.rounds);
    }
    let spread = |(id, saves): (&BenchmarkId, Vec<&[Round]>)| {
        Some((id.clone(), session_spread(&saves, slope_of(id, observations))?))
    };
    rounds.into_iter().filter_map(spread).collect()
}

fn slope_of(id: &BenchmarkId, observations: &[Observation]) -> f64 {
    let of_row = observations.iter().filter(|observation| observation.id == *id);
    let mut slopes: Vec<f64> = of_row.map(|observation| observation.clock_slope).collect();
    median(&mut slopes).unwrap_or_default()
}

fn session_spread(saves: &[&[Round]], clock_slope: f64) -> Option<SessionSpread> {
    let locations: Vec<_> = saves.iter().filter_map(|rounds| location(rounds, clock_slope)).collect();
    let n = locations.len() as f64;
    (n > 1.0).then_some(())?;
    let mean = locations.iter().map(|(location, _)| location).sum::<f64>() / n;
    let between = locations.iter().map(|(location, _)| (location - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let within = locations.iter().map(|(_, variance)| variance).sum::<f64>() / n;
    Some(SessionSpread {
        saves: locations.len(),
        clock_slope,
        rounds_error: within.sqrt(),
        session_sd: (between - within).max(0.0).sqrt(),
        robust_sd: robust_sd(locations.iter().map(|(location, _)| *location).collect())?,
    })
}

/// Location of a save and its variance from the rounds.
fn location(rounds: &[Round], clock_slope: f64) -> Option<(f64, f64)> {
    let rounds = rounds.iter().filter_map(log_round);
    let adjusted: Vec<f64> = rounds.map(|round| round.adjusted_time(clock_slope, 0.0)).collect();
    let location = lower_trimmed_mean(&adjusted)?;
    Some((location.mean, location.variance()?.value))
}

/// 1.4826 times the median absolute deviation: the standard deviation of a normal sample.
fn robust_sd(mut values: Vec<f64>) -> Option<f64> {
    let centre = median(&mut values)?;
    let mut deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    Some(1.4826 * median(&mut deviations)?)
}

#[cfg(test)]
mod tests {
    use tensorprof::compare::Options;

    use super::*;
    use crate::analysis::observe;
    use crate::synthetic::baseline;

    fn spreads(levels: &[f64]) -> BTreeMap<BenchmarkId, SessionSpread> {
        let save = |(seed, &level): (u64, &f64)| (Kind::Plain, baseline("save", 2, level, seed));
        let mut saves: Vec<_> = (1..).zip(levels).map(save).collect();
        saves.push((Kind::Planted(50), baseline("save", 2, 1.5, 99)));
        session_spreads(&saves, &observe(&saves, &Options::default()))
    }

    #[test]
    fn what_rounds_explain_is_taken_out() {
        for spread in spreads(&[1.0; 8]).values() {
            assert_eq!(spread.saves, 8);
            assert!(spread.session_sd < 3.0 * spread.rounds_error && spread.session_sd < 1e-3, "{spread:?}");
        }
    }

    #[test]
    fn what_they_do_not_is_found() {
        for spread in spreads(&[1.0, 1.01, 0.99, 1.01, 1.0, 0.99]).values() {
            assert!((0.008..0.010).contains(&spread.session_sd), "{spread:?}");
        }
    }
}
