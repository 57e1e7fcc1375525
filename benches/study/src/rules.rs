//! Rules that judge whether a row changed between two sides.

use std::collections::BTreeMap;

use statrs::stats_tests::Alternative;
use statrs::stats_tests::mannwhitneyu::{MannWhitneyUMethod, mannwhitneyu};
use tensorprof::compare::Verdict;
use tensorprof::model::Round;
use tensorprof::stats::{Variance, median};

/// Confidence of criterion's and Welch's intervals.
const CONFIDENCE: f64 = 0.95;
/// Criterion's default noise threshold, relative.
const CRITERION_THRESHOLD: f64 = 0.01;
/// Smallest relative change that counts with critcmp: the threshold that its users give.
const CRITCMP_THRESHOLD: f64 = 0.05;
/// Level of the Mann-Whitney test.
const MANN_WHITNEY_LEVEL: f64 = 0.05;
/// Least standard score of a change by tango.
const TANGO_SCORE: f64 = 2.6;
/// Smallest relative change that counts with tango.
const TANGO_THRESHOLD: f64 = 0.01;
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
    /// critcmp's at 5 %: the ratio of two means of samples, one process a side, with no interval.
    Critcmp,
    /// The Mann-Whitney test on the samples of one process a side, p < 0.05.
    MannWhitney,
    /// Tango's: the differences of samples that were taken in turn have a mean of more than 1 % that lies at
    /// least 2.6 standard errors from zero. (Tango has one process; here are the samples of all blocks, in
    /// tango's favour.)
    Tango,
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
    pub const ALL: [Rule; 6] =
        [Rule::Tensorprof, Rule::Criterion, Rule::Critcmp, Rule::MannWhitney, Rule::Tango, Rule::Welch];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Tensorprof => "tensorprof",
            Rule::Criterion => "criterion's (one process, interval beyond 1 %)",
            Rule::Critcmp => "critcmp's (one process, means beyond 5 %)",
            Rule::MannWhitney => "Mann-Whitney (one process, p < 0.05)",
            Rule::Tango => "tango's (all pairs of samples, z of 2.6 and beyond 1 %)",
            Rule::Welch => "Welch on rounds (p < 0.05, beyond 2 %)",
        }
    }

    /// The outcome for a row with this verdict by tensorprof. The other rules use all rounds as they were
    /// measured.
    pub fn judge(self, judged: Verdict, sides: [&[Round]; 2]) -> Outcome {
        let outcome = match self {
            Rule::Tensorprof => Some(verdict(judged)),
            Rule::Criterion => criterion(sides),
            Rule::Critcmp => critcmp(sides),
            Rule::MannWhitney => mann_whitney(sides),
            Rule::Tango => tango(sides),
            Rule::Welch => welch(sides),
        };
        outcome.unwrap_or(Outcome::NotChanged)
    }

    /// Whether it looks at one process a side, whatever else was measured.
    pub fn is_of_one_process(self) -> bool {
        matches!(self, Rule::Criterion | Rule::Critcmp | Rule::MannWhitney)
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

fn critcmp([old, new]: [&[Round]; 2]) -> Option<Outcome> {
    let [old, new] = [Mean::of(&old.first()?.samples)?, Mean::of(&new.first()?.samples)?];
    Some(beyond(new.mean / old.mean - 1.0, 0.0, CRITCMP_THRESHOLD))
}

fn mann_whitney([old, new]: [&[Round]; 2]) -> Option<Outcome> {
    let [old, new] = [&old.first()?.samples, &new.first()?.samples];
    let test =
        mannwhitneyu(old, new, MannWhitneyUMethod::AsymptoticInclContinuityCorrection, Alternative::TwoSided);
    let (_, p) = test.ok()?;
    let direction = median(&mut new.clone())? - median(&mut old.clone())?;
    Some(if p < MANN_WHITNEY_LEVEL { beyond(direction, 0.0, 0.0) } else { Outcome::NotChanged })
}

/// `None` where the sides were not measured in turn.
fn tango([old, new]: [&[Round]; 2]) -> Option<Outcome> {
    let of_block: BTreeMap<u32, &Round> =
        old.iter().filter_map(|round| Some((round.block?, round))).collect();
    let mut pairs: Vec<[f64; 2]> = Vec::new();
    for round in new {
        let Some(other) = round.block.and_then(|block| of_block.get(&block)) else { continue };
        pairs.extend(other.samples.iter().zip(&round.samples).map(|(&old, &new)| [old, new]));
    }
    let differences = Mean::of(&pairs.iter().map(|[old, new]| new - old).collect::<Vec<_>>())?;
    let old = Mean::of(&pairs.iter().map(|[old, _]| *old).collect::<Vec<_>>())?;
    let score = differences.mean.abs() / differences.variance.value.sqrt();
    let change = differences.mean / old.mean;
    Some(if score >= TANGO_SCORE { beyond(change, 0.0, TANGO_THRESHOLD) } else { Outcome::NotChanged })
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
    fn critcmp_sees_means_alone() {
        let judge = |new: f64| critcmp([&rounds(&[100.0]), &rounds(&[new])]);
        assert_eq!(
            [104.0, 106.0, 94.0].map(judge),
            [Outcome::NotChanged, Outcome::Slower, Outcome::Faster].map(Some)
        );
    }

    #[test]
    fn mann_whitney_takes_the_smallest_shift_of_many_samples_for_a_change() {
        let side = |location: f64| {
            let samples = (0..30).map(|index| location + f64::from(index % 10) / 10.0).collect();
            vec![Round { samples, ..Round::default() }]
        };
        assert_eq!(mann_whitney([&side(100.0), &side(100.5)]), Some(Outcome::Slower));
        assert_eq!(mann_whitney([&side(100.5), &side(100.0)]), Some(Outcome::Faster));
        assert_eq!(mann_whitney([&side(100.0), &side(100.0)]), Some(Outcome::NotChanged));
    }

    #[test]
    fn tango_takes_samples_for_independent() {
        let in_blocks = |locations: &[f64]| -> Vec<Round> {
            let numbered = (1..).zip(rounds(locations));
            numbered.map(|(block, round)| Round { block: Some(block), ..round }).collect()
        };
        let old = in_blocks(&[100.0, 101.0, 99.0, 100.0]);
        assert_eq!(tango([&old, &in_blocks(&[103.0, 104.0, 99.0, 100.0])]), Some(Outcome::Slower));
        assert_eq!(tango([&old, &in_blocks(&[100.2, 101.2, 99.2, 100.2])]), Some(Outcome::NotChanged));
        assert_eq!(tango([&rounds(&[100.0]), &rounds(&[110.0])]), None, "not measured in turn");
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
