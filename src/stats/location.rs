//! Location of a round from its samples, and the time a side is shown with.

use super::{TrimmedMean, Variance, lower_trimmed_mean, median, quantile};

/// Quantile of the samples that locates a round: noise only ever slows a sample down, so the lower quartile
/// is nearer to the time without noise than the median, and steadier than the minimum.
const LOCATION_QUANTILE: f64 = 0.25;

/// A round in logarithms of nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRound {
    /// Index of its session.
    pub session: usize,
    /// Lower quartile over the samples of ln time.
    pub time: f64,
    /// Median ln probe, where the round has probes.
    pub clock: Option<f64>,
    /// Of the samples that locate the round, the lower quartile and those below it: the share whose time was corrected.
    pub corrected: f64,
    times: Vec<f64>,
    clocks: Vec<f64>,
}

impl LogRound {
    /// The logarithms of the samples of a round in that session, and of the clock probes around them. `None` without
    /// samples, or with one that is not a positive finite time. Probes that do not fit the samples count as none.
    pub fn new(session: usize, samples: &[f64], probes: &[f64]) -> Option<Self> {
        let times = logarithms(samples).filter(|times| !times.is_empty())?;
        let clocks = logarithms(probes).filter(|clocks| clocks.len() == times.len()).unwrap_or_default();
        let (time, clock) = (lower_quartile(times.clone()), median(&mut clocks.clone()));
        Some(LogRound { session, time, clock, corrected: 0.0, times, clocks })
    }

    /// The round with the knowledge which of its samples were corrected; none where the list is empty.
    pub fn with_corrected(self, corrected: &[bool]) -> Self {
        let locates = |time: &&f64| **time <= self.time;
        let locating = self.times.iter().filter(locates).count();
        let of_these = self.times.iter().zip(corrected).filter(|(time, was)| **was && locates(time)).count();
        LogRound { corrected: of_these as f64 / locating.max(1) as f64, ..self }
    }

    /// Lower quartile over the samples of ln time - `slope` (ln probe - `reference`): the probe as a control
    /// variate (Lavenberg & Welch 1981, "A perspective on the use of control variables"). A round without
    /// probes is taken as it is.
    pub fn adjusted_time(&self, slope: f64, reference: f64) -> f64 {
        if self.clocks.is_empty() || slope == 0.0 {
            return self.time;
        }
        let adjust = |(time, clock): (&f64, &f64)| time - slope * (clock - reference);
        lower_quartile(self.times.iter().zip(&self.clocks).map(adjust).collect())
    }
}

fn logarithms(values: &[f64]) -> Option<Vec<f64>> {
    values.iter().map(|&value| (value.is_finite() && value > 0.0).then(|| value.ln())).collect()
}

/// Of a non-empty list; a [`LogRound`] has at least one sample.
fn lower_quartile(mut values: Vec<f64>) -> f64 {
    quantile(&mut values, LOCATION_QUANTILE).unwrap_or_default()
}

/// The time estimate of a side, nanoseconds per iteration: exp of the lower trimmed mean over rounds of the lower quartile
/// of ln time, not adjusted for the clock. `None` without rounds.
pub fn time_estimate(rounds: &[LogRound]) -> Option<f64> {
    location(rounds).map(|location| location.mean.exp())
}

/// Location of a side, ln nanoseconds, not adjusted for the clock. `None` without rounds.
pub fn location(rounds: &[LogRound]) -> Option<TrimmedMean> {
    lower_trimmed_mean(&times(rounds))
}

fn times(rounds: &[LogRound]) -> Vec<f64> {
    rounds.iter().map(|round| round.time).collect()
}

/// Spread between the rounds of a side that its [`time_estimate`] keeps: their winsorized standard deviation of ln time,
/// about a relative one. `None` of fewer than two rounds.
pub fn round_spread(rounds: &[LogRound]) -> Option<f64> {
    let locations = times(rounds);
    let location = lower_trimmed_mean(&locations)?;
    (locations.len() > 1).then(|| (location.winsorized_squares / (locations.len() - 1) as f64).sqrt())
}

