//! What an effect with its noise amounts to.

use super::effect::Noise;
use super::{Verdict, Warning};
use crate::stats::Variance;

/// Most additional rounds that are worth proposing.
const MOST_ROUNDS: usize = 1000;

/// Where the interval of a change lies against the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Wholly beyond.
    Beyond,
    /// Wholly inside.
    Inside,
    /// Over it.
    Across,
}

/// What an estimate is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge {
    /// Least |ln ratio| that counts.
    pub(super) margin: f64,
    /// Two-sided confidence of the interval.
    pub(super) confidence: f64,
}

impl Judge {
    /// The verdict on the estimate `theta`, and the footnote it needs. `discovered`: it stands among all rows
    /// (false discovery rate).
    ///
    /// Suspect is a change that the rounds show and that sessions could explain: beyond the threshold by the
    /// interval of the rounds alone, across it with the session term.
    pub(super) fn verdict(&self, theta: f64, noise: &Noise, discovered: bool) -> (Verdict, Option<Warning>) {
        match self.position(theta, &noise.total()) {
            Position::Inside => (Verdict::Unchanged, None),
            Position::Beyond if discovered => (direction(theta), None),
            Position::Beyond => (Verdict::Inconclusive, Some(Warning::FalseDiscovery)),
            Position::Across if self.position(theta, &noise.of_rounds()) == Position::Beyond => {
                (Verdict::Suspect, Some(Warning::Suspect))
            }
            Position::Across => (Verdict::Inconclusive, Some(self.remedy(theta, noise))),
        }
    }

    fn position(&self, theta: f64, variance: &Variance) -> Position {
        let (size, half_width) = (theta.abs(), variance.half_width(self.confidence));
        if size - half_width > self.margin {
            Position::Beyond
        } else if size + half_width <= self.margin {
            Position::Inside
        } else {
            Position::Across
        }
    }

    /// The least number of additional rounds a side that would decide, if estimate and noise stay as they
    /// are; more sessions where no number of rounds would.
    fn remedy(&self, theta: f64, noise: &Noise) -> Warning {
        let distance = (theta.abs() - self.margin).abs();
        let error = (1.0 - self.confidence) / 2.0;
        // The half width is less than the distance: the same by the tail, which is cheaper than the quantile.
        let decides = |more: usize| noise.total_after(more).upper_tail(distance) < error;
        if decides(MOST_ROUNDS) {
            Warning::MoreRounds(least(MOST_ROUNDS, decides))
        } else {
            Warning::MoreSessions
        }
    }
}

/// Regressed or improved.
pub(super) fn direction(theta: f64) -> Verdict {
    if theta > 0.0 { Verdict::Regressed } else { Verdict::Improved }
}

/// The least number in 1..=`most` that satisfies a predicate which holds for `most` and, once it holds, for
/// all greater ones.
fn least(most: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::effect::{Effect, effect};
    use crate::model::Round;
    use crate::stats::LogRound;

    const JUDGE: Judge = Judge { margin: 0.02, confidence: 0.95 };

    /// Sides of `n` rounds that scatter by about `noise` and differ by `change`, without probes.
    fn sides(n: usize, noise: f64, change: f64) -> Effect {
        let scatter = [0.0, 1.0, -1.0, 0.5, -0.5, 0.8, -0.8, 0.2];
        let side = |shift: f64| -> Vec<LogRound> {
            let time = |index: usize| 1e5 * (shift + noise * scatter[index % 8]).exp();
            let round = |index| Round {
                session: 0,
                samples: vec![time(index)],
                probes: vec![],
                contention: vec![],
                steps: vec![],
            };
            (0..n).filter_map(|index| LogRound::new(&round(index))).collect()
        };
        effect([&side(0.0), &side(change)]).unwrap()
    }

    fn verdict(effect: &Effect) -> (Verdict, Option<Warning>) {
        JUDGE.verdict(effect.theta, &effect.noise.unwrap(), true)
    }

    #[test]
    fn clear_cases() {
        assert_eq!(verdict(&sides(8, 0.001, 0.10)), (Verdict::Regressed, None));
        assert_eq!(verdict(&sides(8, 0.001, -0.10)), (Verdict::Improved, None));
        let wide = Judge { margin: 0.05, ..JUDGE };
        let small = sides(8, 0.001, 0.01);
        assert_eq!(wide.verdict(small.theta, &small.noise.unwrap(), true), (Verdict::Unchanged, None));
    }

    #[test]
    fn a_change_that_sessions_could_explain_is_suspect() {
        assert_eq!(verdict(&sides(8, 0.001, 0.04)), (Verdict::Suspect, Some(Warning::Suspect)));
    }

    #[test]
    fn a_change_lost_among_many_rows_is_inconclusive() {
        let found = sides(8, 0.001, 0.10);
        let verdict = JUDGE.verdict(found.theta, &found.noise.unwrap(), false);
        assert_eq!(verdict, (Verdict::Inconclusive, Some(Warning::FalseDiscovery)));
    }

    #[test]
    fn the_rounds_proposed_decide_and_one_less_does_not() {
        let noisy = sides(5, 0.05, 0.08);
        let (Verdict::Inconclusive, Some(Warning::MoreRounds(more))) = verdict(&noisy) else {
            panic!("{:?}", verdict(&noisy));
        };
        let noise = noisy.noise.unwrap();
        assert_eq!(JUDGE.position(noisy.theta, &noise.total_after(more)), Position::Beyond);
        assert_eq!(JUDGE.position(noisy.theta, &noise.total_after(more - 1)), Position::Across);
    }

    #[test]
    fn sessions_are_asked_for_where_rounds_cannot_decide() {
        assert_eq!(verdict(&sides(5, 0.02, 0.02)), (Verdict::Inconclusive, Some(Warning::MoreSessions)));
    }
}
