//! Three rules that judge whether a row changed between two saves.

use tensorprof::compare::Verdict;
use tensorprof::model::Round;
use tensorprof::stats::{Variance, median};

/// Confidence of criterion's and Welch's intervals.
const CONFIDENCE: f64 = 0.95;
/// Criterion's default noise threshold, relative.
const CRITERION_THRESHOLD: f64 = 0.01;
/// Smallest relative change that counts with the Welch test: the default threshold of tensorprof.
const WELCH_THRESHOLD: f64 = 0.02;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Tensorprof's verdict.
    Tensorprof,
    /// Criterion's: one process a side, here the first round. The 95 % interval of the relative difference of
    /// the means of its samples lies beyond 1 %. (Criterion bootstraps the interval; here it is Welch's,
    /// which is somewhat wider with few samples, in criterion's favour.)
    Criterion,
    /// Welch's t-test on the logarithms of the rounds' medians, p < 0.05, and a change of more than 2 %.
    Welch,
}

/// The outcome by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Changed for the worse.
    Slower,
    /// Changed for the better.
    Faster,
    /// Not changed, or not decided.
    NotChanged,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 3] = [Rule::Tensorprof, Rule::Criterion, Rule::Welch];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Tensorprof => "tensorprof",
            Rule::Criterion => "criterion's (one process, interval beyond 1 %)",
            Rule::Welch => "Welch on rounds (p < 0.05, beyond 2 %)",
        }
    }

    /// The outcome for a row with this verdict by tensorprof. The other rules use all rounds as they were
    /// measured.
    pub fn judge(self, judged: Verdict, sides: [&[Round]; 2]) -> Outcome {
        let outcome = match self {
            Rule::Tensorprof => Some(verdict(judged)),
            Rule::Criterion => criterion(sides),
            Rule::Welch => welch(sides),
        };
        outcome.unwrap_or(Outcome::NotChanged)
    }
}

fn verdict(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Regressed => Outcome::Slower,
        Verdict::Improved => Outcome::Faster,
        _ => Outcome::NotChanged,
    }
}

fn criterion([old, new]: [&[Round]; 2]) -> Option<Outcome> {
    let [old, new] = [Mean::of(&old.first()?.samples)?, Mean::of(&new.first()?.samples)?];
    let ratio = new.mean / old.mean;
    // Delta method: the relative variance of a ratio is the sum of those of its parts.
    let relative = Variance::sum(&[old.relative_variance(), new.relative_variance()]);
    let half_width = ratio * relative.half_width(CONFIDENCE);
    Some(beyond(ratio - 1.0, half_width, CRITERION_THRESHOLD))
}

fn welch(sides: [&[Round]; 2]) -> Option<Outcome> {
    let logarithms = |rounds: &[Round]| -> Option<Vec<f64>> {
        rounds.iter().map(|round| Some(median(&mut round.samples.clone())?.ln())).collect()
    };
    let [old, new] = [Mean::of(&logarithms(sides[0])?)?, Mean::of(&logarithms(sides[1])?)?];
    let difference = new.mean - old.mean;
    let half_width = Variance::sum(&[old.variance, new.variance]).half_width(CONFIDENCE);
    let is_large = difference.exp_m1().abs() > WELCH_THRESHOLD;
    Some(if is_large { beyond(difference, half_width, 0.0) } else { Outcome::NotChanged })
}

/// The direction in which the whole interval lies beyond the threshold.
fn beyond(change: f64, half_width: f64, threshold: f64) -> Outcome {
    if change - half_width > threshold {
        Outcome::Slower
    } else if change + half_width < -threshold {
        Outcome::Faster
    } else {
        Outcome::NotChanged
    }
}

/// A mean and its variance.
struct Mean {
    mean: f64,
    variance: Variance,
}

impl Mean {
    /// The mean of at least two values.
    fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        (n > 1.0).then_some(())?;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Mean { mean, variance: Variance { value: squares / (n - 1.0) / n, df: n - 1.0 } })
    }

    fn relative_variance(&self) -> Variance {
        self.variance.scaled(1.0 / (self.mean * self.mean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(locations: &[f64]) -> Vec<Round> {
        let samples = |location: &f64| [0.999, 1.0, 1.001, 1.0].map(|noise| location * noise).to_vec();
        locations
            .iter()
            .map(|location| Round {
                session: 0,
                samples: samples(location),
                probes: vec![],
                contention: vec![],
                steps: vec![],
                ..Round::default()
            })
            .collect()
    }

    #[test]
    fn criterion_sees_one_process_and_takes_its_episode_for_a_change() {
        let steady = rounds(&[100.0, 100.0, 100.0]);
        let disturbed = rounds(&[104.0, 100.0, 100.0]);
        assert_eq!(criterion([&steady, &disturbed]), Some(Outcome::Slower));
        assert_eq!(criterion([&disturbed, &steady]), Some(Outcome::Faster));
        assert_eq!(criterion([&steady, &rounds(&[100.9])]), Some(Outcome::NotChanged));
        assert_eq!(criterion([&steady, &[]]), None);
    }

    #[test]
    fn welch_sees_the_spread_between_rounds() {
        let old = rounds(&[100.0, 101.0, 99.0, 100.5]);
        assert_eq!(welch([&old, &rounds(&[106.0, 105.0, 105.5, 104.5])]), Some(Outcome::Slower));
        assert_eq!(welch([&old, &rounds(&[95.0, 95.5, 94.8, 95.2])]), Some(Outcome::Faster));
        assert_eq!(welch([&old, &rounds(&[125.0, 100.0, 99.0, 100.0])]), Some(Outcome::NotChanged));
        assert_eq!(welch([&old, &rounds(&[101.9; 4])]), Some(Outcome::NotChanged), "significant but small");
        assert_eq!(welch([&old, &rounds(&[100.0])]), None);
    }
}