/// The variance of a side's ln time between its rounds: of times as they are, or per clock where that has the narrower
/// interval. `None` of fewer than two rounds.
pub fn location_variance(rounds: &[LogRound], confidence: f64) -> Option<Variance> {
    let by_slope = |slope: f64| {
        let times: Vec<f64> = rounds.iter().map(|round| round.adjusted_time(slope, 0.0)).collect();
        lower_trimmed_mean(&times)?.variance()
    };
    let narrower = |a: &Variance, b: &Variance| a.half_width(confidence).total_cmp(&b.half_width(confidence));
    [by_slope(0.0), by_slope(1.0)].into_iter().flatten().min_by(narrower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(samples: &[f64], probes: &[f64]) -> LogRound {
        LogRound::new(0, samples, probes).expect("usable samples")
    }

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn the_time_estimate_ignores_disturbed_samples_and_rounds() {
        let steady = round(&[100.0, 100.0, 100.0, 190.0], &[]);
        let slow = round(&[140.0, 140.0, 140.0, 140.0], &[]);
        let rounds = [steady.clone(), slow.clone(), steady.clone(), slow, steady];
        close(time_estimate(&rounds).unwrap(), 100.0);
        assert_eq!(time_estimate(&[]), None);
    }

    #[test]
    fn a_followed_clock_cancels() {
        let slow_half = round(&[100.0, 100.0, 120.0, 120.0], &[50.0, 50.0, 60.0, 60.0]);
        close(slow_half.adjusted_time(1.0, 50f64.ln()).exp(), 100.0);
        close(slow_half.adjusted_time(1.0, 60f64.ln()).exp(), 120.0);
        close(slow_half.adjusted_time(0.0, 50f64.ln()).exp(), slow_half.time.exp());
    }

    #[test]
    fn the_share_of_corrected_samples_is_that_of_those_that_locate_the_round() {
        let shares =
            |corrected: &[bool]| round(&[1.0, 2.0, 3.0, 4.0, 5.0], &[]).with_corrected(corrected).corrected;
        assert_eq!(shares(&[true, false, true, true, true]), 0.5);
        assert_eq!(shares(&[true, true, false, false, false]), 1.0);
        assert_eq!(shares(&[]), 0.0);
    }

    #[test]
    fn unusable_data_is_absent_data() {
        assert_eq!(LogRound::new(0, &[], &[]), None);
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(LogRound::new(0, &[1.0, bad], &[]), None);
            assert_eq!(LogRound::new(0, &[1.0, 2.0], &[1.0, bad]).unwrap().clock, None);
        }
        assert_eq!(LogRound::new(0, &[1.0, 2.0], &[1.0]).unwrap().clock, None);
    }

    #[test]
    fn the_spread_is_that_of_the_rounds_that_are_kept() {
        let rounds = |last: f64| [1.0, 1.0, 1.1, 1.1, last].map(|time| round(&[time], &[]));
        assert_eq!(round_spread(&rounds(1.1)), round_spread(&rounds(9.0)));
        assert_eq!(round_spread(&[round(&[1.0], &[])]), None);
    }

    #[test]
    fn the_half_width_is_by_the_clock_where_the_clock_explains_it() {
        let rounds = |probe: fn(f64) -> f64| {
            [1.0, 1.05, 0.97, 1.02, 1.01].map(|clock| round(&[100.0 * clock], &[probe(clock)]))
        };
        let width = |rounds: &[LogRound]| location_variance(rounds, 0.95).unwrap().half_width(0.95);
        assert!(width(&rounds(|clock| 50.0 * clock)) < 1e-9);
        let constant = width(&rounds(|_| 50.0));
        assert!((0.01..0.2).contains(&constant), "{constant}");
        assert_eq!(location_variance(&rounds(|_| 50.0)[..1], 0.95), None);
    }
}
